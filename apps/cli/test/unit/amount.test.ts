import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTao, formatTaoShort, parseSpendable, parseTao } from '../../src/commands/amount.js';

describe('parseTao', () => {
  it.each([
    ['1', 1_000_000_000n],
    ['0.5', 500_000_000n],
    ['1.000000001', 1_000_000_001n],
    ['0.100000000000', 100_000_000n],
    ['1_000', 1_000_000_000_000n],
    // A double would make 9007199.254740993 of this one.
    ['9007199.254740993', 9_007_199_254_740_993n],
    ['18446744073.709551615', 2n ** 64n - 1n],
    ['0', 0n],
  ])('reads %s as exactly %s rao', (text, rao) => {
    expect(parseTao(text, 'amount')).toBe(rao);
  });

  it.each([
    '',
    '-1',
    '+1',
    '1,5',
    '1,500',
    '.5',
    '1.',
    '1e9',
    '0x10',
    'all',
    '1.0000000001',
    '18446744073.709551616',
    '_1',
    'NaN',
  ])('refuses %j', (text) => {
    expect(() => parseTao(text, 'amount')).toThrow(expect.objectContaining({ code: 'CLI_USAGE' }));
  });

  it('takes back every amount that is shown', () => {
    const rao = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(fc.property(rao, (value) => parseTao(formatTao(value), 'amount') === value));
  });

  it('does not let nothing be spent', () => {
    expect(() => parseSpendable('0.000', 'amount')).toThrow('nothing');
  });
});

describe('formatTaoShort', () => {
  it.each([
    [1_234_567_899_999n, '1234.5678'],
    [99_999n, '<0.0001'],
    [0n, '0'],
  ])('shows %s rao as %s', (rao, text) => {
    expect(formatTaoShort(rao)).toBe(text);
  });
});
