import { FakeClock } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { anonymous, type Caller, type Role } from '../../../../src/gateway/http/caller.js';
import { Limits } from '../../../../src/gateway/http/limits.js';
import { generousLimits } from '../fixture.js';

const PER_MINUTE = 60;

function caller(name: string, roles: readonly Role[], more: Partial<Caller> = {}): Caller {
  return { ...anonymous(''), name, roles, ...more };
}

/** Requests that are let through when as many as possible come at once. */
function burst(who: Caller): number {
  const limits = new Limits(
    { ratePerMinute: PER_MINUTE, addressRatePerMinute: 1_000, newPatientsPerHour: 60, concurrency: 1, maxStreams: 1 },
    { clock: new FakeClock() },
  );
  for (let taken = 0; taken < 10_000; taken += 1) {
    try {
      limits.takeCaller(who);
    } catch {
      return taken;
    }
  }
  return Number.POSITIVE_INFINITY;
}

describe('requests of one caller at once', () => {
  it.each([
    { who: 'a patient', caller: caller('patient:1', ['patient']), let: 15 },
    { who: 'a key for chats', caller: caller('key:1', ['chat']), let: 15 },
    { who: 'a doctor', caller: caller('doctor:1', ['studio']), let: 150 },
    { who: 'an operator', caller: caller('key:2', ['operator', 'chat']), let: 150 },
    { who: 'a key with a rate of its own', caller: caller('key:3', ['operator'], { ratePerMinute: 8 }), let: 2 },
  ])('$who has $let', ({ caller: who, let: expected }) => {
    expect(burst(who)).toBe(expected);
  });
});

describe('new patients of one address', () => {
  it.each([1, 2, 3, 60])('are at most %i in any hour, however they come, and come again after it', async (perHour) => {
    const clock = new FakeClock();
    const limits = new Limits(
      { ratePerMinute: 1, addressRatePerMinute: 1, newPatientsPerHour: perHour, concurrency: 1, maxStreams: 1 },
      { clock },
    );
    const taken: number[] = [];
    for (let minute = 0; minute < 180; minute += 1) {
      for (let n = 0; n <= perHour; n += 1) {
        try {
          limits.takeNewPatient('198.51.100.7');
          taken.push(minute);
        } catch (error) {
          expect(error).toMatchObject({ code: 'rate_limit_exceeded' });
        }
      }
      await clock.advance(60_000);
    }
    for (let from = 0; from < 180; from += 1) {
      expect(taken.filter((minute) => minute >= from && minute < from + 60).length).toBeLessThanOrEqual(perHour);
    }
    expect(taken.length).toBeGreaterThan(perHour);
    expect(() => limits.takeNewPatient('198.51.100.8')).not.toThrow();
  });
});

describe('places', () => {
  const one = anonymous('1');
  it('bound the questions of one caller and of all together, and give places back once', () => {
    const limits = new Limits(generousLimits, { clock: new FakeClock() });
    const first = limits.enter(one);
    limits.enter(one);
    expect(() => limits.enter(one)).toThrow(expect.objectContaining({ code: 'concurrency_exceeded' }));
    limits.enter(anonymous('2'));
    expect(() => limits.enter(anonymous('3'))).toThrow(expect.objectContaining({ code: 'overloaded' }));
    first();
    first();
    expect(limits.active).toBe(2);
    limits.enter(anonymous('3'));
  });

  it('of a key go before those of the gateway', () => {
    const limits = new Limits(generousLimits, { clock: new FakeClock() });
    const narrow = { ...one, concurrency: 1 };
    limits.enter(narrow);
    expect(() => limits.enter(narrow)).toThrow(expect.objectContaining({ code: 'concurrency_exceeded' }));
  });
});
