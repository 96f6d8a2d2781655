import { join } from 'node:path';
import { ChainClient } from '@bettertherapy/chain';
import { parseHotkey, silentLogger, systemClock } from '@bettertherapy/core';
import { startLocalnet } from '@bettertherapy/localnet';
import { AXON_VERSION } from '@bettertherapy/protocol';
import { type AnswerFn, AxonServer, MemoryNonceStore } from '@bettertherapy/transport';
import {
  asHotkey,
  createWallet,
  loadColdkey,
  loadHotkey,
  ready,
  type Signer,
  signerFromUri,
} from '@bettertherapy/wallet';

const RAO = 1_000_000_000n;
const parts = { clock: systemClock, log: silentLogger };
/** The chain refuses 127.0.0.1 as an axon's address; the rest of 127/8 is this machine as well. */
export const MINER_IP = '127.0.0.2';

export interface Subnet {
  readonly url: string;
  readonly netuid: number;
  readonly chain: ChainClient;
  /** Flags that point a validator at this subnet and its wallet. */
  readonly validatorFlags: readonly string[];
  close(): Promise<void>;
}

/** An embedded chain with one subnet, a staked validator wallet, and miners that are real axons with answers of the test. */
export async function startSubnet(options: {
  readonly folder: string;
  readonly blockMs: number;
  readonly tempo: number;
  readonly miners: readonly AnswerFn[];
}): Promise<Subnet> {
  await ready();
  const { folder, tempo } = options;
  const localnet = await startLocalnet({ dataDir: null, port: 0, blockMs: options.blockMs }, parts);
  const chain = await ChainClient.open({ endpoints: [localnet.url] }, { ...parts, metrics: null });
  const wallets = join(folder, 'wallets');
  await createWallet({ root: wallets, name: 'validator', hotkey: 'default', coldkeyPassword: null });
  const owner = signerFromUri('//Bob');
  const netuid = await openSubnet(chain, owner, tempo);

  const coldkey = await loadColdkey({ root: wallets, name: 'validator' });
  const hotkey = await loadHotkey({ root: wallets, name: 'validator', hotkey: 'default' });
  await chain.transfer(signerFromUri('//Alice'), { to: coldkey.address, rao: 3_000n * RAO });
  await chain.burnedRegister(coldkey, { netuid, hotkey: hotkey.address });
  await chain.addStake(coldkey, { netuid, hotkey: hotkey.address, rao: 1_000n * RAO });

  const axons: AxonServer[] = [];
  for (const [at, answer] of options.miners.entries()) {
    const signer = signerFromUri(`//Miner${at}`);
    await chain.burnedRegister(signerFromUri('//Charlie'), { netuid, hotkey: parseHotkey(signer.address) });
    const axon = await serveMiner(signer, answer);
    axons.push(axon);
    await chain.serveAxon(asHotkey(signer), { netuid, ip: MINER_IP, port: axon.port, version: AXON_VERSION });
  }
  return {
    url: localnet.url,
    netuid,
    chain,
    validatorFlags: [
      ...['--netuid', String(netuid), '--subtensor.chain_endpoint', localnet.url],
      ...['--wallet.path', wallets, '--wallet.name', 'validator', '--wallet.hotkey', 'default'],
    ],
    close: async () => {
      for (const axon of axons) await axon.close();
      await chain.close();
      await localnet.close();
    },
  };
}

async function openSubnet(chain: ChainClient, owner: Signer, tempo: number): Promise<number> {
  const alice = signerFromUri('//Alice');
  const sudo = (call: string, args: readonly unknown[]) =>
    chain.submit(alice, 'AdminUtils', call, args, { sudo: true });
  await sudo('sudo_set_admin_freeze_window', [0]);
  const { netuid } = await chain.registerNetwork(owner, { hotkey: parseHotkey(signerFromUri('//Bob//hot').address) });
  await sudo('sudo_set_tempo', [netuid, tempo]);
  await sudo('sudo_set_commit_reveal_weights_enabled', [netuid, false]);
  await sudo('sudo_set_weights_set_rate_limit', [netuid, 1]);
  await sudo('sudo_set_serving_rate_limit', [netuid, 0]);
  await chain.startCall(owner, { netuid });
  return netuid;
}

/** A miner's axon with answers of the test, on this machine's second address. */
export async function serveMiner(signer: Signer, answer: AnswerFn): Promise<AxonServer> {
  const axon = new AxonServer(
    {
      host: MINER_IP,
      port: 0,
      hotkey: asHotkey(signer).address,
      answerDeadlineMs: 30_000,
      queue: { concurrency: 16, capacity: 64 },
      rate: { perMinute: 100_000, burst: 10_000 },
      addressRate: null,
    },
    {
      answer,
      policy: () => ({ allow: true, priority: 1 }),
      nonces: new MemoryNonceStore({ maxEntries: 100_000, firstStart: true }, { clock: systemClock }),
      signer,
      metrics: null,
      ...parts,
    },
  );
  await axon.start(new AbortController().signal);
  return axon;
}
