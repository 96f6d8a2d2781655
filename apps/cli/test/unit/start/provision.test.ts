import { rmSync } from 'node:fs';
import { ChainClient } from '@bettertherapy/chain';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { type Localnet, startLocalnet } from '@bettertherapy/localnet';
import { temporaryFolder } from '@bettertherapy/testkit';
import { hotkeyPaths, ready } from '@bettertherapy/wallet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layoutAt } from '../../../src/start/layout.js';
import type { Network } from '../../../src/start/network.js';
import { provision } from '../../../src/start/provision.js';

const PARTS = { clock: systemClock, log: silentLogger };
const folder = temporaryFolder('provision');
const layout = layoutAt(folder.path);
const personalities = [{ name: 'miner-1', personality: 'careful', flags: [] }];
let localnet: Localnet;
let chain: ChainClient;

function provisioned(tempo: number, through: ChainClient = chain): Promise<Network> {
  return provision({ layout, tempo, personalities }, { chain: through, note: () => undefined });
}

beforeAll(async () => {
  await ready();
  localnet = await startLocalnet({ dataDir: null, port: 0, blockMs: 50 }, PARTS);
  chain = await ChainClient.open({ endpoints: [localnet.url] }, { ...PARTS, metrics: null });
});

afterAll(async () => {
  await chain.close();
  await localnet.close();
  folder.remove();
});

describe('the subnet of npm start', () => {
  it('is finished by the next run when one was killed before the start call and between two key files', async () => {
    const killed: ChainClient = Object.create(chain, {
      startCall: { value: () => Promise.reject(new Error('killed')) },
    });
    await expect(provisioned(20, killed)).rejects.toThrow('killed');
    const miner = hotkeyPaths(layout.wallets, 'miner-1', 'default');
    for (const file of [miner.secret, miner.pub]) rmSync(file);

    const network = await provisioned(20);
    expect(await chain.subnet(network.netuid)).toMatchObject({ started: true, neurons: 3 });
  });

  it('takes another tempo in a later run and keeps its subnet and keys', async () => {
    const before = await provisioned(20);
    const after = await provisioned(30);
    expect(after).toEqual(before);
    expect(await chain.hyperparameters(after.netuid)).toMatchObject({ tempo: 30, commitRevealEnabled: false });
  });
});
