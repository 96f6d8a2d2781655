/** Why an axon did not answer. The table gives the HTTP status and the constant text of each. */
export const REFUSALS = {
  headers_too_large: { httpStatus: 431, message: 'Request headers are too large' },
  body_too_large: { httpStatus: 413, message: 'Request body is too large' },
  not_found: { httpStatus: 404, message: "Synapse name not found. Available synapses ['Synapse', 'InferenceSynapse']" },
  method_not_allowed: { httpStatus: 405, message: 'Method Not Allowed' },
  redirected: { httpStatus: 307, message: 'Temporary Redirect' },
  bad_http: { httpStatus: 400, message: 'Improperly formatted HTTP request' },
  bad_headers: { httpStatus: 400, message: 'Improperly formatted request headers' },
  bad_content_type: { httpStatus: 415, message: 'Content-Type must be application/json' },
  bad_json: { httpStatus: 422, message: 'Request body is not JSON' },
  bad_body: { httpStatus: 400, message: 'Improperly formatted request body' },
  slow_request: { httpStatus: 408, message: 'Request was not received in time' },
  body_hash_mismatch: { httpStatus: 400, message: 'Request body hash mismatch' },
  no_signature: { httpStatus: 401, message: 'Not Verified with error: Missing Signature' },
  two_protocols: { httpStatus: 401, message: 'Not Verified with error: Headers of two protocols' },
  missing_nonce: { httpStatus: 401, message: 'Not Verified with error: Missing Nonce' },
  bad_key: { httpStatus: 401, message: 'Not Verified with error: Invalid hotkey' },
  malformed_auth: { httpStatus: 401, message: 'Not Verified with error: Malformed authentication headers' },
  wrong_receiver: { httpStatus: 401, message: 'Not Verified with error: Addressed to another hotkey' },
  stale: { httpStatus: 401, message: 'Not Verified with error: Nonce is too old' },
  from_the_future: { httpStatus: 401, message: 'Not Verified with error: Nonce is too far in the future' },
  bad_signature: {
    httpStatus: 401,
    message: 'Not Verified with error: Signature mismatch with the signed message and the given signature',
  },
  replayed: { httpStatus: 401, message: 'Not Verified with error: Nonce is too old, a newer one was last processed' },
  unregistered: { httpStatus: 403, message: 'Forbidden. Key is blacklisted: Unrecognized hotkey.' },
  no_permit: { httpStatus: 403, message: 'Forbidden. Key is blacklisted: Non-validator hotkey.' },
  low_stake: { httpStatus: 403, message: 'Forbidden. Key is blacklisted: Not enough stake.' },
  denied: { httpStatus: 403, message: 'Forbidden. Key is blacklisted: Denied by the operator.' },
  rate_limited: { httpStatus: 429, message: 'Too many requests' },
  address_rate_limited: { httpStatus: 429, message: 'Too many requests from this address' },
  // Not 404, by which a client tells that the whole route is unknown.
  twin_not_served: { httpStatus: 421, message: 'This twin is not served here' },
  queue_full: { httpStatus: 503, message: 'Queue is full' },
  not_ready: { httpStatus: 503, message: 'Not ready to tell new requests from repeated ones' },
  draining: { httpStatus: 503, message: 'Shutting down' },
  answer_timeout: { httpStatus: 408, message: 'Response timeout' },
  answer_failed: { httpStatus: 500, message: 'Internal Server Error' },
} as const satisfies Record<string, { readonly httpStatus: number; readonly message: string }>;

export type RefusalCode = keyof typeof REFUSALS;

/** A refusal as data: constant in size, nothing of the request in it. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly httpStatus: number;
  readonly message: string;
  /** When to try again; also sent as Retry-After in whole seconds. */
  readonly retryAfterMs?: number;
}

/** The refusal of a code; `message` replaces the constant text and must not come from the request. */
export function refusal(
  code: RefusalCode,
  more: { readonly message?: string | undefined; readonly retryAfterMs?: number | undefined } = {},
): Refusal {
  const { httpStatus, message } = REFUSALS[code];
  const base = { code, httpStatus, message: more.message ?? message };
  return more.retryAfterMs === undefined ? base : { ...base, retryAfterMs: more.retryAfterMs };
}

/** The JSON body of a refusal: `message` is what v10 clients read, `detail` what btauth/1 clients read. */
export function encodeRefusalBody(refused: Refusal): string {
  const { code, message, retryAfterMs } = refused;
  return JSON.stringify({ code, message, detail: message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}
