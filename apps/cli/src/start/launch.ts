import { readFileSync, rmSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type Clock, hasErrno, withDeadline } from '@bettertherapy/core';
import type { Fleet } from './fleet.js';
import { gatewayAddress } from './gateway.js';
import { appMain, type Layout, modelCache } from './layout.js';
import type { Network } from './network.js';
import type { StartOptions } from './options.js';
import { personalities } from './personalities.js';

const CHAIN_DEADLINE_MS = 60_000;

/** Starts the embedded chain and resolves to its address once it answers. */
export async function launchChain(
  fleet: Fleet,
  layout: Layout,
  options: StartOptions,
  parts: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<string> {
  const urlFile = join(layout.root, 'chain.url');
  rmSync(urlFile, { force: true });
  fleet.launch('chain', appMain('cli'), [
    'localnet',
    'run',
    `--dir=${layout.chain}`,
    '--port=0',
    `--block_ms=${options.blockMs}`,
    `--url_file=${urlFile}`,
  ]);
  return withDeadline({ what: 'start of the embedded chain', ms: CHAIN_DEADLINE_MS, ...parts }, async (signal) => {
    for (;;) {
      const url = readUrl(urlFile);
      if (url !== null) return url;
      await parts.clock.sleep(100, signal);
    }
  });
}

function readUrl(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

/**
 * The address miners advertise. The chain refuses 127.0.0.1, as the real one does; Linux answers on all of 127/8, other systems
 * are reached by their own address.
 */
function advertisedAddress(): string {
  if (process.platform === 'linux') return '127.0.0.2';
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.2';
}

function commonFlags(
  wallet: string,
  dataDir: string,
  layout: Layout,
  network: Network,
  options: StartOptions,
  url: string,
): string[] {
  return [
    `--netuid=${network.netuid}`,
    '--subtensor.network=local',
    `--subtensor.chain_endpoint=${url}`,
    `--wallet.path=${layout.wallets}`,
    `--wallet.name=${wallet}`,
    '--wallet.hotkey=default',
    `--data.dir=${dataDir}`,
    `--model.name=${options.model}`,
    `--model.cache_dir=${modelCache}`,
    '--model.threads=1',
    '--logging.json=true',
  ];
}

/** Starts the miners, each on a port of its own choosing. */
export function launchMiners(
  fleet: Fleet,
  layout: Layout,
  network: Network,
  options: StartOptions,
  url: string,
  port: number | null,
): void {
  const ip = advertisedAddress();
  const twins =
    port === null
      ? []
      : [`--twin.index=${gatewayAddress(port)}`, `--twin.publishers=${network.validator.hotkey}`, '--twin.refresh=10'];
  for (const { name, flags } of personalities) {
    fleet.launch(name, appMain('miner'), [
      ...commonFlags(name, layout.miner(name), layout, network, options, url),
      `--axon.ip=${ip}`,
      '--axon.port=0',
      `--axon.external_ip=${ip}`,
      ...twins,
      ...flags,
    ]);
  }
}

export function launchValidator(
  fleet: Fleet,
  layout: Layout,
  network: Network,
  options: StartOptions,
  url: string,
  port: number | null,
): void {
  fleet.launch('validator', appMain('validator'), [
    ...commonFlags('validator', layout.validator, layout, network, options, url),
    `--neuron.round_interval=${options.roundInterval}`,
    `--neuron.questions=${options.questions}`,
    `--neuron.max_rounds=${options.rounds}`,
    `--gateway.port=${port ?? 'off'}`,
    '--gateway.demonstration=true',
    // A model this small cannot judge: its controls are shown, but they do not stop the weights of a demonstration.
    '--judge.enforce_controls=false',
    // Nor would it pass the exam, on which it would spend some twenty minutes.
    '--judge.exam=off',
    // Without it each start would say that no key is there.
    '--wandb.off',
  ]);
}
