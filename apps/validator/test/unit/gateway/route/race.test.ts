import { silentLogger } from '@bettertherapy/core';
import { FakeClock } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { bestOf, type GoodAnswer, Race } from '../../../../src/gateway/route/race.js';
import { hotkeyOf } from '../../fixture.js';

const answer = (n: number, more: Partial<GoodAnswer> = {}): GoodAnswer => ({
  hotkey: hotkeyOf(n),
  text: `answer ${n}`,
  average: 50,
  namesHelp: false,
  ...more,
});

function raceOf(entrants: number, quickLook: (of: GoodAnswer) => Promise<number> = async () => 0.5) {
  const clock = new FakeClock();
  const race = new Race(
    { entrants, settleMs: 800, deadlineMs: 10_000 },
    { clock, log: silentLogger, quickLook, onQuick: () => undefined },
  );
  let result: Awaited<typeof race.result> | null = null;
  race.result.then((value) => {
    result = value;
  });
  return { clock, race, decided: () => result };
}

describe('the race for one question', () => {
  it('is decided a fixed time after the first good answer, whoever is still out', async () => {
    const { clock, race, decided } = raceOf(3);
    await clock.advance(2_000);
    race.offer(answer(2));
    await clock.advance(799);
    expect(decided()).toBeNull();
    await clock.advance(1);
    expect(decided()).toMatchObject({ winner: { hotkey: hotkeyOf(2) }, firstGoodMs: 2_000 });
  });

  it('does not wait for a judge that is busy', async () => {
    const { clock, race, decided } = raceOf(2, () => new Promise(() => undefined));
    race.offer(answer(2, { average: 20 }));
    race.offer(answer(3, { average: 80 }));
    await clock.advance(800);
    expect(decided()).toMatchObject({ winner: { hotkey: hotkeyOf(3) } });
  });

  it('ends at once when nothing more can come', async () => {
    const { clock, race, decided } = raceOf(3);
    race.offer(answer(2));
    race.miss();
    race.miss();
    await clock.advance(0);
    expect(decided()).toMatchObject({ winner: { hotkey: hotkeyOf(2) } });
  });

  it('ends without a winner when all have failed, when nobody was asked, and at the deadline', async () => {
    const failed = raceOf(1);
    failed.race.miss();
    const nobody = raceOf(0);
    const late = raceOf(1);
    await failed.clock.advance(0);
    await late.clock.advance(9_999);
    expect([failed.decided()?.winner, nobody.decided()?.winner, late.decided()]).toEqual([null, null, null]);
    await late.clock.advance(1);
    expect(late.decided()).toEqual({ winner: null, firstGoodMs: null });
  });

  it('takes no answer that comes after it was decided', async () => {
    const { clock, race, decided } = raceOf(2);
    race.offer(answer(2));
    await clock.advance(800);
    race.offer(answer(3, { average: 100 }));
    await clock.advance(5_000);
    expect(decided()).toMatchObject({ winner: { hotkey: hotkeyOf(2) } });
  });
});

describe('the best of the good answers', () => {
  const [two, three] = [answer(2, { average: 90 }), answer(3, { average: 10 })];
  it.each([
    ['the miner’s average decides where the judge had no time', [two, three], {}, two],
    ['the quick look outweighs the average', [two, three], { 2: 0.1, 3: 0.9 }, three],
    ['not being looked at neither helps nor hurts', [two, three], { 3: 0.9 }, two],
    [
      'in a crisis an answer that names help comes first',
      [two, { ...three, namesHelp: true }],
      { 2: 0.9, 3: 0.1 },
      three,
    ],
    ['nobody wins among none', [], {}, null],
  ])('%s', (_name, good, quick, expected) => {
    const looks = new Map(Object.entries(quick).map(([n, value]) => [hotkeyOf(Number(n)), value]));
    expect(bestOf(good, looks)?.hotkey ?? null).toBe(expected?.hotkey ?? null);
  });
});
