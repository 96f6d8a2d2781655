import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAxonIp, parseAxonIp } from '../../../src/reads/axonAddress.js';

describe('axon addresses', () => {
  it.each([
    ['203.0.113.7', 3405803783n, 4],
    ['0.0.0.0', 0n, 4],
    ['127.0.0.2', 0x7f000002n, 4],
    ['255.255.255.254', 0xfffffffen, 4],
    ['2001:db8::7', 0x20010db8000000000000000000000007n, 6],
    ['::', 0n, 6],
    ['::ffff:1.2.3.4', 0xffff01020304n, 6],
  ])('%s is %s', (text, value, ipType) => {
    expect(parseAxonIp(text)).toEqual({ value, ipType });
  });

  it.each([
    '127.0.0.1',
    '255.255.255.255',
    '::1',
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    'localhost',
    '',
    '1.2.3',
    '1.2.3.4.5',
  ])('refuses %j before anything is sent', (text) => {
    expect(() => parseAxonIp(text)).toThrow(expect.objectContaining({ code: 'CHAIN_AXON_ADDRESS' }));
  });

  it('survive the way to the chain and back', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        fc.pre(!['127.0.0.1', '255.255.255.255'].includes(text));
        let parsed: ReturnType<typeof parseAxonIp>;
        try {
          parsed = parseAxonIp(text);
        } catch {
          return;
        }
        expect(parseAxonIp(formatAxonIp(parsed.value, parsed.ipType))).toEqual(parsed);
      }),
    );
  });
});
