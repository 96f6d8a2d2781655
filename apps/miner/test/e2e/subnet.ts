import { join } from 'node:path';
import { ChainClient } from '@bettertherapy/chain';
import { type Hotkey, silentLogger, systemClock } from '@bettertherapy/core';
import { type Localnet, startLocalnet } from '@bettertherapy/localnet';
import { createWallet, loadColdkey, loadHotkey, type Signer, signerFromUri } from '@bettertherapy/wallet';

const TAO = 1_000_000_000n;

/** An embedded chain with one subnet, a registered validator with stake, and wallets for miners. */
export class TestSubnet {
  private constructor(
    readonly netuid: number,
    readonly wallets: string,
    readonly chain: ChainClient,
    readonly localnet: Localnet,
    readonly validator: Signer<Hotkey>,
  ) {}

  static async start(folder: string): Promise<TestSubnet> {
    const parts = { clock: systemClock, log: silentLogger };
    const localnet = await startLocalnet({ dataDir: null, port: 0, blockMs: 250 }, parts);
    const chain = await ChainClient.open({ endpoints: [localnet.url] }, { ...parts, metrics: null });
    const wallets = join(folder, 'wallets');
    const alice = signerFromUri('//Alice');
    for (const name of ['owner', 'validator', 'miner', 'stranger']) {
      const { coldkey } = await createWallet({ root: wallets, name, hotkey: 'default', coldkeyPassword: null });
      await chain.transfer(alice, { to: coldkey, rao: 20_000n * TAO });
    }
    const sudo = (call: string, args: readonly unknown[]) =>
      chain.submit(alice, 'AdminUtils', call, args, { sudo: true });
    await sudo('sudo_set_admin_freeze_window', [0]);
    await sudo('sudo_set_network_rate_limit', [0]);
    const owner = await loadHotkey({ root: wallets, name: 'owner', hotkey: 'default' });
    const { netuid } = await chain.registerNetwork(await loadColdkey({ root: wallets, name: 'owner' }), {
      hotkey: owner.address,
    });
    await sudo('sudo_set_serving_rate_limit', [netuid, 1]);
    const validator = await loadHotkey({ root: wallets, name: 'validator', hotkey: 'default' });
    const subnet = new TestSubnet(netuid, wallets, chain, localnet, validator);
    await subnet.register('validator');
    return subnet;
  }

  hotkey(name: string): Promise<Signer<Hotkey>> {
    return loadHotkey({ root: this.wallets, name, hotkey: 'default' });
  }

  async register(name: string): Promise<void> {
    const { address } = await this.hotkey(name);
    const coldkey = await loadColdkey({ root: this.wallets, name });
    await this.chain.burnedRegister(coldkey, { netuid: this.netuid, hotkey: address });
  }

  async close(): Promise<void> {
    await this.chain.close();
    await this.localnet.close();
  }
}
