import type { Plain } from '@bettertherapy/chain';
import { z } from 'zod';
import { CliErrorCode, cliError } from './errors.js';

/** A decoded integer that is small by its nature: a netuid, a uid, a count of blocks. */
export const smallInt = z.bigint().transform((value, context) => {
  if (value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  context.addIssue({ code: 'custom', message: 'out of range' });
  return z.NEVER;
});

/** Text that the chain keeps as a list of byte values. */
export const byteText = z
  .union([z.array(z.bigint()), z.instanceof(Uint8Array)])
  .transform((bytes) => new TextDecoder().decode(Uint8Array.from(bytes, Number)));

/** Checks an answer of the chain against what we make of it. @throws CodedError CLI_BAD_ANSWER */
export function readAnswer<S extends z.ZodType>(schema: S, answer: Plain | undefined, what: string): z.output<S> {
  const found = schema.safeParse(answer);
  if (found.success) return found.data;
  throw cliError(CliErrorCode.BadAnswer, `the chain's answer for ${what} has another shape than expected`, {
    remedy: 'The node runs another runtime than expected; update BetterTherapy.',
    details: { what, issues: found.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) },
  });
}
