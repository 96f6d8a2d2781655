import { z } from 'zod';

/** What a validator asks. `requestId` follows the question from validator to miner to row. */
export interface InferenceRequest {
  readonly prompt: string;
  readonly requestId: string;
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
});

export interface ParsedInference extends InferenceRequest {
  readonly timeoutSeconds: number | null;
}

export type BodyResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: 'not_json' | 'bad_shape' };

/** Reads an inference body. Never throws. */
export function parseInferenceBody(bytes: Uint8Array): BodyResult<ParsedInference> {
  const json = parseJsonBytes(bytes);
  if (!json.ok) return json;
  const parsed = requestBody.safeParse(json.value);
  if (!parsed.success) return { ok: false, why: 'bad_shape' };
  const { prompt, request_id, timeout } = parsed.data;
  return { ok: true, value: { prompt, requestId: request_id, timeoutSeconds: timeout ?? null } };
}

/** Reads the ping's body: any JSON object. Never throws. */
export function parsePingBody(bytes: Uint8Array): BodyResult<{ readonly timeoutSeconds: number | null }> {
  const json = parseJsonBytes(bytes);
  if (!json.ok) return json;
  const parsed = requestBody.pick({ timeout: true }).safeParse(json.value);
  if (!parsed.success) return { ok: false, why: 'bad_shape' };
  return { ok: true, value: { timeoutSeconds: parsed.data.timeout ?? null } };
}

/** Strict UTF-8, then JSON. An empty body counts as a missing one, not as broken JSON. */
export function parseJsonBytes(bytes: Uint8Array): BodyResult<unknown> {
  if (bytes.length === 0) return { ok: false, why: 'bad_shape' };
  try {
    return { ok: true, value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    // The engine's message quotes the input, so it goes no further.
    return { ok: false, why: 'not_json' };
  }
}
