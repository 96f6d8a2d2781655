import { repeat, systemClock } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';

describe('work that is repeated', () => {
  it('goes on after a turn that failed, and ends with the reason of the signal', async () => {
    const stop = new AbortController();
    const failures: unknown[] = [];
    let turns = 0;
    const options = {
      everyMs: 0,
      clock: systemClock,
      signal: stop.signal,
      failed: (error: unknown) => failures.push(error),
    };
    const running = repeat(options, async () => {
      turns += 1;
      if (turns === 2) throw new Error('once');
      if (turns === 4) stop.abort(new Error('enough'));
    });
    await expect(running).rejects.toThrow('enough');
    expect([turns, failures]).toEqual([4, [new Error('once')]]);
  });

  it('tells of no failure that came of its end', async () => {
    const stop = new AbortController();
    const failures: unknown[] = [];
    const failed = (error: unknown) => failures.push(error);
    const running = repeat({ everyMs: 0, clock: systemClock, signal: stop.signal, failed }, async () => {
      stop.abort(new Error('enough'));
      throw new Error('broken off');
    });
    await expect(running).rejects.toThrow('enough');
    expect(failures).toEqual([]);
  });
});
