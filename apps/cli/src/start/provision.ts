import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ChainClient } from '@bettertherapy/chain';
import { type Hotkey, parseHotkey } from '@bettertherapy/core';
import {
  createColdkey,
  createHotkey,
  hotkeyPaths,
  loadColdkey,
  loadHotkey,
  type Signer,
  signerFromUri,
  walletPaths,
} from '@bettertherapy/wallet';
import { z } from 'zod';
import type { Layout } from './layout.js';
import type { Network, Participant } from './network.js';
import type { Personality } from './personalities.js';

const RAO = 1_000_000_000n;
/** Enough for the price of a subnet (1,000 TAO at genesis) and what follows. */
const OWNER_FUNDS = 5_000n * RAO;
const VALIDATOR_FUNDS = 3_000n * RAO;
const VALIDATOR_STAKE = 2_000n * RAO;
const MINER_FUNDS = 100n * RAO;
const HOTKEY_NAME = 'default';

const stored = z.strictObject({
  genesis: z.string(),
  netuid: z.int(),
  hotkeys: z.record(z.string(), z.string()),
});

export interface ProvisionOptions {
  readonly layout: Layout;
  readonly tempo: number;
  readonly personalities: readonly Personality[];
}

interface Parts {
  readonly chain: ChainClient;
  readonly note: (text: string) => void;
}

/**
 * Brings the embedded chain to a working subnet: wallets, funds, subnet, hyperparameters, registrations, stake. Every step looks
 * first, so a run that was killed half-way is finished by the next.
 */
export async function provision(options: ProvisionOptions, parts: Parts): Promise<Network> {
  const { layout, personalities } = options;
  const names = ['owner', 'validator', ...personalities.map(({ name }) => name)];
  for (const name of names) await ensureWallet(layout, name);
  const known = readNetwork(layout, parts.chain.genesisHash);
  await ensureFunds(layout, personalities, parts);
  const netuid = known ?? (await createSubnet(options, parts));
  await ensureStarted(netuid, layout, options.tempo, parts);
  const hotkeys = await ensureRegistered(
    netuid,
    layout,
    ['validator', ...personalities.map(({ name }) => name)],
    parts,
  );
  await ensureStake(netuid, layout, parts);
  const participant = (name: string, personality: string): Participant => {
    const hotkey = hotkeys.get(name);
    if (hotkey === undefined) throw new Error(`no hotkey for ${name}`);
    return { name, hotkey, personality };
  };
  return {
    genesis: parts.chain.genesisHash,
    netuid,
    validator: participant('validator', 'validator'),
    miners: personalities.map(({ name, personality }) => participant(name, personality)),
  };
}

async function ensureWallet(layout: Layout, name: string): Promise<void> {
  const root = layout.wallets;
  if (!existsSync(walletPaths(root, name).coldkey)) await createColdkey({ root, name, password: null });
  if (!existsSync(hotkeyPaths(root, name, HOTKEY_NAME).secret)) await createHotkey({ root, name, hotkey: HOTKEY_NAME });
}

function readNetwork(layout: Layout, genesis: string): number | null {
  if (!existsSync(layout.network)) return null;
  const network = stored.parse(JSON.parse(readFileSync(layout.network, 'utf8')));
  return network.genesis === genesis ? network.netuid : null;
}

function writeNetwork(layout: Layout, genesis: string, netuid: number, hotkeys: ReadonlyMap<string, Hotkey>): void {
  const text = JSON.stringify({ genesis, netuid, hotkeys: Object.fromEntries(hotkeys) }, null, 2);
  writeFileSync(`${layout.network}.new`, `${text}\n`);
  renameSync(`${layout.network}.new`, layout.network);
}

function coldkey(layout: Layout, name: string): Promise<Signer> {
  return loadColdkey({ root: layout.wallets, name });
}

async function hotkeyOf(layout: Layout, name: string): Promise<Hotkey> {
  const signer = await loadHotkey({ root: layout.wallets, name, hotkey: HOTKEY_NAME });
  return parseHotkey(signer.address);
}

/** The chain's development account pays for everything. */
async function ensureFunds(layout: Layout, personalities: readonly Personality[], { chain }: Parts): Promise<void> {
  const alice = signerFromUri('//Alice');
  const wanted: readonly (readonly [string, bigint])[] = [
    ['owner', OWNER_FUNDS],
    ['validator', VALIDATOR_FUNDS],
    ...personalities.map(({ name }) => [name, MINER_FUNDS] as const),
  ];
  for (const [name, rao] of wanted) {
    const { address } = await coldkey(layout, name);
    if ((await chain.balance(address)) === 0n) await chain.transfer(alice, { to: address, rao });
  }
}

async function createSubnet({ layout }: ProvisionOptions, { chain, note }: Parts): Promise<number> {
  const alice = signerFromUri('//Alice');
  // The embedded chain keeps mainnet's limits; a development subnet opens them with the sudo key, as on any devnet.
  await chain.submit(alice, 'AdminUtils', 'sudo_set_admin_freeze_window', [0], { sudo: true });
  await chain.submit(alice, 'AdminUtils', 'sudo_set_network_rate_limit', [0], { sudo: true });
  const { netuid } = await chain.registerNetwork(await coldkey(layout, 'owner'), {
    hotkey: await hotkeyOf(layout, 'owner'),
  });
  writeNetwork(layout, chain.genesisHash, netuid, new Map());
  note(`subnet ${netuid} created\n`);
  return netuid;
}

async function ensureStarted(netuid: number, layout: Layout, tempo: number, { chain }: Parts): Promise<void> {
  const before = await chain.hyperparameters(netuid);
  if (before.tempo !== tempo || before.commitRevealEnabled) {
    const alice = signerFromUri('//Alice');
    // What the question above looks at comes last, so that a run killed in between is seen as unfinished.
    const settings: readonly (readonly [string, readonly unknown[]])[] = [
      ['sudo_set_weights_set_rate_limit', [netuid, Math.max(1, Math.floor(tempo / 2))]],
      ['sudo_set_serving_rate_limit', [netuid, 1]],
      ['sudo_set_start_call_delay', [0]],
      ['sudo_set_tempo', [netuid, tempo]],
      ['sudo_set_commit_reveal_weights_enabled', [netuid, false]],
    ];
    for (const [call, args] of settings) await chain.submit(alice, 'AdminUtils', call, args, { sudo: true });
  }
  if (!(await chain.subnet(netuid)).started) await chain.startCall(await coldkey(layout, 'owner'), { netuid });
}

async function ensureRegistered(
  netuid: number,
  layout: Layout,
  names: readonly string[],
  { chain, note }: Parts,
): Promise<ReadonlyMap<string, Hotkey>> {
  const hotkeys = new Map<string, Hotkey>();
  for (const name of names) {
    const hotkey = await hotkeyOf(layout, name);
    hotkeys.set(name, hotkey);
    if ((await chain.uidOf(netuid, hotkey)) !== null) continue;
    await chain.burnedRegister(await coldkey(layout, name), { netuid, hotkey });
    note(`${name} registered\n`);
  }
  writeNetwork(layout, chain.genesisHash, netuid, hotkeys);
  return hotkeys;
}

async function ensureStake(netuid: number, layout: Layout, { chain }: Parts): Promise<void> {
  const hotkey = await hotkeyOf(layout, 'validator');
  const metagraph = await chain.metagraph(netuid);
  const staked = metagraph.neurons.find((neuron) => neuron.hotkey === hotkey)?.totalStake ?? 0n;
  if (staked === 0n) await chain.addStake(await coldkey(layout, 'validator'), { hotkey, netuid, rao: VALIDATOR_STAKE });
}
