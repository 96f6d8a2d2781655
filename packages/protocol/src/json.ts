export type BodyResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: 'not_json' | 'bad_shape' };

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
