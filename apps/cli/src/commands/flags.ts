import { option, resolveNetuid, type SubtensorConfig } from '@bettertherapy/config';
import { z } from 'zod';

/** `--json` of every command that prints a result. */
export const jsonFlag = option(z.boolean().default(false), { help: 'JSON for scripts; amounts are rao, as text' });

/** `--yes` and `--confirm` of every command that signs for a coldkey. */
export const consentFlags = {
  yes: option(z.boolean().default(false), { help: 'do not ask, not even on finney' }),
  confirm: option(z.boolean().default(false), { help: 'ask on every chain, not on finney only' }),
};

/** `--mecid` of the commands that deal with weights. */
export const mecidFlag = option(z.int().min(0).max(15).default(0), { help: 'mechanism of the subnet' });

/** `--amount`; {@link parseSpendable} reads it, so that no digit passes through a float. */
export const amountFlag = option(z.string().min(1), { help: 'how much, in TAO', placeholder: 'tao' });

/** A `finish` that settles the netuid. */
export function withNetuid<T extends { readonly netuid: number | null; readonly subtensor: SubtensorConfig }>(
  values: T,
  isSet: (flag: string) => boolean,
): Omit<T, 'netuid'> & { readonly netuid: number } {
  return { ...values, netuid: resolveNetuid(values.netuid, values.subtensor, isSet) };
}
