import { silentLogger, systemClock } from '@bettertherapy/core';
import { asHotkey, ready, signerFromUri } from '@bettertherapy/wallet';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { u8aToHex } from '@polkadot/util';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChainClient } from '../../../src/client.js';
import { identityPoint, roundIdentity } from '../../../src/timelock/ibe.js';
import { encodePlaintext, openEnvelope } from '../../../src/timelock/index.js';
import { FakeNode } from '../../support/fakeNode.js';
import { finneyRuntime } from '../../support/finney.js';

const runtime = finneyRuntime();
const { registry } = runtime;
const ALICE = asHotkey(signerFromUri('//Alice'));
const SECRET = 123_456_789n;
const GENESIS_TIME = 1_600_000_000;
const NETUID = 2;
const request = { netuid: NETUID, uids: [1, 2], values: [65535, 77], versionKey: 3 };

let chain: FakeNode;
let client: ChainClient;

beforeAll(async () => {
  await ready();
  chain = await FakeNode.start();
  client = await ChainClient.open(
    { endpoints: [chain.url], callDeadlineMs: 5_000 },
    { clock: systemClock, log: silentLogger, metrics: null },
  );
});
afterAll(async () => {
  await client.close();
  await chain.close();
});
beforeEach(() => {
  chain.storage.clear();
  chain.requests.length = 0;
  store('NetworksAdded', [NETUID], 'bool', true);
  store('SubnetworkN', [NETUID], 'u16', 3);
  store('Uids', [NETUID, ALICE.address], 'u16', 0);
  store('ValidatorPermit', [NETUID], 'Vec<bool>', [true, false, false]);
  store('LastUpdate', [NETUID], 'Vec<u64>', [0, 0, 0]);
  store('MinAllowedWeights', [NETUID], 'u16', 1);
  store('Tempo', [NETUID], 'u16', 100);
});

function store(item: string, keys: unknown[], type: string, value: unknown, pallet = 'SubtensorModule'): void {
  chain.setStorage(pallet, item, keys, u8aToHex(registry.createTypeUnsafe(type, [value]).toU8a()));
}

/** The call inside the extrinsic sent last. */
function lastCall(): { name: string; args: Record<string, unknown> } {
  const hex = chain.best.extrinsics[0] ?? '';
  const { method } = registry.createType('Extrinsic', hex, { version: 4 });
  const args = Object.fromEntries(method.meta.args.map((arg, i) => [arg.name.toString(), method.args[i]?.toJSON()]));
  return { name: `${method.section}.${method.method}`, args };
}

describe('setWeights', () => {
  it('sets plainly when commit-reveal is off, after one read', async () => {
    store('CommitRevealWeightsEnabled', [NETUID], 'bool', false);
    const outcome = await client.setWeights(ALICE, request);
    expect(outcome).toMatchObject({ mode: 'plain', revealRound: null });
    expect(lastCall()).toEqual({
      name: 'subtensorModule.setMechanismWeights',
      args: { netuid: NETUID, mecid: 0, dests: [1, 2], weights: [65535, 77], versionKey: 3 },
    });
    expect(chain.count('state_queryStorageAt')).toBe(1);
  });

  it('commits under the beacon that the chain names when commit-reveal is on', async () => {
    store('CommitRevealWeightsEnabled', [NETUID], 'bool', true);
    store('RevealPeriodEpochs', [NETUID], 'u64', 1);
    const config = registry.createTypeUnsafe(registry.createLookupType(registry.createType('SiLookupTypeId', 351)), [
      {
        publicKey: u8aToHex(bls12_381.G2.Point.BASE.multiply(SECRET).toBytes(true)),
        period: 1,
        genesisTime: GENESIS_TIME,
      },
    ]);
    chain.setStorage('Drand', 'BeaconConfig', [], u8aToHex(config.toU8a()));
    const before = Math.floor(systemClock.wallMs() / 1000);
    const outcome = await client.setWeights(ALICE, request);
    const block = outcome.blockNumber - 1;
    // Epochs every 100 blocks from block 0; a commit of epoch 0 opens with the first block of epoch 1.
    expect(outcome).toMatchObject({ mode: 'timelocked', revealBlock: 100 });
    const expected = before + (103 - block) * 12 - GENESIS_TIME;
    expect([expected, expected + 1, expected + 2]).toContain(outcome.revealRound);

    const call = lastCall();
    expect(call.name).toBe('subtensorModule.commitTimelockedMechanismWeights');
    expect(call.args).toMatchObject({
      netuid: NETUID,
      mecid: 0,
      revealRound: outcome.revealRound,
      commitRevealVersion: 4,
    });
    const signature = identityPoint(roundIdentity(outcome.revealRound ?? 0))
      .multiply(SECRET)
      .toBytes(true);
    const opened = openEnvelope(Buffer.from(String(call.args.commit).slice(2), 'hex'), signature);
    expect(opened).toEqual(
      encodePlaintext({ hotkey: ALICE.publicKey, uids: request.uids, values: request.values, versionKey: 3n }),
    );
  });

  it('says how many blocks are left, and sends nothing', async () => {
    store('LastUpdate', [NETUID], 'Vec<u64>', [chain.best.number + 1, 0, 0]);
    store('WeightsSetRateLimit', [NETUID], 'u64', 100);
    await expect(client.setWeights(ALICE, request)).rejects.toMatchObject({
      code: 'CHAIN_WEIGHTS_TOO_SOON',
      details: { blocksLeft: 100 },
    });
    expect(chain.count('author_submitAndWatchExtrinsic')).toBe(0);
  });

  it('pays nobody who took the uid of somebody else meanwhile', async () => {
    store('CommitRevealWeightsEnabled', [NETUID], 'bool', false);
    const bob = signerFromUri('//Bob');
    const target = (uid: number, registeredAt = 7) => ({ uid, hotkey: asHotkey(bob).address, registeredAt });
    for (const uid of [1, 2]) {
      store('Keys', [NETUID, uid], 'AccountId', bob.address);
      store('BlockAtRegistration', [NETUID, uid], 'u64', 7);
    }
    const refused = { code: 'CHAIN_STALE_UIDS', details: { uids: [2] } };
    const sending = (second: ReturnType<typeof target>) =>
      client.setWeights(ALICE, { ...request, targets: [target(1), second] });
    await expect(sending(target(2, 6))).rejects.toMatchObject(refused);
    await expect(sending({ ...target(2), hotkey: ALICE.address })).rejects.toMatchObject(refused);
    expect(chain.count('author_submitAndWatchExtrinsic')).toBe(0);
    expect(await sending(target(2))).toMatchObject({ mode: 'plain' });
  });

  it('tells what it signed before the node gets it, and sends nothing when that cannot be written down', async () => {
    store('CommitRevealWeightsEnabled', [NETUID], 'bool', false);
    const signed: { extrinsicHash: string; validUntil: number; sent: number }[] = [];
    const sentSoFar = () => chain.count('author_submitAndWatchExtrinsic');
    const outcome = await client.setWeights(ALICE, request, {
      eraPeriod: 8,
      onSigned: (notice) => signed.push({ ...notice, sent: sentSoFar() }),
    });
    expect(signed).toMatchObject([{ extrinsicHash: outcome.extrinsicHash, sent: 0 }]);
    expect((signed[0]?.validUntil ?? 0) - outcome.blockNumber).toBeLessThan(8);
    const full = () => {
      throw new Error('the disk is full');
    };
    await expect(client.setWeights(ALICE, request, { onSigned: full })).rejects.toThrow('the disk is full');
    expect(sentSoFar()).toBe(1);
  });

  it('fails with a code when there is no such subnet', async () => {
    store('NetworksAdded', [NETUID], 'bool', false);
    await expect(client.setWeights(ALICE, request)).rejects.toMatchObject({ code: 'CHAIN_SUBNET_MISSING' });
  });
});

describe('serveAxon', () => {
  const axon = { netuid: NETUID, ip: '203.0.113.7', port: 8091, version: 12_001_000 };

  it('publishes the address as an integer, then nothing while it is unchanged', async () => {
    expect(await client.serveAxon(ALICE, axon)).toMatchObject({ status: 'published' });
    expect(lastCall()).toEqual({
      name: 'subtensorModule.serveAxon',
      args: {
        netuid: NETUID,
        version: 12_001_000,
        ip: 3405803783,
        port: 8091,
        ipType: 4,
        protocol: 4,
        placeholder1: 0,
        placeholder2: 0,
      },
    });
    const stored = { block: 1, version: 12_001_000, ip: 3405803783, port: 8091, ipType: 4, protocol: 4 };
    const type = registry.createLookupType(registry.createType('SiLookupTypeId', 452));
    chain.setStorage(
      'SubtensorModule',
      'Axons',
      [NETUID, ALICE.address],
      u8aToHex(registry.createTypeUnsafe(type, [stored]).toU8a()),
    );
    const sent = chain.count('author_submitAndWatchExtrinsic');
    expect(await client.serveAxon(ALICE, axon)).toMatchObject({ status: 'unchanged', axon: { port: 8091 } });
    store('ServingRateLimit', [NETUID], 'u64', 1_000);
    await expect(client.serveAxon(ALICE, { ...axon, port: 9000 })).rejects.toMatchObject({
      code: 'CHAIN_SERVING_TOO_SOON',
      details: { blocksLeft: 1_001 - (chain.best.number + 1) },
    });
    expect(chain.count('author_submitAndWatchExtrinsic')).toBe(sent);
  });

  it.each([
    [{ ...axon, ip: '127.0.0.1' }, 'CHAIN_AXON_ADDRESS'],
    [{ ...axon, port: 0 }, 'CHAIN_AXON_PORT'],
    [{ ...axon, port: 65_536 }, 'CHAIN_AXON_PORT'],
  ])('refuses %o before asking anybody', async (bad, code) => {
    await expect(client.serveAxon(ALICE, bad)).rejects.toMatchObject({ code });
    expect(chain.requests).toEqual([]);
  });

  it('refuses a hotkey without a slot', async () => {
    chain.setStorage('SubtensorModule', 'Uids', [NETUID, ALICE.address], null);
    await expect(client.serveAxon(ALICE, axon)).rejects.toMatchObject({ code: 'CHAIN_NOT_REGISTERED' });
  });
});

describe('the console', () => {
  it('stays silent: metadata, calls and reconnects print nothing', async () => {
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name));
    const other = await ChainClient.open(
      { endpoints: [chain.url] },
      { clock: systemClock, log: silentLogger, metrics: null },
    );
    await other.submit(ALICE, 'System', 'remark', ['0x00']);
    await other.close();
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});
