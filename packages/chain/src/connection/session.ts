import { CoreErrorCode, describeError, hasCode, withDeadline } from '@bettertherapy/core';
import { u8aToHex } from '@polkadot/util';
import { type ChainError, ChainErrorCode, chainError } from '../errors.js';
import { safeUrl } from '../networks.js';
import {
  bytesFrom,
  connectionLost,
  hashFrom,
  type RequestOptions,
  type RpcParts,
  RpcSocket,
  type Subscription,
} from '../rpc/index.js';
import { Runtime } from '../runtime/index.js';
import { blockTimeMs, HeadTrail, stallMs } from './blockClock.js';
import { type Head, parseHead } from './head.js';
import { fetchMetadata, parseRuntimeVersion } from './runtimeSource.js';

/** The last part of the silence, after a first look. */
const STALL_GRACE_MS = 1_000;

export interface SessionOptions {
  readonly url: string;
  /** Deadline from the first byte to the first block. */
  readonly connectDeadlineMs: number;
  readonly callDeadlineMs: number;
  readonly maxInFlight: number;
  /** Silence after which a socket is pinged, and again for the answer. */
  readonly heartbeatMs: number;
  /** The chain expected; null takes any. */
  readonly genesisHash: string | null;
  /** Silence after which the socket counts as dead; null derives it from the block time. */
  readonly stallMs: number | null;
}

/**
 * One connection to one endpoint, from dial to end: socket, runtime, best head. Ends itself when no block comes for
 * `stallMs`, so whoever waits on it fails at once instead of hanging on a half-open socket.
 */
export class Session {
  private disarm: () => void = () => undefined;
  private refresh: Promise<void> | null = null;
  private blocks = 0;
  private listener: (head: Head) => void = () => undefined;

  private constructor(
    private readonly options: SessionOptions,
    private readonly parts: RpcParts,
    readonly socket: RpcSocket,
    readonly genesisHash: string,
    private current: Runtime,
    readonly trail: HeadTrail,
  ) {}

  /**
   * Dials, checks the genesis, loads the runtime and starts to watch heads. `known` is reused when the node still
   * has the same metadata, which spares the decoding.
   * @throws CodedError CHAIN_UNREACHABLE, CHAIN_WRONG_GENESIS, CHAIN_DECODE, CHAIN_TIMEOUT, or the signal's reason.
   */
  static async open(
    options: SessionOptions,
    parts: RpcParts,
    known: Runtime | null,
    signal: AbortSignal,
  ): Promise<Session> {
    const what = `connecting to ${safeUrl(options.url)}`;
    const limit = { what, ms: options.connectDeadlineMs, signal, clock: parts.clock };
    return withDeadline(limit, async (inner) => {
      const socket = await RpcSocket.dial(
        {
          url: options.url,
          dialDeadlineMs: options.connectDeadlineMs,
          requestDeadlineMs: options.callDeadlineMs,
          maxInFlight: options.maxInFlight,
          heartbeatMs: options.heartbeatMs,
        },
        parts,
        inner,
      );
      try {
        const session = await Session.greet(options, parts, socket, known, inner);
        await session.watch(inner);
        return session;
      } catch (error) {
        socket.end(connectionLost(socket.url, error));
        throw error;
      }
    }).catch((error: unknown) => {
      throw hasCode(error, CoreErrorCode.DeadlineExceeded) ? tooSlow(options, error) : error;
    });
  }

  private static async greet(
    options: SessionOptions,
    parts: RpcParts,
    socket: RpcSocket,
    known: Runtime | null,
    signal: AbortSignal,
  ): Promise<Session> {
    // Metadata may take longer than a call; the deadline of the whole connect bounds it.
    const at = { signal, deadlineMs: options.connectDeadlineMs };
    const [genesis, versionJson, headJson] = await Promise.all([
      socket.request('chain_getBlockHash', [0], at),
      socket.request('state_getRuntimeVersion', [], at),
      socket.request('chain_getHeader', [], at),
    ]);
    const genesisHash = hashFrom(genesis, 'genesis hash');
    if (options.genesisHash !== null && genesisHash !== options.genesisHash) {
      throw chainError(ChainErrorCode.WrongGenesis, `${socket.url} serves another chain`, {
        remedy: 'Point --subtensor.chain_endpoint at a node of the chain this program was started for.',
        details: { endpoint: socket.url, expected: options.genesisHash, found: genesisHash },
      });
    }
    const runtime = await fetchRuntime(socket, versionJson, known, at);
    const trail = new HeadTrail(parseHead(headJson), parts.clock);
    return new Session(options, parts, socket, genesisHash, runtime, trail);
  }

  get url(): string {
    return this.socket.url;
  }

  get runtime(): Runtime {
    return this.current;
  }

  get head(): Head {
    return this.trail.head;
  }

  /** Gives every further head to `listener`; there is one, the supervisor. */
  listen(listener: (head: Head) => void): void {
    this.listener = listener;
  }

  /** More than the one head that a node announces at once to a new subscriber. */
  get sawBlocks(): boolean {
    return this.blocks > 1;
  }

  get blockTimeMs(): number {
    return blockTimeMs(this.current);
  }

  get stallMs(): number {
    return this.options.stallMs ?? stallMs(this.blockTimeMs);
  }

  request(method: string, params: readonly unknown[], at?: RequestOptions): Promise<unknown> {
    return this.socket.request(method, params, at);
  }

  /** The runtime once a change that was announced is loaded. @throws as {@link request} does. */
  async settledRuntime(): Promise<Runtime> {
    while (this.refresh) await this.refresh;
    if (this.socket.endReason) throw this.socket.endReason;
    return this.current;
  }

  /** Asks the node whether its runtime changed, and loads it when it did. True when it had. */
  async recheckRuntime(at: RequestOptions = {}): Promise<boolean> {
    const before = this.current;
    this.startRefresh(() => this.socket.request('state_getRuntimeVersion', [], at));
    await this.settledRuntime();
    return this.current !== before;
  }

  end(reason: Parameters<RpcSocket['end']>[0]): void {
    this.disarm();
    this.socket.end(reason);
  }

  private async watch(signal: AbortSignal): Promise<void> {
    const at = { signal };
    this.socket.onEnd(() => this.disarm());
    this.arm();
    const subscriptions: Promise<Subscription>[] = [
      this.socket.subscribe(
        { subscribe: 'chain_subscribeNewHeads', unsubscribe: 'chain_unsubscribeNewHeads' },
        [],
        (json) => this.seeHead(json),
        at,
      ),
      this.socket.subscribe(
        { subscribe: 'state_subscribeRuntimeVersion', unsubscribe: 'state_unsubscribeRuntimeVersion' },
        [],
        (json) => this.seeVersion(json),
        at,
      ),
    ];
    await Promise.all(subscriptions);
  }

  private seeHead(json: unknown): void {
    const head = parseHead(json);
    this.blocks += 1;
    this.trail.push(head);
    this.arm();
    this.parts.metrics?.headSeen(head.number);
    if (head.changesRuntime) this.startRefresh(() => this.socket.request('state_getRuntimeVersion', []));
    this.listener(head);
  }

  private seeVersion(json: unknown): void {
    if (parseRuntimeVersion(json).specVersion !== this.current.version.specVersion) {
      this.startRefresh(async () => json);
    }
  }

  /** Loads the new runtime; a failure ends the session, because old types must not be used on a new runtime. */
  private startRefresh(version: () => Promise<unknown>): void {
    const refresh: Promise<void> = (this.refresh ?? Promise.resolve())
      .then(async () => {
        const next = await fetchRuntime(this.socket, await version(), this.current, {
          deadlineMs: this.options.connectDeadlineMs,
        });
        if (next === this.current) return;
        this.parts.log.info('runtime upgraded', {
          from: this.current.version.specVersion,
          to: next.version.specVersion,
        });
        this.current = next;
      })
      .catch((error: unknown) => {
        this.parts.log.warn('runtime upgrade could not be loaded', { error: describeError(error) });
        this.end(connectionLost(this.url, error));
      })
      .finally(() => {
        if (this.refresh === refresh) this.refresh = null;
      });
    this.refresh = refresh;
  }

  /**
   * In two steps, so that after the event loop stood still (a busy machine) blocks that already wait in the socket
   * are read before the verdict.
   */
  private arm(): void {
    this.disarm();
    const ms = this.stallMs;
    const graceMs = Math.min(STALL_GRACE_MS, ms / 4);
    const { clock } = this.parts;
    this.disarm = clock.after(ms - graceMs, () => {
      this.disarm = clock.after(graceMs, () => this.end(this.stalled(ms)));
    });
  }

  private stalled(ms: number): ChainError {
    return chainError(ChainErrorCode.Stalled, `no block from ${this.url} for ${Math.round(ms / 1000)} s`, {
      remedy: 'The client dials again by itself. If it lasts, the chain or the node stands still.',
      details: { endpoint: this.url, ms, lastBlock: this.head.number, retryable: true },
    });
  }
}

function tooSlow(options: SessionOptions, cause: unknown): Error {
  const endpoint = safeUrl(options.url);
  return chainError(ChainErrorCode.Unreachable, `${endpoint} was not ready within ${options.connectDeadlineMs} ms`, {
    remedy: 'The node is overloaded or not a Substrate node; choose another --subtensor.chain_endpoint.',
    details: { endpoint, retryable: true },
    cause,
  });
}

async function fetchRuntime(
  socket: RpcSocket,
  versionJson: unknown,
  known: Runtime | null,
  at: RequestOptions,
): Promise<Runtime> {
  const version = parseRuntimeVersion(versionJson);
  const metadata = await fetchMetadata(
    async (method, input) => bytesFrom(await socket.request('state_call', [method, u8aToHex(input)], at), 'metadata'),
    async () => bytesFrom(await socket.request('state_getMetadata', [], at), 'metadata'),
  );
  const same =
    known !== null &&
    known.version.specVersion === version.specVersion &&
    Buffer.compare(known.metadata, metadata) === 0;
  return same ? known : Runtime.decode(metadata, version);
}
