import { join } from 'node:path';
import type { Hotkey } from '@bettertherapy/core';
import { migrate, openStore } from '@bettertherapy/store';
import { eventually, FaultProxy, freePort, NodeChild, repositoryRoot, temporaryFolder } from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectOneSetAnEpoch, seedAverages, timeToRecover } from './payDuty.js';

const LONG_MS = 180_000;

describe('a validator that loses its place', () => {
  const folder = temporaryFolder('validator-place');
  const data = join(folder.path, 'data');
  let subnet: TestSubnet;
  let proxy: FaultProxy | null = null;
  let validator: NodeChild;
  let hotkey: Hotkey;
  let chainPort = 0;
  let healthPort = 0;

  const launch = (...more: readonly string[]) =>
    new NodeChild({
      args: [
        ...['apps/validator/dist/main.js', '--netuid', String(subnet.netuid), '--wallet.path', subnet.wallets],
        ...['--wallet.hotkey', 'default', '--data.dir', data, '--logging.json'],
        ...['--model.name', 'smollm2-135m-instruct-q4_1', '--model.context', '2048'],
        // The round of the past that the journal holds is enough: from then on only weights are set.
        ...['--neuron.max_rounds', '1', '--judge.enforce_controls', 'false', '--judge.exam', 'off', ...more],
      ],
    });
  const state = async (part: string) => {
    const { body } = await request(`http://127.0.0.1:${healthPort}/ready`);
    return new RegExp(`"${part}":{"ok":\\w+,"state":"([^"]*)"`).exec(await body.text())?.[1];
  };
  const stateBecomes = (part: string, wanted: string) =>
    eventually(`${part} to be "${wanted}"`, async () => (await state(part)) === wanted, { deadlineMs: 60_000 });
  const weightsSet = async () => {
    const uid = await subnet.chain.uidOf(subnet.netuid, hotkey);
    const { lastUpdate } = await subnet.chain.standing(subnet.netuid, hotkey);
    return uid !== null && (await subnet.chain.weightsOf(subnet.netuid, uid)).uids.length > 0 ? (lastUpdate ?? 0) : 0;
  };
  /** By the chain's own word, since a block in which the validator had the uid it has now. */
  const expectOncePerEpoch = async (fromBlock: number) => {
    const uid = (await subnet.chain.uidOf(subnet.netuid, hotkey)) ?? -1;
    await expectOneSetAnEpoch(subnet.chain, { netuid: subnet.netuid, uid, fromBlock });
  };
  const weightsAfter = (block: number) =>
    eventually(`weights after block ${block}`, async () => (await weightsSet()) > block, { deadlineMs: 60_000 });

  beforeAll(async () => {
    subnet = await TestSubnet.start({
      folder: folder.path,
      names: ['validator', 'ada', 'ben', 'rival', 'guest'],
      tempo: 12,
    });
    await subnet.set('sudo_set_immunity_period', 1);
    // Registered first, it is the first to make room once it earns nothing.
    hotkey = await subnet.register('validator');
    const averages = new Map([
      [await subnet.register('ada'), 80],
      [await subnet.register('ben'), 40],
    ]);
    await subnet.register('rival');
    await subnet.stake('validator', 1_000);
    await subnet.stake('rival', 2_000);
    const file = join(data, 'validator.sqlite');
    const migrationsDir = join(repositoryRoot, 'migrations');
    migrate({ file, migrationsDir });
    const identity = { genesis: subnet.chain.genesisHash, netuid: subnet.netuid, hotkey };
    const store = openStore({ file, migrationsDir, identity });
    await seedAverages(subnet.chain, store, subnet.netuid, averages);
    await store.close();
    [chainPort, healthPort] = [await freePort(), await freePort()];
    validator = launch(
      ...['--wallet.name', 'validator', '--health.port', String(healthPort)],
      ...['--subtensor.chain_endpoint', `ws://127.0.0.1:${chainPort}`],
    );
  });

  afterAll(async () => {
    await validator?.stop();
    await proxy?.close();
    await subnet?.close();
    folder.remove();
  });

  it(
    'waits for a chain that cannot be reached when it starts',
    async () => {
      await stateBecomes('metagraph', 'chain unreachable');
      const open = async () => {
        proxy = await FaultProxy.open({ host: '127.0.0.1', port: Number(new URL(subnet.url).port) }, chainPort);
      };
      await timeToRecover('chain unreachable at the start', open, () => weightsAfter(0));
      await stateBecomes('metagraph', 'permit');
    },
    LONG_MS,
  );

  it(
    'says that it has no permit, keeps trying, and sets weights when it has one again',
    async () => {
      await subnet.set('sudo_set_max_allowed_validators', 1);
      await stateBecomes('weights', 'no_permit');
      await stateBecomes('metagraph', 'no permit');
      await validator.waitForLine(/"code":"VALIDATOR_NO_PERMIT"/, 5_000);
      const before = await weightsSet();
      const mend = () => subnet.set('sudo_set_max_allowed_validators', 5);
      await timeToRecover('validator permit lost', mend, () => weightsAfter(before));
      await expectOncePerEpoch(before);
    },
    LONG_MS,
  );

  it(
    'says that it is not registered, keeps trying, and sets weights when it is again',
    async () => {
      await subnet.set('sudo_set_max_allowed_validators', 1);
      await stateBecomes('weights', 'no_permit');
      await eventually(
        'it to earn nothing any more',
        async () => {
          const { neurons } = await subnet.chain.metagraph(subnet.netuid);
          return neurons.find((neuron) => neuron.hotkey === hotkey)?.emission === 0n;
        },
        { deadlineMs: 30_000 },
      );
      await subnet.set('sudo_set_max_allowed_uids', 5);
      await subnet.register('guest');
      expect(await subnet.chain.uidOf(subnet.netuid, hotkey)).toBeNull();
      await stateBecomes('weights', 'not_registered');
      await stateBecomes('metagraph', 'not registered');
      await validator.waitForLine(/"code":"VALIDATOR_NOT_REGISTERED"/, 5_000);
      await subnet.set('sudo_set_max_allowed_uids', 10);
      await subnet.set('sudo_set_max_allowed_validators', 5);
      await timeToRecover(
        'registration lost',
        () => subnet.register('validator'),
        async () => {
          await weightsAfter(await subnet.chain.currentBlock());
        },
      );
      const { neurons } = await subnet.chain.metagraph(subnet.netuid);
      const registeredAt = neurons.find((neuron) => neuron.hotkey === hotkey)?.registeredAt ?? 0;
      await expectOncePerEpoch(registeredAt + 1);
      await stateBecomes('metagraph', 'permit');
    },
    LONG_MS,
  );

  it('never ended by itself, and ends when it is asked to', async () => {
    expect(validator.exit).toBeNull();
    validator.kill('SIGTERM');
    expect(await validator.waitForExit(30_000)).toEqual({ code: 0, signal: null });
  });

  it.each([
    ['a hotkey that is not registered', ['--wallet.name', 'owner', '--netuid', '1'], 'VALIDATOR_NOT_REGISTERED'],
    [
      'a mechanism that the subnet does not have',
      ['--wallet.name', 'validator', '--mecid', '3'],
      'VALIDATOR_MECHANISM_MISSING',
    ],
  ])('ends at the start with the exit code of a wrong configuration: %s', async (_name, flags, code) => {
    const wrong = launch('--subtensor.chain_endpoint', subnet.url, '--health.port', 'off', ...flags);
    expect(await wrong.waitForExit(60_000)).toEqual({ code: 2, signal: null });
    expect(wrong.lines.join('\n')).toContain(code);
  });
});
