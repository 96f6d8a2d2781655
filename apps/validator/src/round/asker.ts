import type { Hotkey } from '@bettertherapy/core';

/** Where a miner listens. */
export interface AskTarget {
  readonly hotkey: Hotkey;
  readonly ip: string;
  readonly port: number;
  /** As published on chain; says which protocol to speak. */
  readonly version: number;
}

export interface AskReply {
  readonly ok: boolean;
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly output: string | null;
  /** Request flushed → last byte, by our monotonic clock. */
  readonly responseMs: number;
  readonly protocol: string;
  readonly axonProcessMs: number | null;
}

/** Asks one miner one question. Rejects only when `signal` aborts. */
export type Asker = (
  target: AskTarget,
  request: { readonly prompt: string; readonly requestId: string },
  options: { readonly deadlineMs: number; readonly signal: AbortSignal },
) => Promise<AskReply>;
