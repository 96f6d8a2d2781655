import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { BoundedQueue, noTracer, type Span, type SpanAttributes, type Tracer, withDeadline } from '@bettertherapy/core';
import {
  authority,
  encodeInferenceBody,
  encodeRequest,
  INFERENCE_PATH,
  type InferenceRequest,
  MAX_SERVED_BYTES,
  mergeReply,
  parseServedTwins,
  protocolOfVersion,
  readInferenceReply,
  SERVED_TWINS_PATH,
  type ServedTwin,
  signBtauth,
  V10_INFERENCE_PATH,
  type WireProtocol,
} from '@bettertherapy/protocol';
import { ready } from '@bettertherapy/wallet';
import { Agent } from 'undici';
import { Call } from './call.js';
import { exchange, type Outgoing } from './exchange.js';
import { NonceClock } from './nonceClock.js';
import { describeFailure, fromMerged } from './outcomes.js';
import type { AxonTarget, DendriteOptions, DendriteParts, DendriteReply, QueryTerms } from './types.js';

export interface FanOutTerms extends QueryTerms {
  /** Called as each reply arrives, before the next of the same moment; what it throws ends the fan-out. */
  readonly onReply?: ((reply: DendriteReply, index: number) => void) | undefined;
}

/** Under uvicorn's 5 s, so that we close idle sockets before the server does. */
const IDLE_SOCKET_MS = 4_000;
const CONNECT_MS = 10_000;
/** How long an axon that did not know the btauth/1 route is asked in v10 at once. */
const REMEMBER_V10_MS = 600_000;
const MAX_REMEMBERED = 1024;

/** The validator's client: asks axons in either protocol and tells what came of it. */
export class Dendrite {
  private readonly agent: Agent;
  private readonly nonces: NonceClock;
  private readonly tracer: Tracer;
  /** Axons that answered btauth/1 with "no such route", and until when that is believed. */
  private readonly v10Only = new Map<string, number>();

  constructor(
    private readonly options: DendriteOptions,
    private readonly parts: DendriteParts,
  ) {
    this.nonces = parts.nonces ?? new NonceClock(parts);
    this.tracer = parts.tracer ?? noTracer;
    this.agent = new Agent({
      connections: options.connectionsPerAxon ?? 4,
      pipelining: 1,
      // The deadline of each query covers these; answers may take longer than undici's defaults.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_SOCKET_MS,
      keepAliveMaxTimeout: IDLE_SOCKET_MS,
      maxHeaderSize: 16_384,
      connect: { timeout: CONNECT_MS },
    });
  }

  /** Asks one axon. Resolves whatever the axon does; rejects only with the abort reason of `terms.signal`. */
  async query(target: AxonTarget, request: InferenceRequest, terms: QueryTerms): Promise<DendriteReply> {
    await ready();
    const { ip, port, hotkey } = target;
    const attributes = {
      ...{ 'bt.miner.hotkey': hotkey, 'bt.request.id': request.requestId, 'bt.twin.id': request.twin?.id },
      ...{ 'bt.twin.version': request.twin?.version, 'server.address': ip, 'server.port': port },
      ...terms.about,
    };
    return this.tracer.span('query miner', { kind: 'client', attributes }, async (span) => {
      const reply = await this.inEitherProtocol(target, request, terms, span);
      const { statusCode, protocol, responseMs } = reply;
      span.set({ 'bt.status': statusCode, 'bt.protocol': protocol, 'bt.response_ms': Math.round(responseMs) });
      if (!reply.ok) span.fail(`status_${statusCode}`);
      return reply;
    });
  }

  private async inEitherProtocol(
    target: AxonTarget,
    request: InferenceRequest,
    terms: QueryTerms,
    span: Span,
  ): Promise<DendriteReply> {
    const first = this.protocolFor(target);
    const maxReplyBytes = this.options.maxReplyBytes ?? 262_144;
    const call = new Call(this.agent, this.parts.clock, terms, maxReplyBytes, span.traceparent);
    let reply = await this.ask(first, target, request, call);
    if (first === 'btauth1' && (reply.statusCode === 404 || reply.statusCode === 405) && mayFallBack(target)) {
      // The route is unknown there: the axon is older than what it published.
      this.remember(target);
      reply = await this.ask('v10', target, request, call);
    }
    this.parts.metrics?.queryFinished(reply.protocol, reply.statusCode, reply.responseMs / 1000);
    return reply;
  }

  /**
   * Asks many axons at once under one shared deadline. Replies are in the order of the calls; `onReply` sees each as it
   * arrives. A call that did not get its turn before the deadline counts as timed out.
   */
  async queryMany(
    calls: readonly {
      readonly target: AxonTarget;
      readonly request: InferenceRequest;
      readonly about?: SpanAttributes | undefined;
    }[],
    terms: FanOutTerms,
  ): Promise<DendriteReply[]> {
    const { clock } = this.parts;
    const endsAtMs = clock.monotonicMs() + terms.deadlineMs;
    const queue = new BoundedQueue({ concurrency: this.options.concurrency ?? 256, capacity: calls.length });
    const stop = new AbortController();
    const signal = AbortSignal.any(terms.signal === undefined ? [stop.signal] : [terms.signal, stop.signal]);
    // Every question in flight listens to it; Node would take more than ten for a leak.
    setMaxListeners(0, signal);
    try {
      return await Promise.all(
        calls.map(({ target, request, about }, index) =>
          queue.run(async () => {
            signal.throwIfAborted();
            const deadlineMs = Math.max(0, endsAtMs - clock.monotonicMs());
            const reply = await this.query(target, request, { deadlineMs, signal, about });
            terms.onReply?.(reply, index);
            return reply;
          }),
        ),
      );
    } catch (error) {
      // The caller's abort, or its onReply threw: the questions still out there are of no use to it.
      stop.abort(error);
      throw error;
    }
  }

  /**
   * The twins that an axon says it serves; null when it does not say (an older miner, one that is not there, a list that
   * is none). Nothing about it is signed. Rejects only with the abort reason of `terms.signal`.
   */
  async servedTwins(target: AxonTarget, terms: QueryTerms): Promise<readonly ServedTwin[] | null> {
    const outgoing = {
      method: 'GET',
      path: SERVED_TWINS_PATH,
      headers: { accept: 'application/json' },
      body: null,
    } as const;
    const bounds = { ...terms, maxReplyBytes: MAX_SERVED_BYTES };
    const result = await exchange(this.agent, { ...outgoing, origin: this.origin(target) }, bounds, this.parts.clock);
    if (result.kind === 'failure' || result.httpStatus !== 200) return null;
    const list = parseServedTwins(result.body);
    return list.ok ? list.value : null;
  }

  /** Ends running queries as "no connection" and frees all sockets. Idempotent. */
  async close(): Promise<void> {
    const { clock } = this.parts;
    if (!this.agent.destroyed) {
      await withDeadline({ what: 'closing the dendrite', ms: 5_000, clock }, () => this.agent.destroy());
    }
  }

  private protocolFor(target: AxonTarget): WireProtocol {
    if (target.protocol !== undefined && target.protocol !== 'auto') return target.protocol;
    const until = this.v10Only.get(nameOf(target));
    if (until !== undefined && until > this.parts.clock.monotonicMs()) return 'v10';
    return protocolOfVersion(target.version ?? 0);
  }

  private async ask(
    protocol: WireProtocol,
    target: AxonTarget,
    request: InferenceRequest,
    call: Call,
  ): Promise<DendriteReply> {
    const sign = (deadlineMs: number): Outgoing =>
      protocol === 'v10' ? this.v10(target, request, deadlineMs) : this.btauth1(target, request, deadlineMs);
    const result = await call.run(sign);
    const responseMs = call.elapsedMs(result);
    if (result.kind === 'failure') {
      const { statusCode, statusMessage } = describeFailure(result.failure, target, call.deadlineMs);
      return { ok: false, statusCode, statusMessage, output: null, responseMs, protocol, axonProcessMs: null };
    }
    const { httpStatus, headers, body } = result;
    const merged =
      protocol === 'v10'
        ? mergeReply({ httpStatus, headers, body })
        : readInferenceReply({ httpStatus, contentType: contentType(headers), body, requestId: request.requestId });
    // An unknown route may be told in any form; only the status matters for falling back.
    const isUnknownRoute = protocol === 'btauth1' && (httpStatus === 404 || httpStatus === 405);
    return fromMerged(isUnknownRoute ? { ...merged, statusCode: httpStatus } : merged, protocol, responseMs);
  }

  private v10(target: AxonTarget, request: InferenceRequest, deadlineMs: number): Outgoing {
    const { signer, externalIp } = this.options;
    const { headers, body } = encodeRequest({
      ...request,
      timeoutSeconds: Math.ceil(deadlineMs) / 1000,
      axon: target,
      dendrite: { ip: externalIp ?? '0.0.0.0', hotkey: signer.address, uuid: randomUUID() },
      nonceNs: this.nonces.next(),
      sign: (message) => signer.sign(message),
    });
    const all = { ...headers, 'content-type': 'application/json', accept: '*/*' };
    return { origin: this.origin(target), path: V10_INFERENCE_PATH, headers: all, body };
  }

  private btauth1(target: AxonTarget, request: InferenceRequest, deadlineMs: number): Outgoing {
    const { signer } = this.options;
    const body = encodeInferenceBody({ ...request, timeoutSeconds: Math.ceil(deadlineMs) / 1000 });
    const headers = signBtauth({
      method: 'POST',
      target: INFERENCE_PATH,
      body: new TextEncoder().encode(body),
      nonceNs: this.nonces.next(),
      sender: signer.address,
      receiver: target.hotkey,
      sign: (payload) => signer.sign(payload),
    });
    const all = { ...headers, 'content-type': 'application/json', accept: 'application/json' };
    return { origin: this.origin(target), path: INFERENCE_PATH, headers: all, body };
  }

  private origin(target: AxonTarget): string {
    const ip = target.ip === this.options.externalIp ? '127.0.0.1' : target.ip;
    return `http://${authority(ip, target.port)}`;
  }

  private remember(target: AxonTarget): void {
    const [oldest] = this.v10Only.keys();
    if (this.v10Only.size >= MAX_REMEMBERED && oldest !== undefined) this.v10Only.delete(oldest);
    this.v10Only.set(nameOf(target), this.parts.clock.monotonicMs() + REMEMBER_V10_MS);
    this.parts.log.info('axon does not know btauth/1, asking in v10', { hotkey: target.hotkey });
  }
}

/** A protocol that was asked for by name is not replaced by another. */
function mayFallBack(target: AxonTarget): boolean {
  return target.protocol === undefined || target.protocol === 'auto';
}

function nameOf(target: AxonTarget): string {
  return `${target.hotkey}@${authority(target.ip, target.port)}`;
}

function contentType(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
}
