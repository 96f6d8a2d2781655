/** What the chain client counts; bound to a registry by `telemetry`. */
export interface ChainMetrics {
  /** One JSON-RPC request ended. `outcome` is `ok` or the error code. */
  requestDone(method: string, outcome: string, durationMs: number): void;
  /** A session with an endpoint began (`up: true`) or ended. */
  connectionChanged(up: boolean, endpoint: string): void;
  /** A new best block was seen. */
  headSeen(blockNumber: number): void;
  /** An extrinsic ended: `included` or the error code. */
  extrinsicDone(call: string, outcome: string, durationMs: number): void;
}
