import type { Metagraph } from '@bettertherapy/chain';
import { silentLogger } from '@bettertherapy/core';
import { FakeClock } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { SyncMetagraph } from '../../src/duties/syncMetagraph.js';
import { metagraphOf, neuron, never, self } from './fixture.js';

describe('the metagraph duty', () => {
  it('tells each change of its place once, and goes on through all of them', async () => {
    const clock = new FakeClock();
    const states: string[] = [];
    const errors: unknown[] = [];
    let graph: Metagraph = metagraphOf([neuron(1, { validatorPermit: true })]);
    let down = false;
    const stop = new AbortController();
    const duty = new SyncMetagraph(
      { self, everyMs: 1_000, retryMs: 1_000, freshMs: 500 },
      {
        read: async () => (down ? Promise.reject(new Error('down')) : graph),
        clock,
        log: { ...silentLogger, error: (_message, fields) => errors.push(fields?.code) },
        metrics: null,
        report: (_ok, state) => states.push(state),
      },
    );
    const others = { ownerHotkey: neuron(3).hotkey };
    const running = duty.run(stop.signal).catch((reason: unknown) => reason);
    await clock.advance(10);
    down = true;
    await clock.advance(1_000);
    down = false;
    for (const neurons of [
      [neuron(2)],
      [neuron(2)],
      [neuron(1), neuron(2, { validatorPermit: true })],
      [neuron(1), neuron(2)],
      [neuron(1, { validatorPermit: true })],
    ]) {
      graph = { ...metagraphOf(neurons), ...others };
      await clock.advance(1_000);
    }
    expect(states).toEqual([
      ...['permit', 'chain unreachable', 'not registered', 'not registered', 'no permit', 'no permits yet', 'permit'],
    ]);
    expect(errors).toEqual(['VALIDATOR_NOT_REGISTERED', 'VALIDATOR_NO_PERMIT']);
    stop.abort('stopped');
    expect(await running).toBe('stopped');
  });

  it('reads again only when what it has is too old', async () => {
    const clock = new FakeClock();
    let reads = 0;
    const duty = new SyncMetagraph(
      { self, everyMs: 1_000, retryMs: 1_000, freshMs: 500 },
      {
        read: async () => {
          reads += 1;
          return metagraphOf([neuron(1)]);
        },
        clock,
        log: silentLogger,
        metrics: null,
        report: () => undefined,
      },
    );
    await duty.current(never);
    await duty.current(never);
    await clock.advance(501);
    await duty.current(never);
    expect(reads).toBe(2);
  });
});
