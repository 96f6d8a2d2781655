import { type Clock, type CodedError, describeError, type Logger, withDeadline } from '@bettertherapy/core';
import WebSocket, { type RawData } from 'ws';
import { ChainErrorCode, chainError, isConnectionFailure } from '../errors.js';
import type { ChainMetrics } from '../metrics.js';
import { safeUrl } from '../networks.js';
import { connectionLost, rpcRefused, silent, timedOut } from './failures.js';
import { startHeartbeat } from './heartbeat.js';
import { type Incoming, parseMessage } from './message.js';

/** Larger than any block, event list or metadata we ask for; a node that sends more is cut off. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** Notifications that may arrive before the answer that names their subscription. */
const MAX_EARLY_NOTIFICATIONS = 64;

export interface RpcSocketOptions {
  readonly url: string;
  /** Deadline of the WebSocket handshake. */
  readonly dialDeadlineMs: number;
  /** Deadline of one request unless it brings its own. */
  readonly requestDeadlineMs: number;
  /** Requests that may wait for their answers at once. */
  readonly maxInFlight: number;
  /** Silence after which a ping is sent, and again for its answer; then the socket counts as half-open. */
  readonly heartbeatMs: number;
}

export interface RpcParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ChainMetrics | null;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number | undefined;
}

interface Waiting {
  readonly method: string;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

export interface Subscription {
  /** Tells the node to stop; never throws. */
  stop(): void;
}

/**
 * JSON-RPC 2.0 over one WebSocket. When the socket ends, for whatever reason, everything in flight is rejected at
 * once with a retryable code. It never dials again: that is the supervisor's work.
 */
export class RpcSocket {
  private nextId = 1;
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Map<string, (result: unknown) => void>();
  private readonly early = new Map<string, unknown[]>();
  private earlyCount = 0;
  private ended: CodedError | null = null;
  private readonly endListeners = new Set<(reason: CodedError) => void>();

  private constructor(
    private readonly options: RpcSocketOptions,
    private readonly parts: RpcParts,
    private readonly socket: WebSocket,
  ) {
    socket.on('message', (data) => this.receive(data));
    socket.on('error', (cause) => this.end(connectionLost(this.url, cause)));
    socket.on('close', (code) => this.end(connectionLost(this.url, undefined, code)));
    const stopHeartbeat = startHeartbeat(socket, {
      everyMs: options.heartbeatMs,
      clock: parts.clock,
      dead: (ms) => this.end(silent(this.url, ms)),
    });
    this.endListeners.add(stopHeartbeat);
  }

  /** @throws CodedError CHAIN_UNREACHABLE, or the signal's reason. */
  static async dial(options: RpcSocketOptions, parts: RpcParts, signal: AbortSignal): Promise<RpcSocket> {
    let socket: WebSocket | undefined;
    try {
      return await withDeadline(
        { what: `dialling ${safeUrl(options.url)}`, ms: options.dialDeadlineMs, signal, clock: parts.clock },
        () =>
          new Promise<RpcSocket>((resolve, reject) => {
            const dialled = new WebSocket(options.url, { maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
            socket = dialled;
            dialled.once('open', () => {
              dialled.off('error', reject);
              resolve(new RpcSocket(options, parts, dialled));
            });
            // Stays attached until open: `terminate` during the handshake emits an error that must have a listener.
            dialled.on('error', reject);
          }),
      );
    } catch (cause) {
      socket?.terminate();
      signal.throwIfAborted();
      throw chainError(ChainErrorCode.Unreachable, `${safeUrl(options.url)} cannot be reached`, {
        remedy: 'Check --subtensor.network and --subtensor.chain_endpoint, and that the node is running.',
        details: { endpoint: safeUrl(options.url), reason: describeError(cause) },
        cause,
      });
    }
  }

  /** The URL as it may be shown. */
  get url(): string {
    return safeUrl(this.options.url);
  }

  /** Why the socket ended; null while it is open. */
  get endReason(): CodedError | null {
    return this.ended;
  }

  /** Calls back once when the socket ends, at once when it has; returns the cancel. */
  onEnd(listener: (reason: CodedError) => void): () => void {
    if (this.ended) listener(this.ended);
    else this.endListeners.add(listener);
    return () => this.endListeners.delete(listener);
  }

  /**
   * Sends one request and waits for its answer.
   * @throws CodedError CHAIN_CONNECTION_LOST, CHAIN_TIMEOUT, CHAIN_BUSY, CHAIN_RPC_REFUSED, CHAIN_RPC_RATE_LIMITED,
   * or the signal's reason.
   */
  async request(method: string, params: readonly unknown[], at: RequestOptions = {}): Promise<unknown> {
    at.signal?.throwIfAborted();
    if (this.ended) throw this.ended;
    if (this.waiting.size >= this.options.maxInFlight) {
      throw chainError(ChainErrorCode.Busy, `${this.waiting.size} requests already wait for ${this.url}`, {
        remedy: 'The node is slow or unreachable; wait, or choose another --subtensor.chain_endpoint.',
        details: { endpoint: this.url, method },
      });
    }
    const started = this.parts.clock.monotonicMs();
    let outcome: string = 'ok';
    try {
      return await this.exchange(method, params, at);
    } catch (error) {
      outcome = isConnectionFailure(error) ? 'connection' : 'error';
      throw error;
    } finally {
      this.parts.metrics?.requestDone(method, outcome, this.parts.clock.monotonicMs() - started);
    }
  }

  /** Subscribes; `listener` gets every notification until `stop` or the end of the socket. */
  async subscribe(
    names: { readonly subscribe: string; readonly unsubscribe: string },
    params: readonly unknown[],
    listener: (result: unknown) => void,
    at: RequestOptions = {},
  ): Promise<Subscription> {
    const answer = await this.request(names.subscribe, params, at);
    const id = String(answer);
    this.listeners.set(id, listener);
    const early = this.early.get(id) ?? [];
    this.early.delete(id);
    this.earlyCount -= early.length;
    for (const result of early) listener(result);
    return {
      stop: () => {
        if (!this.listeners.delete(id) || this.ended) return;
        this.request(names.unsubscribe, [answer]).catch((error: unknown) =>
          this.parts.log.debug('unsubscribe failed', { method: names.unsubscribe, error: describeError(error) }),
        );
      },
    };
  }

  /** Ends the socket now, without waiting for the other side; everything in flight is rejected with `reason`. */
  end(reason: CodedError): void {
    if (this.ended) return;
    this.ended = reason;
    // A half-open peer would never answer a polite close.
    this.socket.terminate();
    for (const waiting of this.waiting.values()) waiting.reject(reason);
    this.waiting.clear();
    this.listeners.clear();
    this.early.clear();
    for (const listener of this.endListeners) listener(reason);
    this.endListeners.clear();
  }

  private exchange(method: string, params: readonly unknown[], at: RequestOptions): Promise<unknown> {
    const id = this.nextId++;
    const ms = at.deadlineMs ?? this.options.requestDeadlineMs;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        cancel();
        at.signal?.removeEventListener('abort', onAbort);
        this.waiting.delete(id);
      };
      const fail = (error: unknown): void => {
        settle();
        reject(error);
      };
      const onAbort = (): void => fail(at.signal?.reason);
      const cancel = this.parts.clock.after(ms, () => fail(timedOut(this.url, method, ms)));
      at.signal?.addEventListener('abort', onAbort, { once: true });
      this.waiting.set(id, {
        method,
        resolve: (result) => {
          settle();
          resolve(result);
        },
        reject: fail,
      });
      this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }), (cause) => {
        if (cause) this.end(connectionLost(this.url, cause));
      });
    });
  }

  private receive(data: RawData): void {
    let message: Incoming;
    try {
      message = parseMessage(data);
    } catch (cause) {
      this.end(connectionLost(this.url, cause));
      return;
    }
    if (message.kind === 'notification') this.notify(message.subscription, message.result);
    else {
      const waiting = this.waiting.get(message.id);
      // An answer nobody waits for belongs to a request that passed its deadline.
      if (!waiting) return;
      if (message.error) waiting.reject(rpcRefused(this.url, waiting.method, message.error));
      else waiting.resolve(message.result);
    }
  }

  private notify(subscription: string, result: unknown): void {
    const listener = this.listeners.get(subscription);
    if (!listener) {
      if (this.earlyCount >= MAX_EARLY_NOTIFICATIONS) {
        this.early.clear();
        this.earlyCount = 0;
      }
      this.earlyCount += 1;
      this.early.set(subscription, [...(this.early.get(subscription) ?? []), result]);
      return;
    }
    try {
      listener(result);
    } catch (error) {
      this.parts.log.error('notification handler failed', { endpoint: this.url, error: describeError(error) });
    }
  }
}
