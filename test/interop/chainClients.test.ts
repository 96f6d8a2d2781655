import { ChainClient } from '@bettertherapy/chain';
import { type Hotkey, silentLogger, systemClock } from '@bettertherapy/core';
import { devAccount, type Localnet, startLocalnet } from '@bettertherapy/localnet';
import { eventually, temporaryFolder } from '@bettertherapy/testkit';
import { asHotkey, ready, type Signer, signerFromUri } from '@bettertherapy/wallet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AxonUnderTest, startAxonUnderTest } from './axonUnderTest.js';
import { openEnvironment } from './environment.js';
import { interopPart } from './part.js';
import { PythonProgram } from './pythonProgram.js';

/** A neuron as the Python programs tell of it; scores are shares of 1, amounts are tokens. */
interface Row {
  readonly uid: number;
  readonly hotkey: string;
  readonly coldkey: string;
  readonly axon: string | null;
  readonly permit: boolean;
  readonly active: boolean;
  readonly lastUpdate: number;
  readonly incentive: number;
  readonly dividends: number;
  readonly stake: number;
  readonly alphaStake: number;
  readonly emission: number;
}
interface Told {
  readonly success: boolean;
  readonly message: string;
}
type WeightRows = [uid: number, pairs: [target: number, weight: number][]][];

const TAO = 10n ** 9n;
const U16 = 65_535;
const TEMPO = 20;
const MINER_UID = 1;
/** The Python clients wait for finalized blocks and look several times before they send. */
const SEND_MS = 60_000;

const home = temporaryFolder('interop-chain');
const owner = (): Signer => devAccount('Bob');
const validator = (): Signer<Hotkey> => asHotkey(devAccount('Charlie'));
const miner = (): Signer<Hotkey> => asHotkey(devAccount('Dave'));

let localnet: Localnet;
let client: ChainClient;
let axon: AxonUnderTest;
let netuid = 0;

const admin = (call: string, args: Record<string, unknown>): Promise<unknown> =>
  client.submit(devAccount('Alice'), 'AdminUtils', call, args, { sudo: true });
const setRateLimit = (blocks: number): Promise<unknown> =>
  admin('sudo_set_weights_set_rate_limit', { netuid, weightsSetRateLimit: blocks });
const setCommitReveal = (enabled: boolean): Promise<unknown> =>
  admin('sudo_set_commit_reveal_weights_enabled', { netuid, enabled });

async function ourRows(): Promise<Row[]> {
  const graph = await client.metagraph(netuid);
  return graph.neurons.map((one) => ({
    uid: one.uid,
    hotkey: one.hotkey,
    coldkey: one.coldkey,
    axon: one.axon === null ? null : `${one.axon.ip}:${one.axon.port}`,
    permit: one.validatorPermit,
    active: one.active,
    lastUpdate: one.lastUpdate,
    incentive: one.incentive / U16,
    dividends: one.dividends / U16,
    stake: Number(one.totalStake) / 1e9,
    alphaStake: Number(one.alphaStake) / 1e9,
    emission: Number(one.emission) / 1e9,
  }));
}

/** One clients' shares of 1 are another's u16 values; the SDK 10 keeps numbers in single precision. */
function nearly(row: Row): Record<string, unknown> {
  const close = (value: number): unknown => expect.closeTo(value, value > 1 ? 2 - Math.floor(Math.log10(value)) : 6);
  const { incentive, dividends, stake, alphaStake, emission, ...exact } = row;
  return {
    ...exact,
    incentive: close(incentive),
    dividends: close(dividends),
    stake: close(stake),
    alphaStake: close(alphaStake),
    emission: close(emission),
  };
}

/** The client's own words are the reason when it did not. */
function succeeds({ success, message }: Told): void {
  expect(success, message).toBe(true);
}

/** Each row's weights as shares of their sum. */
function shares(rows: WeightRows): WeightRows {
  return rows.map(([uid, pairs]) => {
    const sum = pairs.reduce((total, [, weight]) => total + weight, 0);
    return [uid, pairs.map(([target, weight]) => [target, Number((weight / sum).toFixed(6))])];
  });
}

beforeAll(async () => {
  await ready();
  localnet = await startLocalnet({ dataDir: null, port: 0, blockMs: 200 }, { clock: systemClock, log: silentLogger });
  client = await ChainClient.open(
    { endpoints: [localnet.url] },
    { clock: systemClock, log: silentLogger, metrics: null },
  );
  await admin('sudo_set_admin_freeze_window', { window: 0 });
  ({ netuid } = await client.registerNetwork(owner(), { hotkey: validator().address }));
  await client.startCall(owner(), { netuid });
  await admin('sudo_set_tempo', { netuid, tempo: TEMPO });
  await admin('sudo_set_serving_rate_limit', { netuid, servingRateLimit: 0 });
  await setRateLimit(0);
  await setCommitReveal(false);
  await client.burnedRegister(owner(), { netuid, hotkey: miner().address });
  await client.addStake(owner(), { hotkey: validator().address, netuid, rao: 1000n * TAO });
  axon = await startAxonUnderTest({ signer: miner(), options: { host: '127.0.0.2' } });
  const published = { netuid, ip: '127.0.0.2', port: axon.target.port, version: 12_001_000 };
  await client.serveAxon(miner(), published);
  await client.setWeights(validator(), { netuid, uids: [MINER_UID], values: [U16], versionKey: 0 });
});
afterAll(async () => {
  await axon?.close();
  await client?.close();
  await localnet?.close();
  home.remove();
});

const CLIENTS = [
  {
    name: 'sdk-10.2',
    script: 'v10_chain.py',
    hotkey: '//PythonTen',
    coldkey: '//Eve',
    versions: { bittensor: '10.2.0' },
  },
  {
    name: 'sdk-11.3',
    script: 'v11_chain.py',
    hotkey: '//PythonEleven',
    coldkey: '//Ferdie',
    versions: { bittensor: '11.3.0' },
  },
] as const;

for (const { name, script, hotkey, coldkey, versions } of CLIENTS) {
  const environment = await openEnvironment(name);
  interopPart(`the chain client of ${name} on our localnet`, environment, () => {
    let python: PythonProgram;
    let uid = -1;
    const signer = asHotkeyOf(hotkey);
    const call = <Answer>(operation: string, values: Record<string, unknown> = {}): Promise<Answer> =>
      python.call<Answer>(operation, values, SEND_MS);
    const setWeights = (uids: number[], weights: number[]): Promise<Told> =>
      call('setWeights', { netuid, uri: hotkey, uids, weights });

    beforeAll(() => {
      python = new PythonProgram(environment, { script, home: home.path });
    });
    afterAll(() => python?.close());

    it('connects and sees the same chain', async () => {
      const installed = await call<Record<string, string>>('connect', { url: localnet.url });
      console.info(`interop: chain client of ${JSON.stringify(installed)}`);
      expect(installed).toMatchObject(versions);
      const { block, genesis } = await call<{ block: number; genesis: string }>('head');
      expect(genesis).toBe(localnet.genesisHash);
      expect(Math.abs(block - (await client.currentBlock()))).toBeLessThan(20);
      expect(await call('subnets')).toEqual([0, 1, netuid]);
      const { address } = devAccount('Charlie');
      expect(await call('balance', { address })).toBe(String(await client.balance(address)));
    });

    it('registers a hotkey that we then find', async () => {
      succeeds(await call<Told>('register', { netuid, uri: hotkey, coldkey }));
      uid = (await client.uidOf(netuid, signer().address)) ?? -1;
      expect(uid).toBeGreaterThan(MINER_UID);
      const paidBy = signerFromUri(coldkey);
      expect(await client.ownerOf(signer().address)).toBe(paidBy.address);
      await client.addStake(paidBy, { hotkey: signer().address, netuid, rao: 1000n * TAO });
      await eventually('the permit', () => client.validatorPermit(netuid, signer().address), { deadlineMs: 30_000 });
    });

    it('reads the metagraph as we read it, our axon in it', async () => {
      const [ours, theirs] = await eventually(
        'a moment without an epoch',
        async () => {
          const before = await ourRows();
          const told = await call<Row[]>('metagraph', { netuid });
          return JSON.stringify(before) === JSON.stringify(await ourRows()) ? ([before, told] as const) : null;
        },
        { deadlineMs: 30_000 },
      );
      expect(theirs).toMatchObject(ours.map(nearly));
      expect(theirs[MINER_UID]?.axon).toBe(`127.0.0.2:${axon.target.port}`);
      expect(theirs[MINER_UID]?.incentive).toBeGreaterThan(0);
    });

    it('reads the hyperparameters as we read them', async () => {
      const theirs = await call<Record<string, number | boolean>>('hyperparameters', { netuid });
      const ours = await client.hyperparameters(netuid);
      expect({ ...ours, weightsVersion: Number(ours.weightsVersion) }).toMatchObject(theirs);
      expect(Object.keys(theirs)).toHaveLength(13);
    });

    it('reads the weights that we set', async () => {
      const rows = await call<WeightRows>('weights', { netuid });
      expect(shares(rows.filter(([from]) => from === 0))).toEqual([[0, [[MINER_UID, 1]]]]);
    });

    it('publishes an axon that we then see', async () => {
      const told = await call<Told>('serve', { netuid, uri: hotkey, ip: '203.0.113.77', port: 8099 });
      succeeds(told);
      expect(await client.axonOf(netuid, signer().address)).toMatchObject({
        ip: '203.0.113.77',
        port: 8099,
        ipType: 4,
      });
    });

    it('sets weights that we then see', async () => {
      succeeds(await setWeights([0, MINER_UID], [0.25, 0.75]));
      expect(await client.weightsOf(netuid, uid)).toEqual({ uids: [0, MINER_UID], values: [21_845, U16] });
      const rows = await call<WeightRows>('weights', { netuid });
      expect(shares(rows.filter(([from]) => from === uid))).toEqual([
        [
          uid,
          [
            [0, 0.25],
            [MINER_UID, 0.75],
          ],
        ],
      ]);
    });

    it('is refused, in its own words, when it sets weights too soon', async () => {
      await setRateLimit(1_000);
      expect(await setWeights([MINER_UID], [1])).toMatchObject({ success: false });
      expect((await client.weightsOf(netuid, uid)).uids).toEqual([0, MINER_UID]);
      await setRateLimit(0);
    });

    it('commits timelocked weights where the subnet asks for them, and we find the commit', async () => {
      await setCommitReveal(true);
      try {
        succeeds(await setWeights([MINER_UID], [1]));
        const listed = await call<{ hotkey: string; block: number; round: number }[]>('timelocked', { netuid });
        const mine = listed.find((commit) => commit.hotkey === signer().address);
        expect(mine).toMatchObject({ block: await lastUpdateOf(uid) });
        // A round of the public beacon, which began before this chain and so is far ahead of the chain's own.
        expect(mine?.round).toBeGreaterThan(30_000_000);
        expect((await client.weightsOf(netuid, uid)).uids).toEqual([0, MINER_UID]);
      } finally {
        await setCommitReveal(false);
      }
    });

    if (name === 'sdk-10.2') {
      it('finds our miner in the metagraph and is answered by it', async () => {
        const asked = { netuid, uid: MINER_UID, uri: hotkey, prompt: 'I cannot sleep.' };
        expect(await call('ask', asked)).toEqual({ statusCode: 200, output: 'answer to I cannot sleep.' });
      });

      // A reveal is taken in one epoch only, four seconds long here; a machine that was busy may miss it.
      it('commits a hash of weights and reveals them in the next epoch', { retry: 2 }, async () => {
        await setCommitReveal(true);
        try {
          const vector = {
            netuid,
            uri: hotkey,
            uids: [0, MINER_UID],
            weights: [U16, 13_107],
            salt: [1, 2, 3, 4, 5, 6, 7, 8],
          };
          const epochBlock = (await client.epochInfo(netuid)).nextEpochBlock ?? 0;
          await client.waitForBlock(epochBlock + 1);
          succeeds(await call<Told>('commitHash', vector));
          const committedAt = (await lastUpdateOf(uid)) ?? 0;
          const epochsOn = Math.floor((committedAt - epochBlock) / TEMPO) + 1;
          await client.waitForBlock(epochBlock + epochsOn * TEMPO + 1);
          succeeds(await call<Told>('revealHash', vector));
          expect(await client.weightsOf(netuid, uid)).toEqual({ uids: [0, MINER_UID], values: [U16, 13_107] });
        } finally {
          await setCommitReveal(false);
        }
      });
    }
  });
}

async function lastUpdateOf(uid: number): Promise<number | undefined> {
  return (await client.metagraph(netuid)).neurons[uid]?.lastUpdate;
}

/** Keys can be made only after the library is ready, so not while the tests are collected. */
function asHotkeyOf(uri: string): () => Signer<Hotkey> {
  return () => asHotkey(signerFromUri(uri));
}
