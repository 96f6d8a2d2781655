import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkNonce, DEFAULT_NONCE_WINDOW, REFUSALS } from '../../src/index.js';
import { DEVIATIONS } from './deviations.js';
import { fixture } from './fixture.js';

interface Case {
  id: string;
  shows: string;
  nowNs: string;
  nonceNs: string;
  timeoutSeconds: number | null;
  lastNonceNs: string | null;
  accepted: boolean;
  message: string | null;
}

describe('nonce window', () => {
  const { cases } = fixture<{ cases: Case[] }>('nonceWindow');
  it.each(cases)('$id: $shows', (one) => {
    const verdict = checkNonce({
      nowNs: BigInt(one.nowNs),
      nonceNs: BigInt(one.nonceNs),
      timeoutSeconds: one.timeoutSeconds,
      lastNonceNs: one.lastNonceNs === null ? null : BigInt(one.lastNonceNs),
      window: DEFAULT_NONCE_WINDOW,
    });
    if (one.id in DEVIATIONS) {
      expect(one.accepted, 'a deviation is only ever stricter').toBe(true);
      expect(verdict).not.toBe('fresh');
      return;
    }
    expect(verdict === 'fresh').toBe(one.accepted);
    if (one.message !== null) expect(verdict).toBe(one.message.includes('newer one') ? 'seen' : 'too_old');
    if (verdict === 'seen') expect(one.message).toBe(REFUSALS.replayed.message);
    if (verdict === 'too_old') expect(one.message?.startsWith(REFUSALS.stale.message)).toBe(true);
  });

  it('lets the caller shorten the window and never widen it', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(600_000), (ageMs, timeoutMs) => {
        const nowNs = 1_752_076_800_000_000_000n;
        const verdict = checkNonce({
          nowNs,
          nonceNs: nowNs - BigInt(ageMs) * 1_000_000n,
          timeoutSeconds: timeoutMs / 1000,
          lastNonceNs: null,
          window: DEFAULT_NONCE_WINDOW,
        });
        return verdict === (ageMs < Math.min(4000 + timeoutMs, DEFAULT_NONCE_WINDOW.pastMs) ? 'fresh' : 'too_old');
      }),
    );
  });

  it('bounds the future to the nanosecond', () => {
    const at = (aheadNs: bigint): string =>
      checkNonce({
        nowNs: 0n,
        nonceNs: aheadNs,
        timeoutSeconds: 12,
        lastNonceNs: null,
        window: DEFAULT_NONCE_WINDOW,
      });
    expect(at(10_000_000_000n)).toBe('fresh');
    expect(at(10_000_000_001n)).toBe('too_new');
  });
});
