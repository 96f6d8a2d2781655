import { FakeClock } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { RefusalLog } from '../../../../src/gateway/operator/refusalLog.js';
import { remembered } from '../../../../src/gateway/operator/remembered.js';

const one = { where: 'gateway', code: 'not_found', message: 'nothing there', status: 404, hotkey: null } as const;
const open = (size = 3, maxListeners = 2) => new RefusalLog({ size, maxListeners }, { clock: new FakeClock() });

describe('the log of refusals', () => {
  it('keeps the newest, newest first, and numbers them all', () => {
    const log = open();
    for (let n = 0; n < 5; n += 1) log.add({ ...one, atMs: n });
    expect(log.latest(10).map((row) => [row.id, row.atMs])).toEqual([
      [5, 4],
      [4, 3],
      [3, 2],
    ]);
    expect(log.latest(1)).toHaveLength(1);
  });

  it('tells listeners until they leave, and takes only so many', () => {
    const log = open();
    const heard: number[] = [];
    const stop = log.listen((row) => heard.push(row.id));
    expect(log.listen(() => undefined)).not.toBeNull();
    expect(log.listen(() => undefined)).toBeNull();
    log.add(one);
    stop?.();
    log.add(one);
    expect(heard).toEqual([1]);
    expect(log.listen(() => undefined)).not.toBeNull();
  });
});

describe('a remembered value', () => {
  it('is made again only when its time is over', async () => {
    const clock = new FakeClock();
    let made = 0;
    const value = remembered(2_000, clock, () => {
      made += 1;
      return made;
    });
    expect([value(), value()]).toEqual([1, 1]);
    await clock.advance(1_999);
    expect(value()).toBe(1);
    await clock.advance(1);
    expect(value()).toBe(2);
  });
});
