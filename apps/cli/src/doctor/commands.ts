import type { Settings } from './settings.js';

/** `pnpm bt <words>` with the flags that name the subnet, the chain and the wallet of these settings. */
export function walletCommand(words: string, settings: Settings): string {
  const { wallet } = settings;
  return joined([
    `pnpm bt ${words}`,
    netuidFlag(settings),
    ...chainFlags(settings),
    `--wallet.name ${quoted(wallet.name)}`,
    `--wallet.hotkey ${quoted(wallet.hotkey)}`,
    pathFlag(settings),
  ]);
}

/** The same without a wallet. */
export function subnetCommand(words: string, settings: Settings): string {
  return joined([`pnpm bt ${words}`, netuidFlag(settings), ...chainFlags(settings)]);
}

/** The same for a command that is about no subnet. */
export function chainCommand(words: string, settings: Settings): string {
  return joined([`pnpm bt ${words}`, ...chainFlags(settings)]);
}

/** A wallet command, which needs no chain. */
export function keyCommand(words: string, settings: Settings): string {
  const { wallet } = settings;
  const hotkey = words.includes('hotkey') ? `--wallet.hotkey ${quoted(wallet.hotkey)}` : '';
  return joined([`pnpm bt ${words}`, `--wallet.name ${quoted(wallet.name)}`, hotkey, pathFlag(settings)]);
}

/** A word as a shell takes it. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function netuidFlag({ netuid }: Settings): string {
  return `--netuid ${netuid}`;
}

function chainFlags({ subtensor }: Settings): string[] {
  const { network, chainEndpoint } = subtensor;
  return [
    `--subtensor.network ${quoted(network)}`,
    chainEndpoint === null ? '' : `--subtensor.chain_endpoint ${quoted(chainEndpoint.join(','))}`,
  ];
}

function pathFlag({ wallet }: Settings): string {
  return wallet.path === null ? '' : `--wallet.path ${quoted(wallet.path)}`;
}

function joined(words: readonly string[]): string {
  return words.filter((word) => word !== '').join(' ');
}
