import { CoreErrorCode, hasCode } from '@bettertherapy/core';
import type { MaskedText, MaskTexts } from '../../patientRules.js';
import { apiError } from '../http/errors.js';

/** Texts that go to a thread together: a fraction of a second of usual texts, after which others have their turn. */
const TOGETHER = 10;

/**
 * Masks many texts away from the thread that patients wait on, in the order given.
 * @throws CodedError invalid_request when a text keeps the rules busy for longer than they may be
 */
export async function maskAll(texts: readonly string[], mask: MaskTexts, signal: AbortSignal): Promise<MaskedText[]> {
  const masked: MaskedText[] = [];
  for (let at = 0; at < texts.length; at += TOGETHER) {
    try {
      masked.push(...(await mask(texts.slice(at, at + TOGETHER), signal)));
    } catch (cause) {
      if (!hasCode(cause, CoreErrorCode.DeadlineExceeded)) throw cause;
      const message = 'These texts keep the search for identifiers busy for too long. Shorten them, or leave some out.';
      throw apiError('invalid_request', message, { cause });
    }
  }
  return masked;
}
