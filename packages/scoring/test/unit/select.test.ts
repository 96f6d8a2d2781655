import { describe, expect, it } from 'vitest';
import { roundMean } from '../../src/average.js';
import { checkCalibration } from '../../src/calibration.js';
import { windowEligibility } from '../../src/eligibility.js';
import { questionReliability } from '../../src/reliability.js';
import { type Candidate, selectTop } from '../../src/select.js';
import { shares } from '../../src/shares.js';
import { isBlank } from '../../src/total.js';
import { toU16Weights } from '../../src/weights.js';

const candidate = (hotkey: string, score: number, more: Partial<Candidate> = {}): Candidate => ({
  hotkey,
  score,
  responseRate: 1,
  registeredAt: 100,
  ...more,
});
const field = Array.from({ length: 200 }, (_, n) => candidate(`h${String(n).padStart(3, '0')}`, 100 - n * 0.25));

describe('selectTop', () => {
  it('breaks a tie by response rate, then older registration, then hotkey', () => {
    const tied = [
      candidate('d', 50.00001),
      candidate('c', 50, { registeredAt: 100 }),
      candidate('b', 50, { registeredAt: 7 }),
      candidate('a', 50, { responseRate: 0.9 }),
    ];
    expect(selectTop(tied).map((one) => one.hotkey)).toEqual(['b', 'c', 'd', 'a']);
  });

  it('takes the first hundred when nobody was in before', () => {
    const chosen = selectTop(field);
    expect(chosen).toHaveLength(100);
    expect(chosen.at(-1)?.hotkey).toBe('h099');
  });

  it('keeps an incumbent at rank 105, drops one at 106 and lets a newcomer in only from rank 95', () => {
    const previous = new Set(['h104', 'h105', 'h090']);
    const chosen = selectTop(field, { previous }).map((one) => one.hotkey);
    expect(chosen).toHaveLength(100);
    expect(chosen).toContain('h104');
    expect(chosen).not.toContain('h105');
    expect(chosen).toContain('h094');
    expect(chosen).not.toContain('h099');
  });

  it('counts a cluster once and shares its pay', () => {
    const chosen = selectTop([
      candidate('a', 80),
      candidate('b', 80, { cluster: 'x' }),
      candidate('c', 79, { cluster: 'x' }),
      candidate('d', 40),
    ]);
    expect(chosen.map(({ hotkey, rank, sharedBy }) => [hotkey, rank, sharedBy])).toEqual([
      ['a', 1, 1],
      ['b', 2, 2],
      ['c', 2, 2],
      ['d', 3, 1],
    ]);
    const [a, b, c] = shares(chosen);
    expect((b ?? 0) + (c ?? 0)).toBeCloseTo(a ?? Number.NaN, 12);
  });

  it('pays nobody whose score is 0', () => {
    expect(selectTop([candidate('a', 0), candidate('b', 0.00001)])).toEqual([]);
  });

  it('refuses a hotkey that is given twice', () => {
    expect(() => selectTop([candidate('a', 1), candidate('a', 2)])).toThrow(/twice/);
  });
});

describe('small rules', () => {
  it.each([
    ['answers that did not come count 0', [80, null, 40, null], undefined, 30],
    ['questions without any entry count 0 too', [80, 40], 4, 30],
    ['no question, no score', [], undefined, 0],
  ])('roundMean: %s', (_, totals, asked, wanted) => expect(roundMean(totals, asked)).toBe(wanted));

  it.each([
    ['too few judged answers', { asked: 7, judged: 7 }, false],
    ['eight answers of eight', { asked: 8, judged: 8 }, true],
    ['a response rate of exactly 0.7', { asked: 20, judged: 14 }, true],
    ['a response rate just below', { asked: 21, judged: 14 }, false],
    ['a miner that was never asked', { asked: 0, judged: 0 }, false],
  ])('windowEligibility: %s', (_, counts, wanted) => expect(windowEligibility(counts).eligible).toBe(wanted));

  it.each(['', ' \n', '\u200b\u200d', '\u2060\ufeff', '\u3164', '\u0000'])(
    'isBlank sees that %j shows nothing',
    (text) => {
      expect(isBlank(text)).toBe(true);
    },
  );
  it.each(['.', 'x', '心', '0', '🙂'])('isBlank sees that %j shows something', (text) =>
    expect(isBlank(text)).toBe(false),
  );

  it('questionReliability is high when a question sorts miners as the others do, 0 when it turns them round', () => {
    const samples = Array.from({ length: 12 }, (_, n) => ({ reward: n / 12, rest: n * 5 + (n % 3) }));
    expect(questionReliability(samples)).toBeGreaterThan(0.95);
    expect(questionReliability(samples.map((s) => ({ ...s, reward: 1 - s.reward })))).toBe(0);
    expect(questionReliability(samples.slice(0, 7))).toBeNull();
    expect(questionReliability(samples.map((s) => ({ ...s, reward: 0.5 })))).toBeNull();
  });

  it.each([
    [
      'falls',
      [
        [0, 0.5],
        [0.5, 0.2],
        [1, 1],
      ],
    ],
    [
      'does not start at 0',
      [
        [0.1, 0],
        [1, 1],
      ],
    ],
    [
      'has a step without width',
      [
        [0, 0],
        [0.5, 0.2],
        [0.5, 0.4],
        [1, 1],
      ],
    ],
    [
      'leaves 0…1',
      [
        [0, 0],
        [1, 1.2],
      ],
    ],
  ] as [string, [number, number][]][])('a calibration table that %s is refused', (_, table) => {
    expect(() => checkCalibration(table)).toThrow(expect.objectContaining({ code: 'SCORING_BAD_CALIBRATION' }));
  });

  it.each([
    [
      'a uid twice',
      [
        [1, 1],
        [1, 2],
      ],
    ],
    ['a negative weight', [[1, -1]]],
    ['a weight that is no number', [[1, Number.NaN]]],
    ['a uid beyond u16', [[70_000, 1]]],
  ] as [string, [number, number][]][])('toU16Weights refuses %s', (_, entries) => {
    const given = entries.map(([uid, weight]) => ({ uid, weight }));
    expect(() => toU16Weights(given, { maxWeightsLimit: 65_535, minAllowedWeights: 1 })).toThrow(
      expect.objectContaining({ code: 'SCORING_BAD_INPUT' }),
    );
  });
});
