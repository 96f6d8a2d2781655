import { FakeClock } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { anonymous, type Caller, type Role } from '../../../../src/gateway/http/caller.js';
import { Limits } from '../../../../src/gateway/http/limits.js';

const PER_MINUTE = 60;

function caller(name: string, roles: readonly Role[], more: Partial<Caller> = {}): Caller {
  return { ...anonymous(''), name, roles, ...more };
}

/** Requests that are let through when as many as possible come at once. */
function burst(who: Caller): number {
  const limits = new Limits(
    { ratePerMinute: PER_MINUTE, addressRatePerMinute: 1_000, concurrency: 1, maxStreams: 1 },
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
