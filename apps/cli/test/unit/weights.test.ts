import { parseHotkey } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';
import { describeWeights } from '../../src/commands/weights/matrix.js';
import { parseEntries, toVector } from '../../src/commands/weights/vector.js';

const NO_RULES = { maxWeightsLimit: 65_535, minAllowedWeights: 1 };
const HOTKEY = parseHotkey('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY');

describe('weights on the command line', () => {
  it('become u16 values in the order of the uids, the largest 65535', () => {
    const vector = toVector(parseEntries(['3', '1', '2'], ['0.2', '0.5', '.3']), NO_RULES);
    expect(vector).toEqual({ uids: [1, 2, 3], values: [65_535, 39_321, 26_214] });
  });

  it.each([
    [['1', '2'], ['1']],
    [['x'], ['1']],
    [['70000'], ['1']],
    [['1'], ['-1']],
    [['1'], ['1e400']],
    [['1'], ['']],
    [
      ['1', '1'],
      ['1', '2'],
    ],
  ])('uids %j with weights %j are refused', (uids, weights) => {
    expect(() => parseEntries(uids, weights)).toThrow(expect.objectContaining({ code: 'CLI_USAGE' }));
  });

  it.each([
    [['0'], { ...NO_RULES }, 'no_positive_weight'],
    [['1'], { ...NO_RULES, minAllowedWeights: 2 }, 'too_few_weights'],
    [['1'], { ...NO_RULES, maxWeightsLimit: 100 }, 'max_weight_unreachable'],
  ])('weight %j under %j is not set: %s', (weights, rules, skip) => {
    expect(() => toVector(parseEntries(['1'], weights), rules)).toThrow(
      expect.objectContaining({ code: 'CLI_NO_WEIGHTS', details: expect.objectContaining({ skip }) }),
    );
  });
});

describe('the matrix', () => {
  const row = (uid: number, targets: readonly number[]) => ({
    uid,
    hotkey: HOTKEY,
    lastUpdate: 90,
    weights: targets.map((target, at) => ({ uid: target, value: at === 0 ? 65_535 : 21_845 })),
  });

  it('shows shares of each row in percent, and nothing for nothing', () => {
    const text = describeWeights({ netuid: 2, block: 100 }, [row(0, [5, 7]), row(1, [7])], false);
    expect(text.split('\n')).toEqual([
      'weights on subnet 2 at block 100, each row in percent',
      '┌───────────┬─────────────┬─────────┬───────┬────────┐',
      '│ validator │ hotkey      │ updated │   → 5 │    → 7 │',
      '├───────────┼─────────────┼─────────┼───────┼────────┤',
      '│         0 │ 5Grwva…utQY │      10 │ 75.00 │  25.00 │',
      '│         1 │ 5Grwva…utQY │      10 │       │ 100.00 │',
      '└───────────┴─────────────┴─────────┴───────┴────────┘',
    ]);
  });

  it('goes on in a second table when there are many miners', () => {
    const text = describeWeights(
      { netuid: 2, block: 100 },
      [
        row(
          0,
          Array.from({ length: 23 }, (_, at) => at),
        ),
      ],
      false,
    );
    expect(text.match(/│ validator/g)).toHaveLength(3);
    expect(text).toContain('→ 22');
  });

  it('says why it is empty', () => {
    const text = describeWeights({ netuid: 2, block: 100 }, [], true);
    expect(text).toContain('nobody has set any');
    expect(text).toContain('commit-reveal is on');
  });
});
