import { z } from 'zod';
import { type Turn, turnsSchema } from './conversation.js';
import { type BodyResult, parseJsonBytes } from './json.js';
import { type TwinRef, twinRefSchema } from './twins.js';

/** What a validator asks. `requestId` follows the question from validator to miner to row. */
export interface InferenceRequest {
  /** Always enough by itself: a miner that knows no twins and no conversations answers this. */
  readonly prompt: string;
  readonly requestId: string;
  /** Who is asked; the miner's own persona when left out. */
  readonly twin?: TwinRef | undefined;
  /** The conversation that `prompt` stands for, oldest first; its last turn is the question. */
  readonly messages?: readonly Turn[] | undefined;
}

/** The path of our own btauth/1 route. */
export const INFERENCE_PATH = '/v1/inference';

/**
 * A request body of either protocol. Unknown keys are ignored as SDK servers do: v10 clients send their whole model.
 * `timeout` is the caller's own, in seconds; ids are bounded because they go into logs and rows.
 */
const requestBody = z.object({
  prompt: z.string(),
  request_id: z.string().regex(/^[\x21-\x7e]{1,128}$/),
  timeout: z.number().positive().max(86_400).nullish(),
  twin: twinRefSchema.nullish(),
  messages: turnsSchema.nullish(),
});

export interface ParsedInference extends InferenceRequest {
  readonly timeoutSeconds: number | null;
}

/** Reads an inference body. Never throws. */
export function parseInferenceBody(bytes: Uint8Array): BodyResult<ParsedInference> {
  const json = parseJsonBytes(bytes);
  if (!json.ok) return json;
  const parsed = requestBody.safeParse(json.value);
  if (!parsed.success) return { ok: false, why: 'bad_shape' };
  const { prompt, request_id, timeout, twin, messages } = parsed.data;
  const value = { prompt, requestId: request_id, timeoutSeconds: timeout ?? null };
  return { ok: true, value: { ...value, ...conversationFields({ twin, messages }) } };
}

/** Reads the ping's body: any JSON object. Never throws. */
export function parsePingBody(bytes: Uint8Array): BodyResult<{ readonly timeoutSeconds: number | null }> {
  const json = parseJsonBytes(bytes);
  if (!json.ok) return json;
  const parsed = requestBody.pick({ timeout: true }).safeParse(json.value);
  if (!parsed.success) return { ok: false, why: 'bad_shape' };
  return { ok: true, value: { timeoutSeconds: parsed.data.timeout ?? null } };
}

/** Twin and conversation of a request, left out where there is none: requests without them stay what they always were. */
export function conversationFields(request: {
  readonly twin?: TwinRef | null | undefined;
  readonly messages?: readonly Turn[] | null | undefined;
}): { readonly twin?: TwinRef; readonly messages?: readonly Turn[] } {
  const { twin, messages } = request;
  return { ...(twin == null ? {} : { twin }), ...(messages == null ? {} : { messages }) };
}
