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
      .array(z.string().regex(/^wss?:\/\/\S+$/, 'expected an address that starts with ws:// or wss://'))
      .min(1)
      .nullable()
      .default(null),
    {
      help: 'address of a node to use instead of the one the network names; several of one chain are tried in turn',
      env: ['BT_SUBTENSOR_CHAIN_ENDPOINT', 'BT_CHAIN_ENDPOINT'],
      placeholder: 'ws://…',
    },
  ),
});
export type SubtensorConfig = z.output<typeof subtensorFragment>;

/**
 * `--subtensor.beacon.*`: the beacon whose signatures open timelocked weights, where the chain's own word for it is wrong.
 */
export const beaconFragment = z.strictObject({
  publicKey: option(
    z
      .string()
      .regex(/^(0x)?[0-9a-f]{192}$/i, 'expected a compressed key of BLS12-381 in G2: 192 hex digits')
      .nullable()
      .default(null),
    { help: 'key of the beacon that opens timelocked weights', defaultText: 'what the chain says', placeholder: 'hex' },
  ),
  genesis: option(z.int().min(0).nullable().default(null), {
    help: 'time of its first round, Unix seconds',
    defaultText: 'what the chain says',
    placeholder: 'seconds',
  }),
  period: option(z.int().min(1).nullable().default(null), {
    help: 'seconds between its rounds',
    defaultText: 'what the chain says',
    placeholder: 'seconds',
  }),
});
export type BeaconConfig = z.output<typeof beaconFragment>;

/** What to hand to the chain client's `resolveEndpoint`. */
export function chainAddress(subtensor: SubtensorConfig): string {
  return subtensor.chainEndpoint?.join(',') ?? subtensor.network;
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
  const where = unnamed ? chainAddress(subtensor) : subtensor.network;
  throw configError(
    ConfigErrorCode.Required,
    `--netuid must be given: ${where} has no fixed netuid`,
    'Add --netuid N (`pnpm bt subnet list` shows the subnets of a chain).',
    { network: subtensor.network },
  );
}
