import type { ChainClient } from '@bettertherapy/chain';
import type { Hotkey } from '@bettertherapy/core';
import type { MinerConfig } from './config.js';
import { MinerErrorCode, minerError } from './errors.js';

/** The command that registers the hotkey of this configuration. */
export function registerCommand(config: Pick<MinerConfig, 'netuid' | 'subtensor' | 'wallet'>): string {
  const { subtensor, wallet } = config;
  const words = [
    'pnpm bt subnet register',
    `--netuid ${config.netuid}`,
    `--subtensor.network ${subtensor.network}`,
    subtensor.chainEndpoint === null ? '' : `--subtensor.chain_endpoint ${subtensor.chainEndpoint.join(',')}`,
    `--wallet.name ${quoted(wallet.name)}`,
    `--wallet.hotkey ${quoted(wallet.hotkey)}`,
    wallet.path === null ? '' : `--wallet.path ${quoted(wallet.path)}`,
  ];
  return words.filter((word) => word !== '').join(' ');
}

/** @throws CodedError MINER_NOT_REGISTERED with the command to run, CHAIN_* */
export async function requireRegistration(
  chain: Pick<ChainClient, 'uidOf'>,
  hotkey: Hotkey,
  config: Pick<MinerConfig, 'netuid' | 'subtensor' | 'wallet'>,
  signal: AbortSignal,
): Promise<number> {
  const uid = await chain.uidOf(config.netuid, hotkey, { signal });
  if (uid !== null) return uid;
  throw minerError(
    MinerErrorCode.NotRegistered,
    `hotkey ${hotkey} is not registered on subnet ${config.netuid}`,
    `Run: ${registerCommand(config)}`,
    { hotkey, netuid: config.netuid },
  );
}

function quoted(text: string): string {
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
