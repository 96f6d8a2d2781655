import { type Hotkey, silentLogger, systemClock } from '@bettertherapy/core';
import { devAccount, type Localnet, startLocalnet } from '@bettertherapy/localnet';
import { asHotkey, ready, type Signer } from '@bettertherapy/wallet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChainClient } from '../../src/client.js';

const TAO = 10n ** 9n;
const BLOCK_MS = 100;

let localnet: Localnet;
let client: ChainClient;
let sudo: Signer;
let owner: Signer;
let validator: Signer<Hotkey>;
let miner: Signer<Hotkey>;
let netuid = 0;

beforeAll(async () => {
  await ready();
  sudo = devAccount('Alice');
  owner = devAccount('Bob');
  validator = asHotkey(devAccount('Charlie'));
  miner = asHotkey(devAccount('Dave'));
  localnet = await startLocalnet(
    { dataDir: null, port: 0, blockMs: BLOCK_MS },
    { clock: systemClock, log: silentLogger },
  );
  client = await ChainClient.open(
    { endpoints: [localnet.url], callDeadlineMs: 10_000 },
    { clock: systemClock, log: silentLogger, metrics: null },
  );
});
afterAll(async () => {
  await client?.close();
  await localnet?.close();
});

const admin = (call: string, args: Record<string, unknown>): Promise<unknown> =>
  client.submit(sudo, 'AdminUtils', call, args, { sudo: true });

describe('a subnet on the development chain', () => {
  it('has the chain’s genesis and block time', () => {
    expect(client.genesisHash).toBe(localnet.genesisHash);
    expect(client.health().blockTimeMs).toBe(BLOCK_MS);
  });

  it('is registered, its number comes from the chain', async () => {
    const before = await client.balance(owner.address);
    const cost = await client.networkCost();
    const made = await client.registerNetwork(owner, { hotkey: validator.address });
    netuid = made.netuid;
    expect(netuid).toBeGreaterThanOrEqual(1);
    expect(await client.subnet(netuid)).toMatchObject({ exists: true, neurons: 1, ownerHotkey: validator.address });
    expect(before - (await client.balance(owner.address))).toBeGreaterThanOrEqual(cost / 2n);
    await client.startCall(owner, { netuid });
    expect((await client.subnet(netuid)).started).toBe(true);
  });

  it('takes settings from the sudo key only', async () => {
    await admin('sudo_set_admin_freeze_window', { window: 0 });
    await admin('sudo_set_tempo', { netuid, tempo: 20 });
    await admin('sudo_set_commit_reveal_weights_enabled', { netuid, enabled: false });
    await admin('sudo_set_weights_set_rate_limit', { netuid, weightsSetRateLimit: 0 });
    expect(await client.hyperparameters(netuid)).toMatchObject({
      tempo: 20,
      commitRevealEnabled: false,
      weightsRateLimit: 0,
    });
    await expect(
      client.submit(owner, 'AdminUtils', 'sudo_set_tempo', { netuid, tempo: 5 }, { sudo: true }),
    ).rejects.toMatchObject({ code: 'CHAIN_NOT_ALLOWED' });
  });

  it('registers a hotkey for its price, once', async () => {
    const burn = await client.registrationCost(netuid);
    await expect(
      client.burnedRegister(owner, { netuid, hotkey: miner.address, maxRao: burn / 2n }),
    ).rejects.toMatchObject({ code: 'CHAIN_PRICE_ABOVE_LIMIT' });
    const { uid } = await client.burnedRegister(owner, { netuid, hotkey: miner.address, maxRao: 10n * burn });
    expect(await client.uidOf(netuid, miner.address)).toBe(uid);
    expect(await client.ownerOf(miner.address)).toBe(owner.address);
    await expect(client.burnedRegister(owner, { netuid, hotkey: miner.address })).rejects.toMatchObject({
      code: 'CHAIN_ALREADY_REGISTERED',
    });
  });

  it('takes stake and moves TAO', async () => {
    await client.addStake(owner, { hotkey: validator.address, netuid, rao: 100n * TAO });
    expect(await client.stake(validator.address, netuid)).toBeGreaterThan(0n);
    const to = devAccount('Eve').address;
    const before = await client.balance(to);
    await client.transfer(owner, { to, rao: TAO });
    expect((await client.balance(to)) - before).toBe(TAO);
    await expect(client.transfer(owner, { to, rao: 10n ** 18n })).rejects.toMatchObject({
      code: 'CHAIN_NOT_ENOUGH_BALANCE',
    });
  });

  it('publishes an axon and shows it in the metagraph', async () => {
    const axon = { netuid, ip: '127.0.0.2', port: 8091, version: 12_001_000 };
    expect(await client.serveAxon(miner, axon)).toMatchObject({ status: 'published' });
    expect(await client.serveAxon(miner, axon)).toMatchObject({ status: 'unchanged' });
    await expect(client.serveAxon(miner, { ...axon, port: 8092 })).rejects.toMatchObject({
      code: 'CHAIN_SERVING_TOO_SOON',
    });
    const graph = await client.metagraph(netuid);
    expect(graph.neurons).toHaveLength(2);
    expect(graph.neurons[1]).toMatchObject({
      uid: 1,
      hotkey: miner.address,
      coldkey: owner.address,
      axon: { ip: '127.0.0.2', port: 8091, version: 12_001_000, ipType: 4, protocol: 4 },
    });
    expect(graph.neurons[0]).toMatchObject({ uid: 0, hotkey: validator.address, axon: null });
    expect(graph.ownerHotkey).toBe(validator.address);
    const same = await client.viewAt(graph.block);
    expect(same.blockHash).toBe(graph.blockHash);
  });

  it('takes weights, pays by them, and refuses them too soon', async () => {
    const outcome = await client.setWeights(validator, { netuid, uids: [1], values: [65_535], versionKey: 0 });
    expect(outcome.mode).toBe('plain');
    expect(await client.weightsOf(netuid, 0)).toEqual({ uids: [1], values: [65_535] });
    const { nextEpochBlock } = await client.epochInfo(netuid);
    await client.waitForBlock((nextEpochBlock ?? 0) + 1);
    const after = await client.epochInfo(netuid);
    expect(after.lastEpochBlock).toBe(nextEpochBlock);
    const { nextEpochBlock: second } = after;
    await client.waitForBlock((second ?? 0) + 1);
    expect((await client.incentives(netuid)).values[1]).toBeGreaterThan(0);
    await admin('sudo_set_weights_set_rate_limit', { netuid, weightsSetRateLimit: 1_000 });
    await expect(
      client.setWeights(validator, { netuid, uids: [1], values: [65_535], versionKey: 0 }),
    ).rejects.toMatchObject({ code: 'CHAIN_WEIGHTS_TOO_SOON', details: { blocksLeft: expect.any(Number) } });
    // The chain itself says the same when it is asked without our checks.
    await expect(
      client.submit(validator, 'SubtensorModule', 'set_weights', { netuid, dests: [1], weights: [1], versionKey: 0 }),
    ).rejects.toMatchObject({ code: 'CHAIN_WEIGHTS_TOO_SOON' });
    await admin('sudo_set_weights_set_rate_limit', { netuid, weightsSetRateLimit: 0 });
  });

  it('takes a timelocked commit while commit-reveal is on, and reveals it', async () => {
    await admin('sudo_set_tempo', { netuid, tempo: 60 });
    await admin('sudo_set_commit_reveal_weights_enabled', { netuid, enabled: true });
    await expect(
      client.submit(validator, 'SubtensorModule', 'set_weights', { netuid, dests: [1], weights: [1], versionKey: 0 }),
    ).rejects.toMatchObject({ code: 'CHAIN_COMMIT_REVEAL_ON' });
    const outcome = await client.setWeights(validator, { netuid, uids: [0, 1], values: [100, 65_535], versionKey: 0 });
    expect(outcome.mode).toBe('timelocked');
    expect(outcome.events.map((event) => event.method)).toContain('TimelockedWeightsCommitted');
    expect(await client.weightsOf(netuid, 0)).toEqual({ uids: [1], values: [65_535] });
    await client.waitForBlock((outcome.revealBlock ?? 0) + 59);
    expect(await client.weightsOf(netuid, 0)).toEqual({ uids: [0, 1], values: [100, 65_535] });
  }, 60_000);

  it('takes several extrinsics of one key at the same time', async () => {
    const to = devAccount('Ferdie').address;
    const before = await client.balance(to);
    await Promise.all(Array.from({ length: 5 }, () => client.transfer(owner, { to, rao: TAO })));
    expect((await client.balance(to)) - before).toBe(5n * TAO);
  });
});
