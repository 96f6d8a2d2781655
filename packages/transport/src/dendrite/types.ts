import type { Clock, Hotkey, Logger, SpanAttributes, Tracer } from '@bettertherapy/core';
import type { WireProtocol } from '@bettertherapy/protocol';
import type { Signer } from '@bettertherapy/wallet';
import type { NonceClock } from './nonceClock.js';

/** An axon as the metagraph lists it. */
export interface AxonTarget {
  readonly hotkey: Hotkey;
  readonly ip: string;
  readonly port: number;
  /** `auto` (the default) goes by {@link version}. */
  readonly protocol?: WireProtocol | 'auto' | undefined;
  /** The version the axon published; 12.x is ours and speaks btauth/1. Unknown means v10. */
  readonly version?: number | undefined;
}

export interface QueryTerms {
  /** Everything included: connecting, waiting, reading, one retry. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What the span of the question says beside what is known here. */
  readonly about?: SpanAttributes | undefined;
}

/** What came of a question. */
export interface DendriteReply {
  /** Status 200 and an output. */
  readonly ok: boolean;
  /** 200 is the only success; 408, 422, 400, 503 are ours for what went wrong; 0 when the axon stated no status. */
  readonly statusCode: number;
  readonly statusMessage: string;
  /** As the axon gave it, also beside a bad status. */
  readonly output: string | null;
  /** Our own measurement, from the first time the request was put on a socket to the last byte or the failure. */
  readonly responseMs: number;
  readonly protocol: WireProtocol;
  /** What the axon claims it took. */
  readonly axonProcessMs: number | null;
}

export interface DendriteOptions {
  readonly signer: Signer<Hotkey>;
  /** Our address as others see it: stated in v10 headers; targets at it are dialled on loopback. */
  readonly externalIp?: string | undefined;
  /** Sockets per axon; default 4. */
  readonly connectionsPerAxon?: number | undefined;
  /** Default 262 144. */
  readonly maxReplyBytes?: number | undefined;
  /** Questions in flight at once in {@link Dendrite.queryMany}; default 256, a whole subnet. */
  readonly concurrency?: number | undefined;
}

export interface DendriteMetrics {
  queryFinished(protocol: WireProtocol, statusCode: number, seconds: number): void;
}

export interface DendriteParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: DendriteMetrics | null;
  /** Shared by all dendrites that sign with one key, or their nonces could meet. */
  readonly nonces?: NonceClock | undefined;
  /** Each question is a span, whose place in the trace is sent along. */
  readonly tracer?: Tracer | undefined;
}
