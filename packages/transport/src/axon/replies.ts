import { randomUUID } from 'node:crypto';
import type { Clock } from '@bettertherapy/core';
import {
  type AxonIdentity,
  encodeInferenceReply,
  encodeRefusalBody,
  encodeRefusalHeaders,
  encodeReply,
  type ParsedInference,
  PING_SYNAPSE,
  type Refusal,
  type SynapseHeaders,
  type SynapseShape,
} from '@bettertherapy/protocol';
import type { Signer } from '@bettertherapy/wallet';

/** A reply ready for the socket. */
export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a refusal may repeat to a v10 caller whose signature held. */
export interface ProvedCaller {
  readonly request: SynapseHeaders;
  readonly peer: { readonly ip: string; readonly port: number };
}

/** Builds replies in the form the caller's protocol expects. */
export class ReplyWriter {
  /** One per axon, as SDK axons have it; part of what they sign in refusals. */
  private readonly uuid = randomUUID();

  constructor(
    private readonly parts: { readonly identity: () => AxonIdentity; readonly signer: Signer; readonly clock: Clock },
  ) {}

  /** @param route the synapse of the route, or null where only btauth/1 is spoken */
  refused(
    refusal: Refusal,
    context: { readonly route: SynapseShape | null; readonly proved?: ProvedCaller | null; readonly seconds: number },
  ): WireReply {
    const body = encodeRefusalBody(refusal);
    const retry: Record<string, string> =
      refusal.retryAfterMs === undefined
        ? {}
        : { 'retry-after': String(Math.max(1, Math.ceil(refusal.retryAfterMs / 1000))) };
    if (context.route === null) return { status: refusal.httpStatus, headers: retry, body };
    const proved = context.proved;
    const headers = encodeRefusalHeaders({
      shape: context.route,
      refusal,
      bodyLength: body.length,
      processSeconds: context.seconds,
      axon: this.parts.identity(),
      proved: proved
        ? {
            ...proved,
            nonceNs: BigInt(Math.round(this.parts.clock.wallMs())) * 1_000_000n,
            uuid: this.uuid,
            sign: (message) => this.parts.signer.sign(message),
          }
        : null,
    });
    return { status: refusal.httpStatus, headers: { ...headers, ...retry }, body };
  }

  answered(
    answer: { readonly output: string; readonly adapter?: string | null | undefined; readonly seconds: number },
    request: ParsedInference,
    v10: { readonly shape: SynapseShape; readonly synapse: SynapseHeaders } | null,
  ): WireReply {
    const { requestId } = request;
    if (v10 === null) {
      const { output, adapter, seconds } = answer;
      const body = encodeInferenceReply({ requestId, output, adapter, processSeconds: seconds });
      return { status: 200, headers: {}, body };
    }
    const { headers, body } = encodeReply({
      shape: v10.shape,
      request: v10.synapse,
      fields: { prompt: request.prompt, request_id: requestId, output: answer.output },
      bodyTimeoutSeconds: request.timeoutSeconds,
      processSeconds: answer.seconds,
      axon: this.parts.identity(),
    });
    return { status: 200, headers, body };
  }

  pinged(synapse: SynapseHeaders, bodyTimeoutSeconds: number | null, seconds: number): WireReply {
    const reply = encodeReply({
      shape: PING_SYNAPSE,
      request: synapse,
      fields: {},
      bodyTimeoutSeconds,
      processSeconds: seconds,
      axon: this.parts.identity(),
    });
    return { status: 200, ...reply };
  }
}
