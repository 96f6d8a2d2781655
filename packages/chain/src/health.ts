import type { Connection, ConnectionState } from './connection/index.js';

export interface ChainHealth {
  readonly connected: boolean;
  readonly state: ConnectionState;
  readonly endpoint: string | null;
  readonly lastBlock: number;
  readonly lastBlockAgeMs: number;
  readonly blockTimeMs: number;
  /** No block for longer than the chain should be silent. */
  readonly stale: boolean;
}

/** What a connection looks like now; asks nobody. */
export function healthOf(connection: Connection): ChainHealth {
  const { head, ageMs } = connection.head;
  return {
    connected: connection.state === 'connected',
    state: connection.state,
    endpoint: connection.up?.url ?? null,
    lastBlock: head.number,
    lastBlockAgeMs: ageMs,
    blockTimeMs: connection.blockTimeMs,
    stale: ageMs > connection.stallMs,
  };
}
