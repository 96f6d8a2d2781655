import { CodedError } from '@bettertherapy/core';
import { TwinErrorCode } from '@bettertherapy/twins';
import { z } from 'zod';
import { type ApiErrorCode, apiError } from './errors.js';

/** How the twin registry's refusals read on the wire. */
const CODES: Readonly<Record<string, ApiErrorCode>> = {
  [TwinErrorCode.Unknown]: 'not_found',
  [TwinErrorCode.Exists]: 'conflict',
  [TwinErrorCode.IllegalStep]: 'conflict',
  [TwinErrorCode.PackInvalid]: 'invalid_request',
  [TwinErrorCode.PackTooLarge]: 'request_too_large',
};

const problems = z.array(z.object({ path: z.string() })).min(1);

/** Runs `work`; what the registry refuses becomes an answer the client is told. Other errors pass. */
export function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof CodedError ? CODES[error.code] : undefined;
    if (!(error instanceof CodedError) || code === undefined) throw error;
    const param = problems.safeParse(error.details.problems).data?.[0]?.path;
    throw apiError(code, `${error.message}. ${error.remedy}`, { param, cause: error });
  }
}
