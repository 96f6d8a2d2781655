import { z } from 'zod';
import { parseJsonBytes } from '../json.js';
import { type HeaderMap, parseReplyHeaders } from './headers.js';
import { INFERENCE_SYNAPSE } from './synapse.js';

/** A v10 reply as a client has to understand it. */
export interface MergedReply {
  /** 200 is the only success; null when the axon stated no status at all. */
  readonly statusCode: number | null;
  readonly statusMessage: string | null;
  readonly output: string | null;
  /** What the axon says its answer took, in seconds; a claim. */
  readonly axonProcessSeconds: number | null;
  /** False when the reply could not be read; then the status is ours (422). */
  readonly readable: boolean;
}

const block = z.object({
  status_code: z.int().nullish(),
  status_message: z.string().nullish(),
  process_time: z.number().nullish(),
});
const success = z.object({
  prompt: z.string(),
  request_id: z.string(),
  output: z.string().nullish(),
  axon: block.nullish(),
});
const failure = z.looseObject({ message: z.unknown().optional() });

/**
 * Understands a reply by the SDK's rules: JSON only; a 200 must be the full synapse; status and message come from the
 * headers, else from the body, else (not 200) from HTTP. Nothing of the caller's own request or time can be changed by it.
 * @param headers names as they stood on the wire
 */
export function mergeReply(reply: {
  readonly httpStatus: number;
  readonly headers: HeaderMap;
  readonly body: Uint8Array;
}): MergedReply {
  if (!isJson(contentType(reply.headers))) return unreadable('not application/json', null);
  const json = parseJsonBytes(reply.body);
  if (!json.ok) return unreadable('not JSON', null);
  const body = reply.httpStatus === 200 ? fromSuccess(json.value) : fromFailure(reply.httpStatus, json.value);
  if (body === null) return unreadable('not a synapse', null);
  const headers = parseReplyHeaders(reply.headers, INFERENCE_SYNAPSE.name);
  if (!headers.ok) return unreadable('unreadable header', body.output);
  const { axon } = headers.value;
  return {
    ...body,
    statusCode: axon.statusCode ?? body.statusCode,
    statusMessage: axon.statusMessage ?? body.statusMessage,
    axonProcessSeconds: axon.processTime ?? body.axonProcessSeconds,
  };
}

/** The status of a reply that could not be read. */
export function unreadable(why: string, output: string | null): MergedReply {
  return {
    statusCode: 422,
    statusMessage: `Failed to parse response: ${why}`,
    output,
    axonProcessSeconds: null,
    readable: false,
  };
}

function fromSuccess(json: unknown): MergedReply | null {
  const parsed = success.safeParse(json);
  if (!parsed.success) return null;
  const { output, axon } = parsed.data;
  return {
    statusCode: axon?.status_code ?? null,
    statusMessage: axon?.status_message ?? null,
    output: output ?? null,
    axonProcessSeconds: axon?.process_time ?? null,
    readable: true,
  };
}

function fromFailure(httpStatus: number, json: unknown): MergedReply | null {
  const parsed = failure.safeParse(json);
  if (!parsed.success) return null;
  const { message } = parsed.data;
  const statusMessage = typeof message === 'string' ? message : null;
  return { statusCode: httpStatus, statusMessage, output: null, axonProcessSeconds: null, readable: true };
}

function contentType(headers: HeaderMap): string {
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() === 'content-type' && typeof value === 'string') return value;
  }
  return '';
}

/** True for application/json with or without parameters. */
export function isJson(contentTypeText: string): boolean {
  return /^application\/json\s*(;|$)/i.test(contentTypeText.trim());
}
