import { silentLogger, systemClock } from '@bettertherapy/core';
import { devAccount, encodeRuntimeCode, type Localnet, startLocalnet } from '@bettertherapy/localnet';
import { eventually } from '@bettertherapy/testkit';
import { asHotkey, ready } from '@bettertherapy/wallet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChainClient } from '../../src/client.js';

const parts = { clock: systemClock, log: silentLogger };
let localnet: Localnet;
let client: ChainClient;

beforeAll(async () => {
  await ready();
  localnet = await startLocalnet({ dataDir: null, port: 0, blockMs: 100 }, parts);
  client = await ChainClient.open({ endpoints: [localnet.url] }, { ...parts, metrics: null });
});
afterAll(async () => {
  await client?.close();
  await localnet?.close();
});

it('finds its calls again by name when a runtime upgrade moved them, without reconnecting', async () => {
  const owner = devAccount('Bob');
  const first = await client.registerNetwork(owner, { hotkey: asHotkey(devAccount('Charlie')).address });
  const before = client.specVersion();
  const code = encodeRuntimeCode({ specVersion: before + 1, callIndexOffset: 50 });
  await client.submit(devAccount('Alice'), 'System', 'set_code', { code }, { sudo: true });
  await eventually('the new version is known', () => client.specVersion() === before + 1);
  await client.startCall(owner, { netuid: first.netuid });
  expect((await client.subnet(first.netuid)).started).toBe(true);
  expect((await client.metagraph(first.netuid)).neurons).toHaveLength(1);
  expect((await client.hyperparameters(first.netuid)).netuid).toBe(first.netuid);
});

it('survives upgrades while reads and extrinsics are under way', async () => {
  const bob = devAccount('Bob');
  const work = async (): Promise<void> => {
    for (let i = 0; i < 5; i += 1) {
      await client.transfer(bob, { to: devAccount('Eve').address, rao: 1n });
      await client.hyperparameters(1);
    }
  };
  const working = work();
  for (let i = 1; i <= 2; i += 1) {
    const specVersion = client.specVersion() + 1;
    const code = encodeRuntimeCode({ specVersion, callIndexOffset: 10 * i });
    await client.submit(devAccount('Alice'), 'System', 'set_code', { code }, { sudo: true });
    await eventually('the new version is known', () => client.specVersion() === specVersion);
  }
  await working;
  expect(client.health().connected).toBe(true);
});
