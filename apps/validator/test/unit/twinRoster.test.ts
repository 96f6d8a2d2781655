import { silentLogger, systemClock } from '@bettertherapy/core';
import { eventually } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { type RosterParts, TwinRoster } from '../../src/duties/twinRoster.js';
import { metagraphOf, neuron, self } from './fixture.js';

const twin = { id: 'dr-a', version: 2 };
const served = [{ ...twin, sha256: 'ab'.repeat(32) }];
const [first, second, third] = [neuron(2), neuron(3), neuron(4)];

function roster(list: RosterParts['list'], more: { neurons?: ReturnType<typeof neuron>[]; privateIps?: boolean } = {}) {
  const asked: string[] = [];
  const part = new TwinRoster(
    { self, everyMs: 5, deadlineMs: 1_000, concurrency: 2, privateIps: more.privateIps ?? true },
    {
      metagraph: async () => metagraphOf(more.neurons ?? [first, second, third]),
      list: (target, terms) => {
        asked.push(target.hotkey);
        return list(target, terms);
      },
      clock: systemClock,
      log: silentLogger,
    },
  );
  return { part, asked, look: () => part.look(new AbortController().signal) };
}

describe('the roster of twins', () => {
  it('knows who says that it serves which version', async () => {
    const { part, look } = roster(async ({ hotkey }) =>
      hotkey === first.hotkey ? served : hotkey === second.hotkey ? [] : null,
    );
    expect(part.serves(third.hotkey, twin)).toBe(true);
    await look();
    expect(part.minersOf('dr-a', 2)).toEqual([first.hotkey]);
    expect(part.minersOf('dr-a', 1)).toEqual([]);
    expect(part.serves(first.hotkey, twin)).toBe(true);
    expect(part.serves(second.hotkey, twin)).toBe(false);
    expect(part.twinsOf(first.hotkey)).toEqual([twin]);
    expect(part.twinsOf(second.hotkey)).toEqual([]);
    expect(part.serves(third.hotkey, twin)).toBe(false);
  });

  it('forgets a miner that says so no more', async () => {
    let says: typeof served | null = served;
    const { part, look } = roster(async () => says);
    await look();
    expect(part.minersOf('dr-a', 2)).toHaveLength(3);
    says = null;
    await look();
    expect(part.minersOf('dr-a', 2)).toEqual([]);
  });

  it('asks neither itself, nor who serves nothing, nor private addresses where these are not asked', async () => {
    const mine = neuron(9, { hotkey: self });
    const silent = neuron(5, { axon: null });
    const local = roster(async () => served, { neurons: [mine, silent, first] });
    await local.look();
    expect(local.asked).toEqual([first.hotkey]);
    const open = roster(async () => served, { neurons: [first], privateIps: false });
    await open.look();
    expect(open.asked).toEqual([]);
  });

  it('goes on after a look that failed, and ends with its signal', async () => {
    let failures = 1;
    const { part } = roster(async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('defect');
      return served;
    });
    const stop = new AbortController();
    const running = part.run(stop.signal);
    await eventually('the roster', () => part.minersOf('dr-a', 2).length === 3);
    stop.abort(new Error('stop'));
    await expect(running).rejects.toThrow('stop');
  });
});
