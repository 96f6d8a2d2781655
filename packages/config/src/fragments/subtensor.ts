import { z } from 'zod';
import { ConfigErrorCode, configError } from '../errors.js';
import { option } from '../option.js';

/** The subnet's netuid on the networks where it is fixed. */
const NETUIDS: Readonly<Record<string, number>> = { finney: 102, archive: 102, test: 354 };

/** `--netuid`; resolve it with {@link resolveNetuid}. */
export const netuidOption = option(z.int().min(0).max(65_535).nullable().default(null), {
  help: 'subnet to work on',
  defaultText: '102 on finney, 354 on test; required elsewhere',
  env: ['BT_NETUID'],
});

/** `--subtensor.network`, `--subtensor.chain_endpoint`. */
export const subtensorFragment = z.strictObject({
  network: option(z.string().min(1).default('finney'), {
    help: 'finney, test, archive, local, or a ws:// or wss:// address',
    env: ['BT_SUBTENSOR_NETWORK'],
  }),
  chainEndpoint: option(
    z
      .string()
      .regex(/^wss?:\/\/\S+$/, 'expected an address that starts with ws:// or wss://')
      .nullable()
      .default(null),
    {
      help: 'address of a node to use instead of the one the network names',
      env: ['BT_SUBTENSOR_CHAIN_ENDPOINT', 'BT_CHAIN_ENDPOINT'],
      placeholder: 'ws://…',
    },
  ),
});
export type SubtensorConfig = z.output<typeof subtensorFragment>;

/** What to hand to the chain client's `resolveEndpoint`. */
export function chainAddress(subtensor: SubtensorConfig): string {
  return subtensor.chainEndpoint ?? subtensor.network;
}

/**
 * The netuid given, else the network's own. An endpoint without a named network says nothing about which chain it is.
 * @throws CodedError CONFIG_REQUIRED
 */
export function resolveNetuid(
  netuid: number | null,
  subtensor: SubtensorConfig,
  isSet: (flag: string) => boolean,
): number {
  if (netuid !== null) return netuid;
  const unnamed = subtensor.chainEndpoint !== null && !isSet('subtensor.network');
  const known = unnamed ? undefined : NETUIDS[subtensor.network];
  if (known !== undefined) return known;
  const where = unnamed ? subtensor.chainEndpoint : subtensor.network;
  throw configError(
    ConfigErrorCode.Required,
    `--netuid must be given: ${where} has no fixed netuid`,
    'Add --netuid N (`pnpm bt subnet list` shows the subnets of a chain).',
    { network: subtensor.network },
  );
}
