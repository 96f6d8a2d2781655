import type { Hotkey, SpanAttributes } from '@bettertherapy/core';
import type { InferenceRequest } from '@bettertherapy/protocol';

/** One question for one miner. */
export interface AskCall {
  readonly target: {
    readonly hotkey: Hotkey;
    readonly ip: string;
    readonly port: number;
    /** As published on chain; says which protocol to speak. */
    readonly version: number;
  };
  readonly request: InferenceRequest;
  /** What its span says beside what the dendrite knows. */
  readonly about?: SpanAttributes | undefined;
}

export interface AskReply {
  readonly ok: boolean;
  /** 0 when the axon stated none. */
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly output: string | null;
  /** From the request on the socket to the last byte, by our monotonic clock. */
  readonly responseMs: number;
  readonly protocol: string;
  readonly axonProcessMs: number | null;
}

/**
 * Asks all at once under one deadline and hands over each reply as it arrives. A miner that does not answer is a reply
 * too; it rejects only when `signal` aborts or `onReply` throws. `Dendrite.queryMany` is one.
 */
export type AskMany = (
  calls: readonly AskCall[],
  terms: {
    readonly deadlineMs: number;
    readonly signal: AbortSignal;
    readonly onReply: (reply: AskReply, index: number) => void;
  },
) => Promise<unknown>;
