import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span } from '../../src/api/studioTypes.js';
import { linePath, niceScale, place } from '../../src/design/chartScale.js';
import { safeAddress } from '../../src/patient/SourceList.js';
import { guessRegion } from '../../src/shell/help.js';
import { keyInFragment } from '../../src/shell/keys.js';
import { completeDraft, problemAt, problemsBelow } from '../../src/studio/draft.js';
import { formatOf, stretches } from '../../src/studio/masking.js';
import { freeId, slug } from '../../src/studio/slug.js';

const span = (start: number, end: number, replacement = '[name]'): Span => ({
  field: 'question',
  start,
  end,
  kind: 'name',
  replacement,
});

describe('masking', () => {
  it('cuts a text at its spans', () => {
    expect(
      stretches('I am Maria, 34', [span(12, 14, '[age]'), span(5, 10)]).map((s) => s.replacement ?? s.text),
    ).toEqual(['I am ', '[name]', ', ', '[age]']);
  });

  it('shows every character of the original exactly once, whatever the spans', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.tuple(fc.nat(40), fc.nat(10)).map(([start, length]) => span(start, start + length + 1))),
        (text, spans) => {
          const inside = spans.filter(({ end }) => end <= text.length);
          expect(
            stretches(text, inside)
              .map((part) => part.text)
              .join(''),
          ).toBe(text);
        },
      ),
    );
  });

  it.each([
    ['a name that ends in .csv', 'talks.CSV', '{"a":1}', 'csv'],
    ['a name that ends in .jsonl', 'talks.jsonl', 'a,b', 'jsonl'],
    ['pasted objects', null, ' {"question":"a"}', 'jsonl'],
    ['pasted columns', null, 'question,answer', 'csv'],
  ])('tells the format from %s', (_name, name, text, format) => {
    expect(formatOf(name, text)).toBe(format);
  });
});

describe('an axis', () => {
  it('has round ticks that hold every value, for any figures', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true })), (values) => {
        const { low, high, ticks } = niceScale(values);
        expect(ticks.length).toBeGreaterThan(1);
        expect(ticks.length).toBeLessThan(10);
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(low - 1e-6);
          expect(value).toBeLessThanOrEqual(high + 1e-6);
        }
      }),
    );
  });

  it.each([
    ['nothing', [], [0, 0.25, 0.5, 0.75, 1]],
    ['one value', [5], [4, 6]],
    ['points', [3, 97], [0, 25, 50, 75, 100]],
  ])('of %s begins at a round number', (_name, values, ticks) => {
    expect(niceScale(values).ticks.slice(0, ticks.length)).toEqual(ticks);
  });

  it.each([
    ['a share', [1, 1], { least: 0, most: 1 }, [0, 0.25, 0.5, 0.75, 1]],
    ['stars', [4], { least: 1, most: 5 }, [1, 2, 3, 4, 5]],
    ['a count', [1], { least: 0, whole: true }, [0, 1]],
    ['a count of none', [0, 0], { least: 0, whole: true }, [0, 1]],
    ['a count of many', [3, 41], { least: 0, whole: true }, [0, 20, 40, 60]],
    ['values beyond their bounds', [1.2], { least: 0, most: 1 }, [0, 0.5, 1, 1.5]],
  ])('of %s keeps to what the figure can be', (_name, values, bounds, ticks) => {
    expect(niceScale(values, bounds).ticks).toEqual(ticks);
  });

  it('puts a flat range in the middle', () => {
    expect(place(4, [4, 4], [0, 100])).toBe(50);
    expect(
      linePath([
        [0, 1],
        [2, 3.25],
      ]),
    ).toBe('M0.0 1.0L2.0 3.3');
  });
});

describe('small rules', () => {
  it.each([
    ['#key=bt_a_b', { kind: 'operator', key: 'bt_a_b' }],
    ['#invitation=bti_x', { kind: 'studio', invitation: 'bti_x' }],
    ['#content', null],
    ['', null],
    ['#key=', null],
  ])('the fragment %s carries its key', (fragment, key) => {
    expect(keyInFragment(fragment)).toEqual(key);
  });

  it.each([
    ['en-US', 'us'],
    ['en-GB', 'uk'],
    ['de-AT', 'eu'],
    ['ne-NP', 'international'],
    ['en', 'international'],
    ['zh-Hant-TW', 'international'],
  ])('the language %s hints at the region %s', (language, region) => {
    expect(guessRegion(language)).toBe(region);
  });

  it.each([
    ['https://example.org/a', 'https://example.org/a'],
    ['javascript:alert(1)', null],
    ['data:text/html,x', null],
    [null, null],
  ])('the source address %s becomes the link %s', (url, link) => {
    expect(safeAddress(url)).toBe(link);
  });

  it.each([
    ['Dr. Ada Example', 'dr-ada-example'],
    ['Dr. Jürgen Müller-Łoś', 'dr-jurgen-muller-os'],
    ['  ', ''],
    ['x'.repeat(80), 'x'.repeat(64)],
  ])('the name %s has the id %s', (name, id) => {
    expect(slug(name)).toBe(id);
  });

  it('finds an id that is not taken', () => {
    expect(freeId('note', ['note', 'note-2'])).toBe('note-3');
  });

  it('an unfinished draft is completed with empty fields, and keeps what it has', () => {
    const draft = completeDraft({ title: 'MD', rules: { refusal: [] } as never }, 'dr-a', 'Dr. A');
    expect(draft).toMatchObject({ name: 'Dr. A', title: 'MD', voice: { do: [] }, rules: { crisis: { regions: [] } } });
  });

  it('problems stand at their field and are counted below their step', () => {
    const problems = [
      { path: 'scope.in.0', message: 'empty' },
      { path: 'scopes', message: 'other' },
    ];
    expect(problemAt(problems, 'scope.in.0')).toBe('empty');
    expect(problemAt(problems, 'scope.in')).toBe(null);
    expect(problemsBelow(problems, ['scope'])).toBe(1);
  });
});
