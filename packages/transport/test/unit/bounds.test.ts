import { FakeClock } from '@bettertherapy/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressName, MemoryNonceStore, TokenBuckets } from '../../src/index.js';

describe('token buckets', () => {
  it('allow a burst, then the rate, and say how long to wait', () => {
    const buckets = new TokenBuckets({ perMinute: 60, burst: 2, maxNames: 10 });
    expect([buckets.take('a', 0), buckets.take('a', 0), buckets.take('a', 0)]).toEqual([0, 0, 1000]);
    expect(buckets.take('b', 0)).toBe(0);
    expect(buckets.take('a', 500)).toBe(500);
    expect(buckets.take('a', 1000)).toBe(0);
    expect(buckets.take('a', 1_000_000)).toBe(0);
  });

  it('never hold more names than their bound', () => {
    const buckets = new TokenBuckets({ perMinute: 60, burst: 1, maxNames: 3 });
    for (let at = 0; at < 50; at += 1) buckets.take(`name${at}`, at);
    expect(buckets.size).toBe(3);
  });

  it('never let more than burst plus rate through', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { maxLength: 200 }), (gaps) => {
        const buckets = new TokenBuckets({ perMinute: 600, burst: 5, maxNames: 3 });
        let now = 0;
        let passed = 0;
        for (const gap of gaps) {
          now += gap;
          if (buckets.take('a', now) === 0) passed += 1;
        }
        return passed <= 5 + now / 100 + 1e-6;
      }),
    );
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8::1', '20010db800000000'.replace(/^0+/, '')],
    ['2001:db8::ffff:1', '20010db800000000'],
    ['fe80::1%eth0', 'fe80000000000000'],
    [undefined, ''],
  ])('count the address %s as %s', (remote, name) => {
    expect(addressName(remote)).toBe(name);
  });
});

describe('the nonce store in memory', () => {
  const entry = (scheme: 'v10' | 'btauth1', key: string, nonceNs: bigint, expiresAtMs = 1e15) => ({
    scheme,
    key,
    nonceNs,
    expiresAtMs,
  });

  it('wants v10 nonces of a key to rise and btauth/1 pairs to be new', () => {
    const store = new MemoryNonceStore({ maxEntries: 10 }, { clock: new FakeClock() });
    expect(store.accept(entry('v10', 'k', 5n))).toBe(true);
    expect(store.accept(entry('v10', 'k', 5n))).toBe(false);
    expect(store.accept(entry('v10', 'k', 4n))).toBe(false);
    expect(store.accept(entry('v10', 'k', 6n))).toBe(true);
    expect(store.lastV10('k')).toBe(6n);
    expect(store.lastV10('other')).toBeNull();
    expect(store.accept(entry('btauth1', 'k', 5n))).toBe(true);
    expect(store.accept(entry('btauth1', 'k', 4n))).toBe(true);
    expect(store.accept(entry('btauth1', 'k', 5n))).toBe(false);
    expect(store.accept(entry('btauth1', 'other', 5n))).toBe(true);
  });

  it('forgets only what has expired, and refuses when nothing has', async () => {
    const clock = new FakeClock(1_000_000);
    const store = new MemoryNonceStore({ maxEntries: 2 }, { clock });
    store.accept(entry('v10', 'a', 1n, 1_001_000));
    store.accept(entry('v10', 'b', 1n, 1_002_000));
    expect(() => store.accept(entry('v10', 'c', 1n))).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_NONCES_FULL' }),
    );
    expect(store.accept(entry('v10', 'a', 2n, 1_001_000))).toBe(true);
    await clock.advance(1_500);
    expect(store.accept(entry('v10', 'c', 1n))).toBe(true);
    expect(store.lastV10('a')).toBeNull();
    expect(store.accept(entry('v10', 'b', 1n))).toBe(false);
    expect(store.size).toBe(2);
  });

  it('says that it does not survive the process unless nothing came before it', () => {
    const parts = { clock: new FakeClock() };
    expect(new MemoryNonceStore({ maxEntries: 1 }, parts).volatile).toBe(true);
    expect(new MemoryNonceStore({ maxEntries: 1, firstStart: true }, parts).volatile).toBe(false);
  });
});
