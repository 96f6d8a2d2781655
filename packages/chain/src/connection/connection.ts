import { backoffDelayMs, type CodedError, describeError, withDeadline } from '@bettertherapy/core';
import { ChainErrorCode, chainError, isRetryable } from '../errors.js';
import { safeUrl } from '../networks.js';
import { clientClosed, type RpcParts } from '../rpc/index.js';
import type { Runtime } from '../runtime/index.js';
import type { Head } from './head.js';
import { HeadHub } from './headHub.js';
import { Session, type SessionOptions } from './session.js';

export interface ConnectionOptions extends Omit<SessionOptions, 'url'> {
  /** Tried in this order; after a failure the next one, round and round. */
  readonly urls: readonly string[];
  readonly firstBackoffMs: number;
  readonly maxBackoffMs: number;
}

export interface ConnectionParts extends RpcParts {
  /** 0..1, for the jitter of the backoff. */
  readonly random: () => number;
}

export type ConnectionState = 'connected' | 'reconnecting' | 'closed';

/**
 * Keeps one session alive: watches it end, dials again with backoff and failover, for as long as it is open. A node
 * that answers with another genesis than the first session's is never used.
 */
export class Connection {
  private session: Session | null;
  private last: Session;
  private readonly stop = new AbortController();
  private readonly waiting = new Set<(session: Session) => void>();
  private supervision: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: ConnectionOptions,
    private readonly parts: ConnectionParts,
    private readonly heads: HeadHub,
    first: Session,
  ) {
    this.session = first;
    this.last = first;
  }

  /**
   * Resolves with the first session up, after trying each endpoint once.
   * @throws CodedError CHAIN_UNREACHABLE or CHAIN_WRONG_GENESIS when no endpoint could be used, or the signal's reason.
   */
  static async open(options: ConnectionOptions, parts: ConnectionParts, signal?: AbortSignal): Promise<Connection> {
    const heads = new HeadHub(parts);
    const first = await dialAny(options, parts, signal ?? new AbortController().signal);
    const connection = new Connection(options, parts, heads, first);
    heads.announce(first.head);
    connection.supervision = connection.supervise(first);
    return connection;
  }

  get state(): ConnectionState {
    if (this.stop.signal.aborted) return 'closed';
    return this.session ? 'connected' : 'reconnecting';
  }

  /** The session that is up now; null while re-dialling. */
  get up(): Session | null {
    return this.session;
  }

  get genesisHash(): string {
    return this.last.genesisHash;
  }

  /** The runtime used last, also while re-dialling. */
  get runtime(): Runtime {
    return this.last.runtime;
  }

  get blockTimeMs(): number {
    return this.last.blockTimeMs;
  }

  get stallMs(): number {
    return this.last.stallMs;
  }

  /** The newest head seen on any session, with the time since it came. */
  get head(): { readonly head: Head; readonly ageMs: number } {
    return this.heads.latest ?? { head: this.last.head, ageMs: this.last.trail.ageMs };
  }

  onHead(listener: (head: Head) => void): () => void {
    return this.heads.onHead(listener);
  }

  /** Resolves when reads see at least `block`, or after a few seconds. @throws the signal's reason. */
  headAtLeast(block: number, signal: AbortSignal): Promise<void> {
    return this.heads.atLeast(block, signal);
  }

  /**
   * The session, waiting for a re-dial up to the deadline.
   * @throws CodedError CHAIN_UNREACHABLE, CHAIN_CLOSED, or the signal's reason.
   */
  async use(deadlineMs: number, signal?: AbortSignal): Promise<Session> {
    if (this.stop.signal.aborted) throw clientClosed();
    signal?.throwIfAborted();
    // A session that ended a moment ago is about to be replaced.
    if (this.session && !this.session.socket.endReason) return this.session;
    let give: (session: Session) => void = () => undefined;
    const either = signal ? AbortSignal.any([signal, this.stop.signal]) : this.stop.signal;
    const limit = { what: 'reaching the chain', ms: deadlineMs, signal: either, clock: this.parts.clock };
    try {
      return await withDeadline(limit, () => {
        return new Promise<Session>((resolve) => {
          give = resolve;
          this.waiting.add(give);
        });
      });
    } catch (cause) {
      if (this.stop.signal.aborted) throw clientClosed();
      signal?.throwIfAborted();
      throw unreachable(this.options.urls, cause);
    } finally {
      this.waiting.delete(give);
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.stop.abort(clientClosed());
    this.session?.end(clientClosed());
    this.heads.clear();
    await this.supervision;
  }

  /** The parameter is what it moves on with: a loop that kept the first session would keep its runtime as well, for ever. */
  private async supervise(session: Session): Promise<void> {
    let failures = 0;
    for (;;) {
      const reason = await this.run(session);
      if (this.stop.signal.aborted) return;
      // Only a session that brought a block proves its endpoint; then the backoff starts afresh.
      failures = session.sawBlocks ? 0 : failures + 1;
      this.parts.log.warn('chain connection ended, dialling again', {
        endpoint: session.url,
        error: describeError(reason),
      });
      const next = await this.redial(urlAfter(this.options.urls, session, reason), failures);
      if (!next) return;
      session = next;
    }
  }

  /** Publishes the session and resolves with the reason of its end. */
  private async run(session: Session): Promise<CodedError> {
    this.session = session;
    this.last = session;
    this.parts.metrics?.connectionChanged(true, session.url);
    session.listen((head) => this.heads.announce(head));
    this.heads.announce(session.head);
    for (const give of this.waiting) give(session);
    const reason = await new Promise<CodedError>((resolve) => session.socket.onEnd(resolve));
    this.session = null;
    this.parts.metrics?.connectionChanged(false, session.url);
    return reason;
  }

  /** Null when the client was closed meanwhile. */
  private async redial(startAt: number, failures: number): Promise<Session | null> {
    const { urls, firstBackoffMs, maxBackoffMs } = this.options;
    const { signal } = this.stop;
    const options = { ...this.options, genesisHash: this.genesisHash };
    for (let attempt = 0; ; attempt += 1) {
      // Each lap over the endpoints waits once: a dead one must not keep a good one waiting.
      const lap = Math.floor(attempt / urls.length);
      const backoffMs = backoffDelayMs(lap + failures + 1, firstBackoffMs, maxBackoffMs, this.parts.random());
      const delayMs = attempt % urls.length === 0 ? backoffMs : 0;
      const url = urls[(startAt + attempt) % urls.length] ?? '';
      try {
        await this.parts.clock.sleep(delayMs, signal);
        const session = await Session.open({ ...options, url }, this.parts, this.runtime, signal);
        if (signal.aborted) {
          session.end(clientClosed());
          return null;
        }
        this.parts.log.info('chain connection is back', { endpoint: session.url, block: session.head.number });
        return session;
      } catch (error) {
        if (signal.aborted) return null;
        this.parts.log.warn('chain endpoint failed', {
          endpoint: safeUrl(url),
          attempt: attempt + 1,
          error: describeError(error),
        });
      }
    }
  }
}

async function dialAny(options: ConnectionOptions, parts: ConnectionParts, signal: AbortSignal): Promise<Session> {
  const failures: unknown[] = [];
  for (const url of options.urls) {
    try {
      return await Session.open({ ...options, url }, parts, null, signal);
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error);
      parts.log.warn('chain endpoint failed', { endpoint: safeUrl(url), error: describeError(error) });
    }
  }
  // A definite refusal says more than a timeout.
  throw failures.find((error) => !isRetryable(error)) ?? failures[0] ?? unreachable(options.urls, undefined);
}

/** A silent or wrong endpoint is left for the next one; a lost socket may be a restart, so the same is tried first. */
function urlAfter(urls: readonly string[], session: Session, reason: CodedError): number {
  const index = Math.max(
    0,
    urls.findIndex((url) => safeUrl(url) === session.url),
  );
  return reason.code === ChainErrorCode.ConnectionLost ? index : index + 1;
}

function unreachable(urls: readonly string[], cause: unknown): Error {
  return chainError(ChainErrorCode.Unreachable, `no chain endpoint answers: ${urls.map(safeUrl).join(', ')}`, {
    remedy: 'Check --subtensor.network and --subtensor.chain_endpoint, and that the node is running.',
    details: { endpoints: urls.map(safeUrl), retryable: true },
    cause,
  });
}
