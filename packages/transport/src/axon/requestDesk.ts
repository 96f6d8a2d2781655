import { randomUUID } from 'node:crypto';
import {
  BoundedQueue,
  CoreErrorCode,
  describeError,
  hasCode,
  noTracer,
  type Span,
  type Tracer,
  withDeadline,
} from '@bettertherapy/core';
import {
  EMPTY_BODY_HASH,
  type HeaderMap,
  isJson,
  type ParsedInference,
  parseInferenceBody,
  parsePingBody,
  type Refusal,
  refusal,
  type SynapseShape,
} from '@bettertherapy/protocol';
import { TransportErrorCode } from '../errors.js';
import { TRACEPARENT } from '../traceparent.js';
import { AdmissionDesk } from './admission.js';
import { authenticate, type Proof } from './authenticate.js';
import type { ReplyWriter, WireReply } from './replies.js';
import type { AxonOptions, AxonParts } from './types.js';

/** A request as it came off the socket, whole. */
export interface ReceivedRequest {
  readonly route: 'inference' | 'ping';
  /** The synapse of the path; null where only btauth/1 is spoken. */
  readonly shape: SynapseShape | null;
  readonly headers: HeaderMap;
  readonly method: string;
  readonly target: string;
  readonly body: Uint8Array;
  readonly peer: { readonly ip: string; readonly port: number };
  /** Monotonic time of the first byte. */
  readonly arrivedMs: number;
  /** Aborts when the caller goes away or the axon closes. */
  readonly signal: AbortSignal;
}

/** When a full queue is worth another try. */
const QUEUE_RETRY_MS = 2_000;
const DEFAULT_PAST_MS = 16_000;
const DEFAULT_FUTURE_MS = 10_000;

/** Takes requests of either protocol through shape, signature, replay, policy, rate and queue to their answer. */
export class RequestDesk {
  private readonly queue: BoundedQueue;
  private readonly admission: AdmissionDesk;
  private readonly tracer: Tracer;

  constructor(
    private readonly options: AxonOptions,
    private readonly parts: AxonParts & { readonly replies: ReplyWriter },
  ) {
    this.queue = new BoundedQueue(options.queue);
    this.tracer = parts.tracer ?? noTracer;
    this.admission = new AdmissionDesk({ rate: options.rate, futureMs: options.futureMs ?? DEFAULT_FUTURE_MS }, parts);
  }

  open(): void {
    this.admission.open();
  }

  /** Never rejects; null when the caller is gone and nobody reads a reply. */
  async handle(request: ReceivedRequest): Promise<WireReply | null> {
    try {
      return await this.process(request);
    } catch (error) {
      if (request.signal.aborted) return null;
      // A fault of ours; the id ties the caller's report to this line.
      const id = randomUUID();
      this.parts.log.error('request failed', { id, error: describeError(error) });
      return this.refuse(request, refusal('answer_failed', { message: `Internal Server Error #${id}` }), null);
    }
  }

  private async process(request: ReceivedRequest): Promise<WireReply | null> {
    const contentType = request.headers['content-type'];
    if (typeof contentType !== 'string' || !isJson(contentType)) {
      return this.refuse(request, refusal('bad_content_type'), null);
    }
    const auth = authenticate(request, {
      hotkey: this.options.hotkey,
      ed25519Hotkeys: this.options.ed25519Hotkeys,
      nowMs: this.parts.clock.wallMs(),
      window: {
        pastMs: this.options.freshnessMs ?? DEFAULT_PAST_MS,
        futureMs: this.options.futureMs ?? DEFAULT_FUTURE_MS,
      },
    });
    if (!auth.ok) return this.refuse(request, refusal(auth.code), null);
    const { proof } = auth;
    const admission = await this.admission.admit(proof, request.route === 'inference');
    if (!admission.ok) return this.refuse(request, admission.refusal, proof);
    if (proof.synapse !== null && proof.synapse.computedBodyHash !== EMPTY_BODY_HASH) {
      return this.refuse(request, refusal('body_hash_mismatch'), proof);
    }
    return request.route === 'ping' ? this.ping(request, proof) : this.traced(request, proof, admission.priority);
  }

  /** From its first byte on. Only who was admitted can have anything recorded here. */
  private traced(request: ReceivedRequest, proof: Proof, priority: number): Promise<WireReply | null> {
    const sent = request.headers[TRACEPARENT];
    const options = {
      kind: 'server',
      parent: typeof sent === 'string' ? sent : null,
      agoMs: this.seconds(request) * 1000,
      attributes: { 'bt.validator.hotkey': proof.caller, 'bt.protocol': proof.protocol },
    } as const;
    return this.tracer.span('axon question', options, async (span) => {
      const reply = await this.inference(request, proof, priority, span);
      if (reply === null) span.fail('caller_gone');
      else {
        span.set({ 'http.response.status_code': reply.status });
        if (reply.status >= 400) span.fail(`status_${reply.status}`);
      }
      return reply;
    });
  }

  private ping(request: ReceivedRequest, proof: Proof): WireReply {
    const body = parsePingBody(request.body);
    if (!body.ok) return this.refuse(request, refusal(body.why === 'not_json' ? 'bad_json' : 'bad_body'), proof);
    // The ping's path speaks v10 only, so the synapse is there; btauth/1 gets the refusal of an unknown route.
    if (proof.synapse === null) return this.refuse(request, refusal('not_found'), null);
    return this.parts.replies.pinged(proof.synapse, body.value.timeoutSeconds, this.seconds(request));
  }

  private async inference(
    request: ReceivedRequest,
    proof: Proof,
    priority: number,
    span: Span,
  ): Promise<WireReply | null> {
    const body = parseInferenceBody(request.body);
    if (!body.ok) return this.refuse(request, refusal(body.why === 'not_json' ? 'bad_json' : 'bad_body'), proof);
    const { requestId, twin } = body.value;
    span.set({ 'bt.request.id': requestId, 'bt.twin.id': twin?.id, 'bt.twin.version': twin?.version });
    const allowedMs = this.allowedMs(proof, body.value);
    const endsAtMs = request.arrivedMs + allowedMs;
    try {
      const answer = await this.answer(request, proof, body.value, { priority, endsAtMs, span });
      const v10 =
        proof.synapse === null || request.shape === null ? null : { shape: request.shape, synapse: proof.synapse };
      this.parts.metrics?.requestAnswered(proof.protocol, this.seconds(request));
      return this.parts.replies.answered(answer, body.value, v10);
    } catch (error) {
      if (request.signal.aborted) return null;
      if (hasCode(error, CoreErrorCode.QueueFull)) {
        return this.refuse(request, refusal('queue_full', { retryAfterMs: QUEUE_RETRY_MS }), proof);
      }
      if (hasCode(error, TransportErrorCode.TwinNotServed)) {
        return this.refuse(request, refusal('twin_not_served'), proof);
      }
      if (this.parts.clock.monotonicMs() >= endsAtMs || hasCode(error, CoreErrorCode.DeadlineExceeded)) {
        const message = `Response timeout after: ${(allowedMs / 1000).toFixed(1)}s`;
        return this.refuse(request, refusal('answer_timeout', { message }), proof);
      }
      throw error;
    } finally {
      this.parts.metrics?.queueChanged(this.queue.depth, this.queue.active);
    }
  }

  /** Waits for a turn, then for the answer; the deadline covers both. */
  private answer(
    request: ReceivedRequest,
    proof: Proof,
    body: ParsedInference,
    turn: { readonly priority: number; readonly endsAtMs: number; readonly span: Span },
  ): Promise<{ output: string; adapter?: string | null | undefined; seconds: number }> {
    const { clock } = this.parts;
    const { priority, endsAtMs, span } = turn;
    const waitsFromMs = clock.monotonicMs();
    const leftMs = (): number => Math.max(0, endsAtMs - clock.monotonicMs());
    return withDeadline({ what: 'the answer', ms: leftMs(), signal: request.signal, clock }, async (signal) => {
      const answered = this.queue.run(
        async () => {
          signal.throwIfAborted();
          const startedMs = clock.monotonicMs();
          span.set({ 'bt.waited_ms': Math.round(startedMs - waitsFromMs) });
          const { prompt, requestId, twin, messages } = body;
          const { caller } = proof;
          const answer = { prompt, requestId, twin, messages, caller, deadlineMs: leftMs(), priority, signal };
          const { output, adapter } = await this.parts.answer(answer);
          return { output, adapter, seconds: (clock.monotonicMs() - startedMs) / 1000 };
        },
        { priority, signal },
      );
      this.parts.metrics?.queueChanged(this.queue.depth, this.queue.active);
      return answered;
    });
  }

  /** The smallest of our own deadline and those the caller names in headers and body. */
  private allowedMs(proof: Proof, body: ParsedInference): number {
    const asked = [proof.synapse?.timeout, body.timeoutSeconds].filter((seconds) => seconds != null);
    return Math.min(this.options.answerDeadlineMs, ...asked.map((seconds) => seconds * 1000));
  }

  private refuse(request: ReceivedRequest, refused: Refusal, proof: Proof | null): WireReply {
    this.parts.metrics?.requestRefused(refused.code);
    const proved = proof?.synapse ? { request: proof.synapse, peer: request.peer } : null;
    const route = speaksBtauth(request) ? null : request.shape;
    return this.parts.replies.refused(refused, { route, proved, seconds: this.seconds(request) });
  }

  private seconds(request: ReceivedRequest): number {
    return Math.max(0, this.parts.clock.monotonicMs() - request.arrivedMs) / 1000;
  }
}

function speaksBtauth(request: ReceivedRequest): boolean {
  return request.headers['x-bittensor-version'] !== undefined;
}
