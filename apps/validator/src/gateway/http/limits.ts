import type { Clock } from '@bettertherapy/core';
import { TokenBuckets } from '@bettertherapy/transport';
import type { Caller } from './caller.js';
import { apiError } from './errors.js';

export interface LimitOptions {
  /** Requests per minute of one key or patient; doctors and operators have ten times as many. */
  readonly ratePerMinute: number;
  /** Requests per minute of one address, with or without a key. */
  readonly addressRatePerMinute: number;
  /** Patients that one address may become in any hour. */
  readonly newPatientsPerHour: number;
  /** Questions in progress at once of one caller. */
  readonly concurrency: number;
  /** Questions in progress at once of all callers together. */
  readonly maxStreams: number;
}

const MAX_NAMES = 8_192;
const FULL_RETRY_MS = 2_000;
/** Pages of the studio and the operator make many small requests, and a handful of invited people use them. */
const STAFF_FACTOR = 10;

/** How much of the gateway each caller may have. */
export class Limits {
  private readonly addresses: TokenBuckets;
  private readonly newPatients: TokenBuckets;
  /** By rate, because keys may have their own. */
  private readonly callers = new Map<number, TokenBuckets>();
  private readonly running = new Map<string, number>();
  private total = 0;

  constructor(
    private readonly options: LimitOptions,
    private readonly parts: { readonly clock: Clock },
  ) {
    const { addressRatePerMinute: perMinute, newPatientsPerHour: perHour } = options;
    this.addresses = new TokenBuckets({ perMinute, burst: burstOf(perMinute), maxNames: MAX_NAMES });
    // Half of them at once and half over the hour: no hour, wherever it begins, has more than so many.
    this.newPatients = new TokenBuckets({
      perMinute: perHour / 2 / 60,
      burst: Math.ceil(perHour / 2),
      maxNames: MAX_NAMES,
    });
  }

  /** Questions in progress. */
  get active(): number {
    return this.total;
  }

  /** @throws CodedError rate_limit_exceeded */
  takeAddress(address: string): void {
    const waitMs = this.addresses.take(address, this.parts.clock.monotonicMs());
    if (waitMs > 0)
      throw apiError('rate_limit_exceeded', 'Too many requests from this address.', { retryAfterMs: waitMs });
  }

  /** Each patient has a rate of their own, so that it must cost something to be many. @throws CodedError rate_limit_exceeded */
  takeNewPatient(address: string): void {
    const waitMs = this.newPatients.take(address, this.parts.clock.monotonicMs());
    if (waitMs > 0) {
      throw apiError('rate_limit_exceeded', 'Too many new patients from this address. Go on as one that you are.', {
        retryAfterMs: waitMs,
      });
    }
  }

  /** @throws CodedError rate_limit_exceeded */
  takeCaller(caller: Caller): void {
    const perMinute = caller.ratePerMinute ?? this.options.ratePerMinute * (isStaff(caller) ? STAFF_FACTOR : 1);
    const buckets =
      this.callers.get(perMinute) ?? new TokenBuckets({ perMinute, burst: burstOf(perMinute), maxNames: MAX_NAMES });
    this.callers.set(perMinute, buckets);
    const waitMs = buckets.take(caller.name, this.parts.clock.monotonicMs());
    if (waitMs > 0) throw apiError('rate_limit_exceeded', 'Too many requests.', { retryAfterMs: waitMs });
  }

  /**
   * Takes the place of one question in progress; call the result once to give it back.
   * @throws CodedError concurrency_exceeded, overloaded
   */
  enter(caller: Caller): () => void {
    const mine = this.running.get(caller.name) ?? 0;
    if (mine >= (caller.concurrency ?? this.options.concurrency)) {
      throw apiError('concurrency_exceeded', 'Too many of your requests are running at once.');
    }
    if (this.total >= this.options.maxStreams) {
      throw apiError('overloaded', 'All places are taken at the moment.', { retryAfterMs: FULL_RETRY_MS });
    }
    this.running.set(caller.name, mine + 1);
    this.total += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.total -= 1;
      const now = (this.running.get(caller.name) ?? 1) - 1;
      if (now === 0) this.running.delete(caller.name);
      else this.running.set(caller.name, now);
    };
  }

  /** Has a place of {@link enter} while `work` runs. @throws as {@link enter} */
  async within<T>(caller: Caller, work: () => Promise<T>): Promise<T> {
    const leave = this.enter(caller);
    try {
      return await work();
    } finally {
      leave();
    }
  }
}

function isStaff({ roles }: Caller): boolean {
  return roles.includes('studio') || roles.includes('operator');
}

/** A quarter of a minute's requests may come at once. */
function burstOf(perMinute: number): number {
  return Math.max(1, Math.ceil(perMinute / 4));
}
