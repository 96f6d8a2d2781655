import { z } from 'zod';
import { conversationFields, type InferenceRequest } from '../inference.js';
import { parseJsonBytes } from '../json.js';
import { isJson, type MergedReply, unreadable } from '../v10/merge.js';

const success = z.object({
  request_id: z.string(),
  output: z.string().nullable(),
  process_time: z.number().nonnegative().nullish(),
});
const failure = z.looseObject({ message: z.unknown().optional(), detail: z.unknown().optional() });

/** The JSON of a request; `timeout` in seconds tells the axon how long the caller will wait. */
export function encodeInferenceBody(request: InferenceRequest & { readonly timeoutSeconds: number }): string {
  const { prompt, requestId, timeoutSeconds } = request;
  return JSON.stringify({ prompt, request_id: requestId, timeout: timeoutSeconds, ...conversationFields(request) });
}

/** The JSON of an answer. */
export function encodeInferenceReply(reply: {
  readonly requestId: string;
  readonly output: string;
  /** Of a twin with an adapter: which one was used, null for none. Left out for all others. */
  readonly adapter?: string | null | undefined;
  readonly processSeconds: number;
}): string {
  const { requestId, output, adapter, processSeconds } = reply;
  return JSON.stringify({ request_id: requestId, output, adapter, process_time: processSeconds });
}

/** Understands a reply on the btauth/1 route: the HTTP status is the status; a 200 must carry our request id back. */
export function readInferenceReply(reply: {
  readonly httpStatus: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly requestId: string;
}): MergedReply {
  if (!isJson(reply.contentType)) return unreadable('not application/json', null);
  const json = parseJsonBytes(reply.body);
  if (!json.ok) return unreadable('not JSON', null);
  return reply.httpStatus === 200
    ? fromSuccess(json.value, reply.requestId)
    : fromFailure(reply.httpStatus, json.value);
}

function fromSuccess(json: unknown, requestId: string): MergedReply {
  const parsed = success.safeParse(json);
  if (!parsed.success) return unreadable('not an answer', null);
  if (parsed.data.request_id !== requestId) return unreadable('an answer to another request', null);
  const { output, process_time } = parsed.data;
  return {
    statusCode: 200,
    statusMessage: 'Success',
    output,
    axonProcessSeconds: process_time ?? null,
    readable: true,
  };
}

function fromFailure(httpStatus: number, json: unknown): MergedReply {
  const parsed = failure.safeParse(json);
  if (!parsed.success) return unreadable('not an error object', null);
  const text = [parsed.data.message, parsed.data.detail].find((value) => typeof value === 'string');
  const statusMessage = typeof text === 'string' ? text : null;
  return { statusCode: httpStatus, statusMessage, output: null, axonProcessSeconds: null, readable: true };
}
