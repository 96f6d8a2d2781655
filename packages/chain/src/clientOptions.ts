import type { Clock, Logger } from '@bettertherapy/core';
import type { ConnectionOptions } from './connection/index.js';
import type { ChainMetrics } from './metrics.js';
import type { ReadOptions } from './reads/view.js';
import type { Beacon } from './timelock/index.js';

export interface ChainOptions {
  /** WebSocket URLs in the order in which they are tried; see `resolveEndpoint`. */
  readonly endpoints: readonly string[];
  /** The chain expected; null or absent takes the first one found and stays with it. */
  readonly genesisHash?: string | null | undefined;
  /** From dial to usable, per endpoint. 20 s. */
  readonly connectDeadlineMs?: number | undefined;
  /** Of one read, waiting for a re-dial included. 20 s. */
  readonly callDeadlineMs?: number | undefined;
  /** Silence after which the socket is given up; five block times and at least 10 s unless said. */
  readonly stallMs?: number | undefined;
  /** Silence after which a socket is pinged; as long again without an answer, and it is given up. 10 s. */
  readonly heartbeatMs?: number | undefined;
  readonly firstBackoffMs?: number | undefined;
  readonly maxBackoffMs?: number | undefined;
  /** Requests that may wait at once. 128. */
  readonly maxInFlight?: number | undefined;
  /** Overrides what the chain says of its beacon, the source of the keys for timelocked commits. */
  readonly beacon?: Partial<Beacon> | undefined;
}

export interface ChainParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ChainMetrics | null;
  /** 0..1, for the jitter of the backoff. */
  readonly random?: (() => number) | undefined;
}

export interface MechanismOptions extends ReadOptions {
  readonly mecid?: number | undefined;
}

export const DEFAULTS = {
  connectDeadlineMs: 20_000,
  callDeadlineMs: 20_000,
  firstBackoffMs: 250,
  /** Together with one dial that runs into its deadline, well under a minute. */
  maxBackoffMs: 15_000,
  heartbeatMs: 10_000,
  maxInFlight: 128,
};

/** The connection's options with every default filled in. */
export function connectionOptions(options: ChainOptions): ConnectionOptions {
  return {
    urls: options.endpoints,
    genesisHash: options.genesisHash ?? null,
    connectDeadlineMs: options.connectDeadlineMs ?? DEFAULTS.connectDeadlineMs,
    callDeadlineMs: options.callDeadlineMs ?? DEFAULTS.callDeadlineMs,
    firstBackoffMs: options.firstBackoffMs ?? DEFAULTS.firstBackoffMs,
    maxBackoffMs: options.maxBackoffMs ?? DEFAULTS.maxBackoffMs,
    maxInFlight: options.maxInFlight ?? DEFAULTS.maxInFlight,
    heartbeatMs: options.heartbeatMs ?? DEFAULTS.heartbeatMs,
    stallMs: options.stallMs ?? null,
  };
}
