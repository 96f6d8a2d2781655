import { describe, expect, it } from 'vitest';
import { ENDINGS, type Facts, incidentsOf, RULES } from '../../src/incidents/rules.js';

const GIB = 1024 ** 3;
const well: Facts = {
  netuid: 354,
  chain: { connected: true, lastBlock: 10_000, lastBlockAgeMs: 9_000 },
  registered: true,
  registerCommand: 'pnpm bt subnet register --netuid 354',
  failedAnswers: 2,
  disk: { freeBytes: 80 * GIB, totalBytes: 200 * GIB },
};

describe('incidents of a miner', () => {
  it.each<{ name: string; change: Partial<Facts>; kinds: string[] }>([
    { name: 'nothing while all is well, or little is wrong', change: {}, kinds: [] },
    {
      name: 'a silent chain',
      change: { chain: { ...well.chain, lastBlockAgeMs: 60_001 } },
      kinds: ['chain_unreachable'],
    },
    { name: 'a lost registration', change: { registered: false }, kinds: ['deregistration_risk'] },
    {
      name: 'three answers in a row that the model could not give',
      change: { failedAnswers: 3 },
      kinds: ['model_failing'],
    },
    {
      name: 'a disk with room for little',
      change: { disk: { freeBytes: GIB, totalBytes: 200 * GIB } },
      kinds: ['disk_low'],
    },
    { name: 'a disk that does not tell', change: { disk: null }, kinds: [] },
  ])('$name', ({ change, kinds }) => {
    const found = incidentsOf({ ...well, ...change }, 60_000);
    expect([...found.keys()]).toEqual(kinds);
    for (const report of found.values()) expect(report.remedy).not.toBe('');
  });

  it('every kind has an ending', () => {
    expect(Object.keys(ENDINGS).sort()).toEqual(Object.keys(RULES).sort());
  });
});
