import { join } from 'node:path';
import { ChainClient } from '@bettertherapy/chain';
import { type Hotkey, silentLogger, systemClock } from '@bettertherapy/core';
import { type Localnet, startLocalnet } from '@bettertherapy/localnet';
import { createWallet, loadColdkey, loadHotkey, ready, type Signer, signerFromUri } from '@bettertherapy/wallet';

const RAO = 1_000_000_000n;
const COLDKEY_FUNDS = 20_000n * RAO;
const PARTS = { clock: systemClock, log: silentLogger };
const HOTKEY_NAME = 'default';

export interface TestSubnetOptions {
  /** Wallets go to `<folder>/wallets`. */
  readonly folder: string;
  /** Each gets a funded, unencrypted wallet with a hotkey `default`; see {@link TestSubnet.register}. */
  readonly names: readonly string[];
  readonly blockMs?: number | undefined;
  readonly tempo?: number | undefined;
  /** A development chain that runs already; an embedded one is started unless said. */
  readonly url?: string | undefined;
}

/** An embedded chain with one open subnet (commit-reveal off, no waiting between sets) and funded wallets. */
export class TestSubnet {
  private constructor(
    readonly netuid: number,
    readonly wallets: string,
    readonly chain: ChainClient,
    readonly url: string,
    /** Null where the chain runs elsewhere. */
    readonly localnet: Localnet | null,
  ) {}

  static async start({ folder, names, blockMs = 250, tempo = 20, url }: TestSubnetOptions): Promise<TestSubnet> {
    await ready();
    const localnet = url === undefined ? await startLocalnet({ dataDir: null, port: 0, blockMs }, PARTS) : null;
    const endpoint = localnet?.url ?? url ?? '';
    const chain = await ChainClient.open({ endpoints: [endpoint] }, { ...PARTS, metrics: null });
    const wallets = join(folder, 'wallets');
    const alice = signerFromUri('//Alice');
    for (const name of ['owner', ...names]) {
      const { coldkey } = await createWallet({ root: wallets, name, hotkey: HOTKEY_NAME, coldkeyPassword: null });
      await chain.transfer(alice, { to: coldkey, rao: COLDKEY_FUNDS });
    }
    const sudo = sudoOf(chain);
    await sudo('sudo_set_admin_freeze_window', [0]);
    await sudo('sudo_set_network_rate_limit', [0]);
    const owner = await loadColdkey({ root: wallets, name: 'owner' });
    const ownerHotkey = await loadHotkey({ root: wallets, name: 'owner', hotkey: HOTKEY_NAME });
    const { netuid } = await chain.registerNetwork(owner, { hotkey: ownerHotkey.address });
    await sudo('sudo_set_tempo', [netuid, tempo]);
    await sudo('sudo_set_commit_reveal_weights_enabled', [netuid, false]);
    await sudo('sudo_set_weights_set_rate_limit', [netuid, 1]);
    await sudo('sudo_set_serving_rate_limit', [netuid, 1]);
    await chain.startCall(owner, { netuid });
    return new TestSubnet(netuid, wallets, chain, endpoint, localnet);
  }

  hotkey(name: string): Promise<Signer<Hotkey>> {
    return loadHotkey({ root: this.wallets, name, hotkey: HOTKEY_NAME });
  }

  /** The flags by which a daemon finds this chain and the wallet of that name. */
  flagsOf(name: string): string[] {
    return [
      `--netuid=${this.netuid}`,
      '--subtensor.network=local',
      `--subtensor.chain_endpoint=${this.url}`,
      `--wallet.path=${this.wallets}`,
      `--wallet.name=${name}`,
    ];
  }

  async register(name: string): Promise<Hotkey> {
    const { address } = await this.hotkey(name);
    const coldkey = await loadColdkey({ root: this.wallets, name });
    await this.chain.burnedRegister(coldkey, { netuid: this.netuid, hotkey: address });
    return address;
  }

  /** Stakes on a registered hotkey, which makes a validator of it at the next epoch. */
  async stake(name: string, tao: number): Promise<void> {
    const { address } = await this.hotkey(name);
    const coldkey = await loadColdkey({ root: this.wallets, name });
    await this.chain.addStake(coldkey, { netuid: this.netuid, hotkey: address, rao: BigInt(tao) * RAO });
  }

  /** An `AdminUtils` call by the sudo key; its arguments after the netuid. */
  async set(call: string, ...args: readonly unknown[]): Promise<void> {
    await sudoOf(this.chain)(call, [this.netuid, ...args]);
  }

  async close(): Promise<void> {
    await this.chain.close();
    await this.localnet?.close();
  }
}

function sudoOf(chain: ChainClient): (call: string, args: readonly unknown[]) => Promise<unknown> {
  return (call, args) => chain.submit(signerFromUri('//Alice'), 'AdminUtils', call, args, { sudo: true });
}
