import { type Clock, describeError, type Hotkey, type Logger, withDeadline } from '@bettertherapy/core';
import { DEFAULT_BTAUTH_WINDOW, type Refusal, type RefusalCode, refusal } from '@bettertherapy/protocol';
import type { Proof } from './authenticate.js';
import { MemoryNonceStore, type NonceStore } from './nonceStore.js';
import { TokenBuckets, type TokenRate } from './tokenBuckets.js';
import type { CallerPolicy } from './types.js';

/** Hotkeys counted at once; a subnet has 256 neurons. */
const MAX_CALLERS = 4096;
/** Refused callers' nonces are kept apart, so that strangers cannot fill the store that admitted callers need. */
const MAX_STRANGERS = 8192;
const NOT_READY_RETRY_MS = 5_000;
const STORE_DEADLINE_MS = 3_000;

export type Admission =
  | { readonly ok: true; readonly priority: number }
  | { readonly ok: false; readonly refusal: Refusal };

/** The steps after the signature: replay, then policy, then rate. */
export class AdmissionDesk {
  private readonly strangers: MemoryNonceStore;
  private readonly buckets: TokenBuckets;
  private floorNs = 0n;

  constructor(
    private readonly options: { readonly rate: TokenRate; readonly futureMs: number },
    private readonly parts: {
      readonly policy: CallerPolicy;
      readonly nonces: NonceStore;
      readonly clock: Clock;
      readonly log: Logger;
    },
  ) {
    this.strangers = new MemoryNonceStore({ maxEntries: MAX_STRANGERS, firstStart: true }, parts);
    this.buckets = new TokenBuckets({ ...options.rate, maxNames: MAX_CALLERS });
  }

  /** Marks the start of service: what an earlier process may have accepted is refused unless the store remembers it. */
  open(): void {
    if (this.parts.nonces.volatile !== true) return;
    const reachMs = Math.max(this.options.futureMs, DEFAULT_BTAUTH_WINDOW.skewMs);
    this.floorNs = BigInt(Math.round(this.parts.clock.wallMs() + reachMs)) * 1_000_000n;
  }

  /** @param withPolicy false for the ping, which everyone with a valid signature may send */
  async admit(proof: Proof, withPolicy: boolean): Promise<Admission> {
    const { caller } = proof;
    const tooEarly = this.beforeStart(proof);
    if (tooEarly !== null) return refuse(tooEarly);
    const verdict = withPolicy ? this.parts.policy(caller) : ({ allow: true, priority: 0 } as const);
    // Whether the caller is welcome decides only where the nonce is remembered; replay is still refused first.
    const known = withPolicy && verdict.allow ? this.parts.nonces : this.strangers;
    const first = await this.remember(known, proof);
    if (first !== 'first') return refuse(first);
    if (!verdict.allow) {
      const message = `Forbidden. Key is blacklisted: ${verdict.message.replace(/\.$/, '')}.`;
      return { ok: false, refusal: refusal(verdict.code, { message }) };
    }
    const waitMs = this.takeToken(caller);
    return waitMs > 0
      ? { ok: false, refusal: refusal('rate_limited', { retryAfterMs: waitMs }) }
      : { ok: true, priority: verdict.priority };
  }

  private beforeStart(proof: Proof): RefusalCode | null {
    if (proof.nonce.nonceNs > this.floorNs) return null;
    const nowNs = BigInt(Math.round(this.parts.clock.wallMs())) * 1_000_000n;
    // Near the start even a new request cannot be told from one that was accepted before it.
    return this.floorNs > nowNs ? 'not_ready' : 'replayed';
  }

  private async remember(store: NonceStore, proof: Proof): Promise<'first' | RefusalCode> {
    try {
      const answer = store.accept(proof.nonce);
      const { clock } = this.parts;
      const wait = { what: 'the nonce store', ms: STORE_DEADLINE_MS, clock };
      const isNew = typeof answer === 'boolean' ? answer : await withDeadline(wait, () => answer);
      return isNew ? 'first' : 'replayed';
    } catch (error) {
      // Full only under attack; strangers are refused anyway and a ping is an echo, so nothing is lost.
      if (store === this.strangers) return 'first';
      this.parts.log.error('nonce store failed', { error: describeError(error) });
      return 'not_ready';
    }
  }

  private takeToken(caller: Hotkey): number {
    return this.buckets.take(caller, this.parts.clock.monotonicMs());
  }
}

function refuse(code: RefusalCode): Admission {
  return {
    ok: false,
    refusal: code === 'not_ready' ? refusal(code, { retryAfterMs: NOT_READY_RETRY_MS }) : refusal(code),
  };
}
