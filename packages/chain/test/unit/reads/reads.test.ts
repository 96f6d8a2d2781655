import { type Hotkey, silentLogger, systemClock } from '@bettertherapy/core';
import { ready, signerFromUri } from '@bettertherapy/wallet';
import { hexToU8a, u8aToHex } from '@polkadot/util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ChainClient } from '../../../src/client.js';
import { mechanismIndex } from '../../../src/reads/mechanism.js';
import { FakeNode, Refusal } from '../../support/fakeNode.js';
import { finneyMetadata, finneyRuntime } from '../../support/finney.js';

const { registry } = finneyRuntime();
const ALICE = signerFromUri('//Alice').address as Hotkey;
const BOB = signerFromUri('//Bob').address as Hotkey;
const AXON = { block: 90, version: 12_001_000, ip: 3405803783, port: 8091, ipType: 4, protocol: 4 };
const NO_AXON = { block: 0, version: 0, ip: 0, port: 0, ipType: 0, protocol: 0 };

/** Lookup ids of the answers' types in the metadata of the fixture. */
const SELECTIVE = 683;
const HYPERPARAMETERS_V3 = 706;
const HYPERPARAMETERS_V2 = 660;
const HYPERPARAMETERS_V1 = 658;

const GRAPH = {
  netuid: 102,
  ownerHotkey: ALICE,
  ownerColdkey: BOB,
  block: 100,
  tempo: 360,
  lastStep: 50,
  blocksSinceLastStep: 50,
  maxUids: 256,
  hotkeys: [ALICE, BOB],
  coldkeys: [BOB, BOB],
  axons: [AXON, NO_AXON],
  active: [true, false],
  validatorPermit: [false, true],
  lastUpdate: [10, 20],
  emission: [10n ** 18n, 0n],
  dividends: [0, 65535],
  incentives: [65535, 0],
  consensus: [65535, 0],
  trust: [],
  rank: [],
  pruningScore: [],
  blockAtRegistration: [1, 2],
  alphaStake: [0n, 10n ** 15n],
  taoStake: [0n, 5n],
  totalStake: [0n, 10n ** 15n + 1n],
};

let chain: FakeNode;
let client: ChainClient;
const calls: { name: string; input: string; at: unknown }[] = [];
const answers = new Map<string, string>();

beforeAll(async () => {
  await ready();
  chain = await FakeNode.start();
  chain.override.set('state_call', ([name, input, at]) => {
    if (name === 'Metadata_metadata_at_version') {
      return u8aToHex(registry.createType('Option<Bytes>', u8aToHex(finneyMetadata())).toU8a());
    }
    calls.push({ name: String(name), input: String(input), at });
    const answer = answers.get(String(name));
    if (answer === undefined) throw new Refusal(4003, 'Client error', `no ${String(name)}`);
    return answer;
  });
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
  calls.length = 0;
  answers.clear();
  chain.storage.clear();
  chain.requests.length = 0;
});

function encode(lookup: number, value: unknown): string {
  const type = registry.createLookupType(registry.createType('SiLookupTypeId', lookup));
  // Not `toHex`: that of an Option leaves its own byte away.
  return u8aToHex(registry.createTypeUnsafe(type, [value]).toU8a());
}

function hexText(text: string): string {
  return `0x${Buffer.from(text).toString('hex')}`;
}

function store(item: string, keys: unknown[], type: string, value: unknown, pallet = 'SubtensorModule'): void {
  chain.setStorage(pallet, item, keys, u8aToHex(registry.createTypeUnsafe(type, [value]).toU8a()));
}

describe('metagraph', () => {
  it('is one call at one block, asking for the needed fields only', async () => {
    answers.set('SubnetInfoRuntimeApi_get_selective_metagraph', encode(SELECTIVE, GRAPH));
    const graph = await client.metagraph(102);
    expect(chain.requests.map((request) => request.method)).toEqual(['state_call']);
    expect(calls[0]?.at).toBe(graph.blockHash);
    const input = hexToU8a(calls[0]?.input);
    expect([...input.subarray(0, 2)]).toEqual([102, 0]);
    expect(registry.createType('Vec<u16>', input.subarray(2)).toJSON()).toEqual([
      0, 5, 6, 7, 8, 9, 10, 31, 52, 53, 55, 56, 57, 59, 60, 61, 62, 63, 66, 67, 68, 69,
    ]);
    expect(graph).toMatchObject({ netuid: 102, mecid: 0, block: 0, tempo: 360, ownerHotkey: ALICE, maxUids: 256 });
    expect(graph.neurons).toEqual([
      {
        uid: 0,
        hotkey: ALICE,
        coldkey: BOB,
        axon: { ip: '203.0.113.7', port: 8091, ipType: 4, version: 12_001_000, protocol: 4, block: 90 },
        active: true,
        validatorPermit: false,
        lastUpdate: 10,
        emission: 10n ** 18n,
        dividends: 0,
        incentive: 65535,
        consensus: 65535,
        registeredAt: 1,
        alphaStake: 0n,
        taoStake: 0n,
        totalStake: 0n,
      },
      expect.objectContaining({ uid: 1, hotkey: BOB, axon: null, validatorPermit: true, totalStake: 10n ** 15n + 1n }),
    ]);
  });

  it('asks for a mechanism by its number', async () => {
    answers.set('SubnetInfoRuntimeApi_get_selective_mechagraph', encode(SELECTIVE, GRAPH));
    expect((await client.metagraph(102, { mecid: 1 })).mecid).toBe(1);
    expect([...hexToU8a(calls[0]?.input).subarray(0, 3)]).toEqual([102, 0, 1]);
  });

  it('fails with a code when there is no such subnet', async () => {
    answers.set('SubnetInfoRuntimeApi_get_selective_metagraph', '0x00');
    await expect(client.metagraph(102)).rejects.toMatchObject({ code: 'CHAIN_SUBNET_MISSING' });
  });

  it.each([
    ['a column is short', encode(SELECTIVE, { ...GRAPH, incentives: [1] })],
    ['bytes are left over', `${encode(SELECTIVE, GRAPH)}00`],
    ['bytes are missing', encode(SELECTIVE, GRAPH).slice(0, -2)],
    ['a column is absent', encode(SELECTIVE, { ...GRAPH, hotkeys: null })],
  ])('is refused when %s', async (_name, answer) => {
    answers.set('SubnetInfoRuntimeApi_get_selective_metagraph', answer);
    await expect(client.metagraph(102)).rejects.toMatchObject({ code: 'CHAIN_DECODE' });
  });
});

describe('hyperparameters', () => {
  const NAMED = [
    ['tempo', { U16: 360 }],
    ['weights_rate_limit', { U64: 2n ** 64n - 1n }],
    ['commit_reveal_weights_enabled', { Bool: true }],
    ['commit_reveal_period', { U64: 3 }],
    ['min_burn', { TaoBalance: 500_000 }],
    ['something_new', { U64F64: { bits: 1 } }],
  ] as const;

  it('come from the named list by name, and from storage what it does not name', async () => {
    const list = NAMED.map(([name, value]) => ({ name: hexText(name), value }));
    answers.set('SubnetInfoRuntimeApi_get_subnet_hyperparams_v3', encode(HYPERPARAMETERS_V3, list));
    answers.set(
      'SubnetInfoRuntimeApi_get_subnet_hyperparams_v2',
      encode(HYPERPARAMETERS_V2, { kappa: 32767, tempo: 7 }),
    );
    answers.set('SubnetInfoRuntimeApi_get_subnet_hyperparams', encode(HYPERPARAMETERS_V1, {}));
    store('NetworkRegistrationAllowed', [102], 'bool', true);
    expect(await client.hyperparameters(102)).toMatchObject({
      tempo: 360,
      weightsRateLimit: Number.MAX_SAFE_INTEGER,
      commitRevealEnabled: true,
      commitRevealPeriod: 3,
      minBurn: 500_000n,
      kappa: 32767,
    });
  });

  it('come in one request when the named list has all of them', async () => {
    const names = [
      'tempo',
      'immunity_period',
      'min_allowed_weights',
      'max_weights_limit',
      'weights_version',
      'weights_rate_limit',
      'commit_reveal_period',
      'kappa',
      'max_validators',
      'serving_rate_limit',
      'min_burn',
      'max_burn',
      'bonds_moving_avg',
      'activity_cutoff',
    ].map((name, i) => ({ name: hexText(name), value: { U64: i } }));
    const flags = ['commit_reveal_weights_enabled', 'registration_allowed'].map((name) => ({
      name: hexText(name),
      value: { Bool: false },
    }));
    answers.set('SubnetInfoRuntimeApi_get_subnet_hyperparams_v3', encode(HYPERPARAMETERS_V3, [...names, ...flags]));
    expect(await client.hyperparameters(102)).toMatchObject({ immunityPeriod: 1, activityCutoff: 13, kappa: 7 });
    expect(chain.requests).toHaveLength(1);
  });

  it('fail with a code when there is no such subnet', async () => {
    answers.set('SubnetInfoRuntimeApi_get_subnet_hyperparams_v3', '0x00');
    await expect(client.hyperparameters(102)).rejects.toMatchObject({ code: 'CHAIN_SUBNET_MISSING' });
  });
});

describe('other readers', () => {
  it('read the epoch at one block in one request', async () => {
    store('Tempo', [102], 'u16', 360);
    store('LastEpochBlock', [102], 'u64', 5);
    store('SubnetEpochIndex', [102], 'u64', 9);
    const epoch = await client.epochInfo(102);
    expect(epoch).toMatchObject({
      tempo: 360,
      lastEpochBlock: 5,
      pendingEpochAt: 0,
      epochIndex: 9,
      nextEpochBlock: 365,
    });
    expect(chain.requests).toHaveLength(1);
  });

  it('read the uid, permit and last update of a hotkey', async () => {
    expect(await client.uidOf(102, ALICE)).toBeNull();
    expect(await client.standing(102, ALICE)).toEqual({ uid: null, permit: false, lastUpdate: null });
    store('Uids', [102, ALICE], 'u16', 1);
    store('ValidatorPermit', [102], 'Vec<bool>', [false, true]);
    store('LastUpdate', [mechanismIndex(102)], 'Vec<u64>', [7, 8]);
    expect(await client.isRegistered(102, ALICE)).toBe(true);
    expect(await client.standing(102, ALICE)).toEqual({ uid: 1, permit: true, lastUpdate: 8 });
    expect(await client.validatorPermit(102, ALICE)).toBe(true);
  });

  it('read weights and incentives of a mechanism', async () => {
    store('Weights', [mechanismIndex(102, 1), 3], 'Vec<(u16,u16)>', [
      [0, 65535],
      [9, 1],
    ]);
    store('Incentive', [mechanismIndex(102, 1)], 'Vec<u16>', [5, 6]);
    expect(await client.weightsOf(102, 3, { mecid: 1 })).toEqual({ uids: [0, 9], values: [65535, 1] });
    expect(await client.weightsOf(102, 3)).toEqual({ uids: [], values: [] });
    expect((await client.incentives(102, undefined, { mecid: 1 })).values).toEqual([5, 6]);
  });

  it('read the owner of a hotkey, the axon and the time of a block', async () => {
    expect(await client.ownerOf(ALICE)).toBeNull();
    store('Owner', [ALICE], 'AccountId32', BOB);
    store('Now', [], 'u64', 1_700_000_000_000, 'Timestamp');
    expect(await client.ownerOf(ALICE)).toBe(BOB);
    expect(await client.axonOf(102, ALICE)).toBeNull();
    expect(await client.blockTimestamp()).toBe(1_700_000_000_000);
  });

  it('fail with a code for a storage item that the runtime does not have', async () => {
    await expect(client.storage('SubtensorModule', 'Nothing')).rejects.toMatchObject({ code: 'CHAIN_UNSUPPORTED' });
  });

  it('fail with a code for a block that the node does not have', async () => {
    await expect(client.incentives(102, 99)).rejects.toMatchObject({ code: 'CHAIN_BAD_ARGUMENTS' });
  });
});

describe('mechanism index', () => {
  it.each([
    [102, 0, 102],
    [102, 1, 4198],
    [5000, 0, 5000],
  ])('of subnet %i, mechanism %i is %i', (netuid, mecid, index) => {
    expect(mechanismIndex(netuid, mecid)).toBe(index);
  });

  it.each([
    [-1, 0],
    [65536, 0],
    [5000, 1],
    [1, 16],
    [1.5, 0],
  ])('refuses subnet %d, mechanism %d', (netuid, mecid) => {
    expect(() => mechanismIndex(netuid, mecid)).toThrow(expect.objectContaining({ code: 'CHAIN_BAD_PARAMETER' }));
  });
});
