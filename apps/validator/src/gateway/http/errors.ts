import { CodedError } from '@bettertherapy/core';

/** The `type` of an error as OpenAI's clients know it. */
type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'rate_limit_error'
  | 'server_error';

/** Every way a request can be refused: the code on the wire, its HTTP status and type, and what the client does next. */
export const API_ERRORS = {
  /** The body, a path part or a query is not what the route takes. */
  invalid_request: [
    400,
    'invalid_request_error',
    'Correct the field that `param` names; /openapi.json has all of them.',
  ],
  /** No key or token came with the request. */
  missing_api_key: [401, 'authentication_error', 'Send `Authorization: Bearer …`.'],
  /** Unknown, revoked or expired. */
  invalid_api_key: [401, 'authentication_error', 'Use another key; the operator makes one with `pnpm bt key create`.'],
  /** The key is good, but not for this. */
  insufficient_scope: [403, 'permission_error', 'Use a key with the scope that this route needs.'],
  not_found: [404, 'not_found_error', 'Check the path; /openapi.json lists all of them.'],
  model_not_found: [404, 'not_found_error', 'Use an id that GET /v1/models lists.'],
  method_not_allowed: [405, 'invalid_request_error', 'Use a method that /openapi.json lists for this path.'],
  conflict: [409, 'invalid_request_error', 'Read the current state and try again.'],
  /** A bound on what one caller may keep; waiting does not help, and clients do not try again by themselves. */
  limit_reached: [403, 'permission_error', 'Delete what is not needed, or ask the operator for more room.'],
  /** It was there and is not any more: a token that was used or has expired. */
  gone: [410, 'invalid_request_error', 'Get a new one.'],
  request_too_large: [413, 'invalid_request_error', 'Send less.'],
  unsupported_media_type: [415, 'invalid_request_error', 'Send JSON with `Content-Type: application/json`.'],
  /** The bytes of an upload are no LoRA adapter that miners could use. */
  adapter_invalid: [
    422,
    'invalid_request_error',
    'Convert the trained adapter again with convert_lora_to_gguf.py of llama.cpp, and choose that file.',
  ],
  rate_limit_exceeded: [429, 'rate_limit_error', 'Wait for the seconds in `Retry-After`.'],
  /** More requests of one key at once than it may have. */
  concurrency_exceeded: [429, 'rate_limit_error', 'Wait until one of your running requests ends.'],
  internal_error: [500, 'server_error', 'Try again; if it repeats, report it with the request id.'],
  /** Everything is taken, or the gateway is on its way out. */
  overloaded: [503, 'server_error', 'Wait for the seconds in `Retry-After`.'],
} as const satisfies Record<string, readonly [status: number, type: ErrorType, remedy: string]>;
export type ApiErrorCode = keyof typeof API_ERRORS;

/** An error that a client is told about: `message` must hold nothing that the client may not see. */
export function apiError(
  code: ApiErrorCode,
  message: string,
  more: {
    readonly param?: string | undefined;
    readonly retryAfterMs?: number | undefined;
    readonly cause?: unknown;
  } = {},
): CodedError<ApiErrorCode> {
  return new CodedError(code, message, {
    remedy: API_ERRORS[code][2],
    details: { param: more.param ?? null, retryAfterMs: more.retryAfterMs ?? null },
    cause: more.cause,
  });
}

export function isApiError(error: unknown): error is CodedError<ApiErrorCode> {
  return error instanceof CodedError && error.code in API_ERRORS;
}

/** The body of an error as OpenAI's clients parse it. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: string;
    readonly param: string | null;
  };
}

/** What goes to the client, without anything of the error's cause. */
export function errorReply(error: CodedError<ApiErrorCode>): {
  readonly status: number;
  readonly body: ErrorBody;
  /** Whole seconds, at least 1; null when waiting does not help. */
  readonly retryAfterSeconds: number | null;
} {
  const [status, type] = API_ERRORS[error.code];
  const { param, retryAfterMs } = error.details;
  const waits = status === 429 || status === 503;
  const waitMs = typeof retryAfterMs === 'number' ? retryAfterMs : waits ? 1_000 : null;
  return {
    status,
    body: {
      error: { message: error.message, type, code: error.code, param: typeof param === 'string' ? param : null },
    },
    retryAfterSeconds: waitMs === null ? null : Math.max(1, Math.ceil(waitMs / 1_000)),
  };
}

const FRAMEWORK_ERRORS: Readonly<Record<string, ApiErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'request_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_request',
};

const MESSAGES: Partial<Readonly<Record<ApiErrorCode, string>>> = {
  request_too_large: 'The request body is too large.',
  unsupported_media_type: 'The request body must be JSON.',
  invalid_request: 'The request body is not valid JSON.',
};

/** What the framework raised while a request was read; null when it is a fault of ours. */
export function fromFramework(error: unknown): CodedError<ApiErrorCode> | null {
  if (typeof error !== 'object' || error === null || !('code' in error || 'statusCode' in error)) return null;
  const known = 'code' in error ? FRAMEWORK_ERRORS[String(error.code)] : undefined;
  const status = 'statusCode' in error ? Number(error.statusCode) : 500;
  const code =
    known ?? (status === 413 ? 'request_too_large' : status >= 400 && status < 500 ? 'invalid_request' : null);
  return code === null ? null : apiError(code, MESSAGES[code] ?? 'The request cannot be read.', { cause: error });
}
