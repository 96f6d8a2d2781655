import type { Clock } from '@bettertherapy/core';
import type { Dispatcher } from 'undici';
import { TRACEPARENT } from '../traceparent.js';
import { type Exchange, exchange, type Outgoing } from './exchange.js';
import type { QueryTerms } from './types.js';

/**
 * The exchanges of one question. Their time counts from the first one sent: an axon gains nothing by resetting the
 * connection or denying a route to be asked again.
 */
export class Call {
  readonly deadlineMs: number;
  private readonly startedMs: number;
  private firstSentMs: number | null = null;

  constructor(
    private readonly agent: Dispatcher,
    private readonly clock: Clock,
    private readonly terms: QueryTerms,
    private readonly maxReplyBytes: number,
    /** Sent along for the axon's own trace; no signature covers it, and axons that do not know it pass over it. */
    private readonly traceparent: string | null,
  ) {
    this.deadlineMs = terms.deadlineMs;
    this.startedMs = clock.monotonicMs();
  }

  /** Sends, and once more when the socket closed before any reply came: an idle socket may just have timed out there. */
  async run(sign: (deadlineMs: number) => Outgoing): Promise<Exchange> {
    const result = await this.once(sign);
    const again = result.kind === 'failure' && (result.failure === 'closed' || result.failure === 'reset');
    return again && this.leftMs() > 0 ? this.once(sign) : result;
  }

  elapsedMs(result: Exchange): number {
    return Math.max(0, result.endedMs - (this.firstSentMs ?? this.startedMs));
  }

  private async once(sign: (deadlineMs: number) => Outgoing): Promise<Exchange> {
    const { signal } = this.terms;
    signal?.throwIfAborted();
    const deadlineMs = this.leftMs();
    if (deadlineMs <= 0)
      return { kind: 'failure', failure: 'timeout', sentMs: null, endedMs: this.clock.monotonicMs() };
    const terms = { deadlineMs, maxReplyBytes: this.maxReplyBytes, signal };
    const result = await exchange(this.agent, this.traced(sign(deadlineMs)), terms, this.clock);
    this.firstSentMs ??= result.sentMs;
    return result;
  }

  private traced(outgoing: Outgoing): Outgoing {
    if (this.traceparent === null) return outgoing;
    return { ...outgoing, headers: { ...outgoing.headers, [TRACEPARENT]: this.traceparent } };
  }

  private leftMs(): number {
    return this.startedMs + this.deadlineMs - this.clock.monotonicMs();
  }
}
