import { CodedError } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../src/commands/errors.js';
import { toJson } from '../../src/commands/report.js';
import { limitPrice } from '../../src/commands/stake/market.js';

describe('JSON for scripts', () => {
  it('has bigints as text, so that no reader rounds them', () => {
    expect(JSON.parse(toJson({ free: 2n ** 63n, rows: [{ stake: 1n }] }))).toEqual({
      free: '9223372036854775808',
      rows: [{ stake: '1' }],
    });
  });
});

describe('exit codes', () => {
  it.each([
    ['CONFIG_REQUIRED', 2],
    ['CLI_USAGE', 2],
    ['CLI_NO_TERMINAL', 2],
    ['CLI_DEVELOPMENT_ONLY', 2],
    ['CLI_NOT_CONFIRMED', 1],
    ['CHAIN_NOT_ENOUGH_BALANCE', 1],
    ['WALLET_NOT_FOUND', 1],
  ])('%s leaves with %d', (code, exit) => {
    expect(exitCodeOf(new CodedError(code, 'it failed', { remedy: 'Try again.' }))).toBe(exit);
  });
});

describe('the worst price accepted', () => {
  it.each([
    ['buy' as const, 1_000_000_000n, 50_000_000n, 1_050_000_000n],
    ['sell' as const, 1_000_000_000n, 50_000_000n, 950_000_000n],
    ['buy' as const, 33_333_333n, 0n, 33_333_333n],
  ])('when you %s at %s with tolerance %s is %s', (direction, price, tolerance, limit) => {
    expect(limitPrice(direction, price, tolerance)).toBe(limit);
  });
});
