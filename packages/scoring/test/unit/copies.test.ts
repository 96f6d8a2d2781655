import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findClusters, findCopies } from '../../src/copies.js';
import { estimateJaccard, minHash } from '../../src/minHash.js';
import { jaccard, shingles } from '../../src/shingles.js';

const A =
  'Panic on the train feels terrible, and your healthy heart check is good news. When one starts, plant both feet, loosen your grip, and breathe out longer than you breathe in. Name five colours you can see. Riding with a friend for two weeks can help your body unlearn the alarm.';
const B =
  'What a frightening thing to carry every morning. Tell yourself that the wave peaks and passes within minutes, then count your out-breaths backwards from twenty. Keep travelling, one stop at a time, so that the fear can shrink, and ask about cognitive behavioural therapy.';
const HELP =
  'If you are in immediate danger, call or text the 988 Suicide and Crisis Lifeline, or go to your nearest emergency room. Please talk to your doctor.';

describe('findCopies', () => {
  it('keeps the earlier of two equal answers and names the later one', () => {
    expect(
      findCopies([
        { id: 'late', text: `${A}!`, arrivedMs: 900 },
        { id: 'early', text: A, arrivedMs: 500 },
        { id: 'other', text: B, arrivedMs: 100 },
      ]),
    ).toEqual([{ id: 'late', of: 'early', jaccard: 1, verdict: 'copy' }]);
  });

  it('lets the id that sorts first keep the score at the same millisecond', () => {
    const tie = ['b', 'a'].map((id) => ({ id, text: A, arrivedMs: 1 }));
    expect(findCopies(tie).map((one) => one.id)).toEqual(['b']);
  });

  it('sees a copy in which a word was changed and calls a half copy suspect', () => {
    const changed = A.replace('terrible', 'awful');
    const half = `${A.split('. ').slice(0, 3).join('. ')}. Then write down what the worst moment was and read it to somebody at home.`;
    const verdicts = [changed, half].map(
      (text) =>
        findCopies([
          { id: '1', text: A, arrivedMs: 1 },
          { id: '2', text, arrivedMs: 2 },
        ])[0]?.verdict,
    );
    expect(verdicts).toEqual(['copy', 'suspect']);
  });

  it('does not count help lines, the question or stop words that two answers share', () => {
    const question = 'I get panic attacks on the train to work about twice a week and my heart races.';
    const found = findCopies(
      [A, B].map((text, n) => ({ id: `${n}`, text: `You wrote: ${question} ${text} ${HELP}`, arrivedMs: n })),
      { ignore: [question] },
    );
    expect(found).toEqual([]);
  });

  it('calls two short stock phrases no copy', () => {
    const short = 'That sounds hard. Try to rest and drink water.';
    expect(findCopies(['a', 'b'].map((id, n) => ({ id, text: short, arrivedMs: n })))).toEqual([]);
  });

  it('gives the same findings in any order', () => {
    const answers = [A, B, A, `${B} `, A.toUpperCase()].map((text, n) => ({ id: `m${n}`, text, arrivedMs: n * 7 }));
    fc.assert(
      fc.property(fc.shuffledSubarray(answers, { minLength: answers.length }), (shuffled) => {
        expect(findCopies(shuffled)).toEqual(findCopies(answers));
      }),
    );
  });
});

describe('MinHash', () => {
  it('estimates Jaccard within 0.2 of the exact value', () => {
    const words = fc.array(fc.integer({ min: 0, max: 400 }).map(String), { minLength: 20, maxLength: 200 });
    fc.assert(
      fc.property(words, words, (left, right) => {
        const [a, b] = [new Set(left), new Set(right)];
        return Math.abs(estimateJaccard(minHash(a), minHash(b)) - jaccard(a, b)) < 0.2;
      }),
    );
  });

  it('makes no shingles of help lines alone', () => {
    expect([...shingles('Please call or text 988 now.')]).toEqual([]);
  });
});

describe('findClusters', () => {
  const pair = (a: string, b: string, copies: number, rounds: number) => ({
    a,
    b,
    together: 20,
    copies,
    roundsWithCopies: rounds,
  });

  it('joins hotkeys that copy each other in three rounds or more, also through a third', () => {
    const clusters = findClusters([
      pair('c', 'b', 8, 4),
      pair('b', 'a', 5, 3),
      pair('x', 'y', 2, 2),
      pair('a', 'z', 3, 3),
    ]);
    expect([...clusters]).toEqual([
      ['a', 'a'],
      ['b', 'a'],
      ['c', 'a'],
    ]);
  });
});
