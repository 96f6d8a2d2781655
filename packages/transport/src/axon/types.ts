import type { Clock, Hotkey, Logger, Tracer } from '@bettertherapy/core';
import type { RefusalCode, ServedTwin, Turn, TwinRef, WireProtocol } from '@bettertherapy/protocol';
import type { Signer } from '@bettertherapy/wallet';
import type { NonceStore } from './nonceStore.js';
import type { TokenRate } from './tokenBuckets.js';

/**
 * Answers one admitted request. Rejecting with CORE_QUEUE_FULL makes a 503 of it, with TRANSPORT_TWIN_NOT_SERVED a 421,
 * anything else a 500.
 */
export type AnswerFn = (request: {
  readonly prompt: string;
  readonly requestId: string;
  /** Who is asked; nobody in particular when left out. */
  readonly twin?: TwinRef | undefined;
  /** The conversation, oldest first, when the caller sent one; its last turn is the question. */
  readonly messages?: readonly Turn[] | undefined;
  readonly caller: Hotkey;
  /** Milliseconds left for the answer. */
  readonly deadlineMs: number;
  readonly priority: number;
  /** Aborts at the deadline and when the caller goes away. */
  readonly signal: AbortSignal;
}) => Promise<{
  readonly output: string;
  /** Of a twin that has an adapter: the SHA-256 of the one that was used, null for the base model alone. */
  readonly adapter?: string | null | undefined;
}>;

/** Who may ask, and in what order. Called for callers whose signature holds; must be quick and must not throw. */
export type CallerPolicy = (caller: Hotkey) =>
  | { readonly allow: true; readonly priority: number }
  | {
      readonly allow: false;
      readonly code: 'no_permit' | 'low_stake' | 'unregistered' | 'denied';
      /** Why, for the caller: a constant text of the operator, never anything from the request. */
      readonly message: string;
    };

export interface AxonOptions {
  readonly host: string;
  /** 0 takes any free port; read it from {@link AxonServer.port}. */
  readonly port: number;
  readonly hotkey: Hotkey;
  /** The address on chain, stated in v10 replies; the bound one when not given. */
  readonly advertised?: { readonly ip: string; readonly port: number } | undefined;
  /** Default 65 536. */
  readonly maxBodyBytes?: number | undefined;
  /** Default 16 384. */
  readonly maxHeaderBytes?: number | undefined;
  /**
   * Hotkeys that sign with ed25519, which only btauth/1 can carry; sr25519 is expected of all others. The scheme of a
   * sender is never taken from its request.
   */
  readonly ed25519Hotkeys?: ReadonlySet<string> | undefined;
  /** How old a v10 nonce may be; default 16 000. The caller's timeout can only shorten it. */
  readonly freshnessMs?: number | undefined;
  /** How far ahead a v10 nonce may be; default 10 000. */
  readonly futureMs?: number | undefined;
  /** The longest an answer may take, waiting included; the caller's own timeout can only shorten it. */
  readonly answerDeadlineMs: number;
  /** How long a request may take to arrive in full; default 15 000. */
  readonly receiveDeadlineMs?: number | undefined;
  readonly queue: { readonly concurrency: number; readonly capacity: number };
  /** Per verified hotkey. */
  readonly rate: TokenRate;
  /** Per socket address, before anything is verified; null for none. Default 100 a second, bursts of 400. */
  readonly addressRate?: TokenRate | null | undefined;
  /** Per socket address, for the list of twins; default 60 a minute, bursts of 20. */
  readonly listRate?: TokenRate | undefined;
  /** Sockets open at once; default 1024. */
  readonly maxConnections?: number | undefined;
}

/** What the axon counts. Codes and protocols are closed sets, so they may be labels. */
export interface AxonMetrics {
  requestRefused(code: RefusalCode): void;
  requestAnswered(protocol: WireProtocol, seconds: number): void;
  queueChanged(waiting: number, running: number): void;
}

export interface AxonParts {
  readonly answer: AnswerFn;
  /** The twins served now, told to whoever asks; none when left out. Must be quick and must not throw. */
  readonly servedTwins?: (() => readonly ServedTwin[]) | undefined;
  readonly policy: CallerPolicy;
  readonly nonces: NonceStore;
  /** Signs the axon's lines in v10 refusals; its address is `options.hotkey`. */
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: AxonMetrics | null;
  /** Each admitted question is a span, in the trace of its caller where that sent one. */
  readonly tracer?: Tracer | undefined;
}
