/** Options of a {@link CodedError}: what happened in data, why, and what the operator does next. */
export interface CodedErrorOptions {
  /** One sentence that tells the operator what to do next, naming the command or flag. */
  readonly remedy: string;
  /** Typed facts about this failure; safe to log (never secrets or patient text). */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * The one error type that crosses package borders. Codes are listed per package in a `const XErrorCode = { … } as const`
 * table whose doc comments say what each means.
 */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly remedy: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, options: CodedErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    this.remedy = options.remedy;
    this.details = options.details ?? {};
  }
}

/** True for a {@link CodedError} that carries `code`. */
export function hasCode<Code extends string>(error: unknown, code: Code): error is CodedError<Code> {
  return error instanceof CodedError && error.code === code;
}

/** True for an error of the system (a file, a socket, a process) with this code, like `ENOENT`. */
export function hasErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** The text of anything that was thrown, with its causes, on one line. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error instanceof CodedError ? `${error.code}: ${error.message}` : error.message || error.name;
  return error.cause === undefined ? own : `${own} (${describeError(error.cause)})`;
}

export const CoreErrorCode = {
  /** A wait passed its deadline. */
  DeadlineExceeded: 'CORE_DEADLINE_EXCEEDED',
  /** A bounded queue is full; try again later. */
  QueueFull: 'CORE_QUEUE_FULL',
  /** Text is not an SS58 address with prefix 42. */
  BadAddress: 'CORE_BAD_ADDRESS',
} as const;
export type CoreErrorCode = (typeof CoreErrorCode)[keyof typeof CoreErrorCode];
