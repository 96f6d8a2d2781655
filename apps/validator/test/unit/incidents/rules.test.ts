import { describe, expect, it } from 'vitest';
import { ENDINGS, type Facts, incidentsOf, RULES } from '../../../src/incidents/rules.js';

const GIB = 1024 ** 3;
const well: Facts = {
  netuid: 354,
  chain: { connected: true, lastBlock: 10_000, lastBlockAgeMs: 9_000 },
  standing: { block: 10_000, tempo: 360, registered: true, permit: true, lastUpdate: 9_800, anyPermit: true },
  runningBlocks: 5_000,
  revealsLost: 0,
  roundsSpoiled: 0,
  judgeEntries: 1,
  exam: { required: true, missed: null, interruptions: 0 },
  disk: { freeBytes: 80 * GIB, totalBytes: 200 * GIB },
};
const standing = (more: Partial<NonNullable<Facts['standing']>>): Partial<Facts> => ({
  // `well` has a standing.
  standing: { ...(well.standing as NonNullable<Facts['standing']>), ...more },
});

describe('incidents of a validator', () => {
  it.each<{ name: string; change: Partial<Facts>; kinds: string[] }>([
    { name: 'nothing while all is well', change: {}, kinds: [] },
    { name: 'nothing while the metagraph is not read yet', change: { standing: null }, kinds: [] },
    {
      name: 'a chain silent for exactly a minute is not yet one',
      change: { chain: { ...well.chain, lastBlockAgeMs: 60_000 } },
      kinds: [],
    },
    {
      name: 'a chain silent for more than a minute',
      change: { chain: { ...well.chain, lastBlockAgeMs: 60_001 } },
      kinds: ['chain_unreachable'],
    },
    {
      name: 'a lost registration',
      change: standing({ registered: false, lastUpdate: null }),
      kinds: ['deregistration_risk'],
    },
    { name: 'a lost permit', change: standing({ permit: false }), kinds: ['deregistration_risk'] },
    { name: 'no permit where nobody has one', change: standing({ permit: false, anyPermit: false }), kinds: [] },
    { name: 'weights three epochs old are in time', change: standing({ lastUpdate: 10_000 - 3 * 361 }), kinds: [] },
    {
      name: 'weights older than three epochs',
      change: standing({ lastUpdate: 10_000 - 3 * 361 - 1 }),
      kinds: ['weights_overdue'],
    },
    {
      name: 'old weights found at the start get three epochs to be renewed',
      change: { ...standing({ lastUpdate: 1 }), runningBlocks: 3 * 361 },
      kinds: [],
    },
    { name: 'a lost reveal', change: { revealsLost: 1 }, kinds: ['reveal_lost'] },
    { name: 'one spoiled round is chance', change: { roundsSpoiled: 1 }, kinds: [] },
    { name: 'two spoiled rounds', change: { roundsSpoiled: 2 }, kinds: ['judge_failing'] },
    { name: 'a round that enters its judging again and again', change: { judgeEntries: 3 }, kinds: ['judge_failing'] },
    {
      name: 'one interruption of the exam is chance',
      change: { exam: { ...well.exam, interruptions: 1 } },
      kinds: [],
    },
    {
      name: 'an exam that the model cuts off again and again',
      change: { exam: { ...well.exam, interruptions: 2 } },
      kinds: ['judge_failing'],
    },
    {
      name: 'a failed exam',
      change: { exam: { ...well.exam, missed: ['Spearman 0.10, at least 0.7 wanted'] } },
      kinds: ['exam_failed'],
    },
    {
      name: 'a disk with room for little',
      change: { disk: { freeBytes: GIB, totalBytes: 200 * GIB } },
      kinds: ['disk_low'],
    },
    { name: 'a disk that does not tell', change: { disk: null }, kinds: [] },
    {
      name: 'several at once',
      change: { chain: { ...well.chain, connected: false, lastBlockAgeMs: 300_000 }, revealsLost: 2 },
      kinds: ['chain_unreachable', 'reveal_lost'],
    },
  ])('$name', ({ change, kinds }) => {
    const found = incidentsOf({ ...well, ...change });
    expect([...found.keys()]).toEqual(kinds);
    for (const report of found.values()) expect(report.remedy).not.toBe('');
  });

  it('every kind has an ending', () => {
    expect(Object.keys(ENDINGS).sort()).toEqual(Object.keys(RULES).sort());
  });
});
