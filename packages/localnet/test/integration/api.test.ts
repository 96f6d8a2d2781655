import { eventually } from '@bettertherapy/testkit';
import { ready } from '@bettertherapy/wallet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { devAccounts } from '../../src/index.js';
import { connect, RunningChain, send, type Tx } from '../support/client.js';

const TAO = 1_000_000_000n;
const AXON_IP = 3_405_803_783n;
let chain: RunningChain;
let keys: ReturnType<typeof devAccounts>;

beforeAll(async () => {
  await ready();
  keys = devAccounts();
  chain = await RunningChain.start();
});
afterAll(() => chain.close());

const tx = (pallet: string, call: string, ...args: unknown[]): Tx => {
  const found = chain.api.tx[pallet]?.[call];
  if (found === undefined) throw new Error(`no ${pallet}.${call}`);
  return found(...args);
};
const sudo = (pallet: string, call: string, ...args: unknown[]) =>
  send(chain.api, tx('sudo', 'sudo', tx(pallet, call, ...args)), keys.Alice);
const query = async (pallet: string, item: string, ...args: unknown[]): Promise<unknown> =>
  (await chain.api.query[pallet]?.[item]?.(...args))?.toJSON();
const callApi = async (name: string, method: string, ...args: unknown[]): Promise<unknown> =>
  (await chain.api.call[name]?.[method]?.(...args))?.toJSON();

/** Long tests of one story: each step needs the one before. */
describe('an unmodified @polkadot/api', () => {
  it('connects, and reads constants, properties and funded accounts', async () => {
    expect(chain.api.runtimeVersion.specVersion.toNumber()).toBe(425);
    expect(chain.api.registry.chainSS58).toBe(42);
    expect(chain.api.registry.chainDecimals).toEqual([9]);
    expect(chain.api.consts.aura?.slotDuration?.toString()).toBe('50');
    const account = await chain.api.query.system?.account?.(keys.Ferdie.address);
    expect(account?.toJSON()).toMatchObject({ nonce: 0, data: { free: Number(1_000_000n * TAO) } });
    expect(chain.api.genesisHash.toHex()).toBe(chain.net.genesisHash);
  });

  it('transfers, and sees events, fee and nonce', async () => {
    const transfer = tx('balances', 'transferKeepAlive', keys.Eve.address, 5n * TAO);
    const info = await transfer.paymentInfo(keys.Dave.address);
    const outcome = await send(chain.api, transfer, keys.Dave);
    expect(outcome.error).toBeNull();
    expect(outcome.events).toEqual([
      'balances.Withdraw',
      'balances.Transfer',
      'transactionPayment.TransactionFeePaid',
      'system.ExtrinsicSuccess',
    ]);
    const account = await chain.api.query.system?.account?.(keys.Dave.address);
    const free = 1_000_000n * TAO - 5n * TAO - info.partialFee.toBigInt();
    expect(account?.toJSON()).toMatchObject({ nonce: 1, data: { free: Number(free) } });
  });

  it('reads the error of a failed call by its name', async () => {
    const outcome = await send(chain.api, tx('subtensorModule', 'burnedRegister', 77, keys.Eve.address), keys.Dave);
    expect(outcome.error).toBe('SubnetNotExists');
    expect(outcome.events).toContain('system.ExtrinsicFailed');
    const unavailable = await send(
      chain.api,
      tx('subtensorModule', 'dissolveNetwork', keys.Dave.address, 1),
      keys.Dave,
    );
    expect(unavailable.error).toBe('Unavailable');
  });

  it('makes a subnet, registers, serves, stakes, sets weights, and is paid at the epoch', async () => {
    expect(
      (await send(chain.api, tx('subtensorModule', 'registerNetwork', keys.Charlie.address), keys.Bob)).events,
    ).toContain('subtensorModule.NetworkAdded');
    expect(await query('subtensorModule', 'networksAdded', 2)).toBe(true);
    await sudo('adminUtils', 'sudoSetAdminFreezeWindow', 0);
    await sudo('adminUtils', 'sudoSetTempo', 2, 10);
    await sudo('adminUtils', 'sudoSetCommitRevealWeightsEnabled', 2, false);
    await sudo('adminUtils', 'sudoSetWeightsSetRateLimit', 2, 0);
    await send(chain.api, tx('subtensorModule', 'startCall', 2), keys.Bob);
    await send(chain.api, tx('subtensorModule', 'burnedRegister', 2, keys.Dave.address), keys.Bob);
    await send(chain.api, tx('subtensorModule', 'burnedRegister', 2, keys.Eve.address), keys.Ferdie);
    await send(chain.api, tx('subtensorModule', 'addStake', keys.Dave.address, 2, 100n * TAO), keys.Bob);
    const served = await send(chain.api, tx('subtensorModule', 'serveAxon', 2, 1, AXON_IP, 8091, 4, 4, 0, 0), keys.Eve);
    expect(served).toMatchObject({ error: null, events: ['subtensorModule.AxonServed', 'system.ExtrinsicSuccess'] });
    expect(await query('subtensorModule', 'axons', 2, keys.Eve.address)).toMatchObject({
      ip: Number(AXON_IP),
      port: 8091,
    });
    await eventually('the permit', async () =>
      ((await query('subtensorModule', 'validatorPermit', 2)) as boolean[])[1] ? true : null,
    );
    const set = await send(chain.api, tx('subtensorModule', 'setWeights', 2, [2], [65_535], 0), keys.Dave);
    expect(set.error).toBeNull();
    expect(await query('subtensorModule', 'weights', 2, 1)).toEqual([[2, 65_535]]);
    await eventually('the incentive', async () =>
      ((await query('subtensorModule', 'incentive', 2)) as number[])[2] === 65_535 ? true : null,
    );
    expect(BigInt(String(await query('subtensorModule', 'totalHotkeyAlpha', keys.Eve.address, 2)))).toBeGreaterThan(0n);
  });

  it('reads the subnet through the runtime APIs', async () => {
    const graph = (await callApi('subnetInfoRuntimeApi', 'getMetagraph', 2)) as Record<string, unknown>;
    expect(graph).toMatchObject({
      netuid: 2,
      tempo: 10,
      numUids: 3,
      commitRevealWeightsEnabled: false,
      trust: [],
      rank: [],
    });
    expect(graph.hotkeys).toEqual([keys.Charlie.address, keys.Dave.address, keys.Eve.address]);
    expect(graph.incentives).toEqual([0, 0, 65_535]);
    const lite = (await callApi('neuronInfoRuntimeApi', 'getNeuronsLite', 2)) as Record<string, unknown>[];
    expect(lite[2]).toMatchObject({ hotkey: keys.Eve.address, uid: 2, incentive: 65_535, axonInfo: { port: 8091 } });
    expect(await callApi('neuronInfoRuntimeApi', 'getNeuronLite', 2, 3)).toBeNull();
    const neuron = (await callApi('neuronInfoRuntimeApi', 'getNeuron', 2, 1)) as Record<string, unknown>;
    expect(neuron.weights).toEqual([[2, 65_535]]);
    const chosen = (await callApi('subnetInfoRuntimeApi', 'getSelectiveMetagraph', 2, [8, 52])) as Record<
      string,
      unknown
    >;
    expect(chosen).toMatchObject({ netuid: 2, tempo: 10, hotkeys: graph.hotkeys, coldkeys: null, validators: null });
    const hyper = (await callApi('subnetInfoRuntimeApi', 'getSubnetHyperparams', 2)) as Record<string, unknown>;
    expect(hyper).toMatchObject({ tempo: 10, minAllowedWeights: 1, weightsRateLimit: 0, maxValidators: 64 });
    const named = (await callApi('subnetInfoRuntimeApi', 'getSubnetHyperparamsV3', 2)) as {
      name: string;
      value: unknown;
    }[];
    const tempo = named.find(({ name }) => Buffer.from(name.slice(2), 'hex').toString() === 'tempo');
    expect(tempo?.value).toEqual({ u16: 10 });
    expect(await callApi('swapRuntimeApi', 'currentAlphaPrice', 2)).toBe(Number(TAO));
    const stakes = (await callApi('stakeInfoRuntimeApi', 'getStakeInfoForColdkey', keys.Ferdie.address)) as unknown[];
    expect(stakes).toHaveLength(1);
    const next = Number(await callApi('subnetInfoRuntimeApi', 'getNextEpochStartBlock', 2));
    expect(next).toBeGreaterThan(Number(await query('subtensorModule', 'lastEpochBlock', 2)));
    expect(await callApi('subnetInfoRuntimeApi', 'getMetagraph', 99)).toBeNull();
  });

  it('answers every runtime API that its metadata declares', async () => {
    const samples: Record<string, unknown> = {
      netuid: 2,
      uid: 0,
      mecid: 0,
      subid: 0,
      version: 15,
      tao: 1,
      alpha: 1,
      amount: 1,
    };
    const skipped = new Set(['uxt', 'len']);
    for (const [name, methods] of Object.entries(chain.api.call)) {
      for (const [method, decorated] of Object.entries(methods ?? {})) {
        // The library adds `meta` to every decorated method without declaring it.
        const { meta } = decorated as typeof decorated & { meta: { params: { name: string; type: string }[] } };
        const { params } = meta;
        if (params.some((param) => skipped.has(param.name))) continue;
        const args = params.map((param) => {
          if (param.name in samples) return samples[param.name];
          if (param.type.startsWith('Vec')) return [];
          return param.type.startsWith('Option') ? null : keys.Bob.address;
        });
        await expect(decorated(...args), `${name}.${method}`).resolves.toBeDefined();
      }
    }
  });

  it('reads an earlier state at its block', async () => {
    const head = await chain.api.rpc.chain.getHeader();
    const before = await chain.api.at(head.hash);
    const outcome = await send(chain.api, tx('balances', 'transferKeepAlive', keys.Bob.address, 1000), keys.Eve);
    const after = await chain.api.at(outcome.blockHash);
    const nonce = async (at: typeof before): Promise<number> => {
      const account = (await at.query.system?.account?.(keys.Eve.address))?.toJSON() as { nonce: number };
      return account.nonce;
    };
    expect(await nonce(after)).toBe((await nonce(before)) + 1);
    const events = (await after.query.system?.events?.()) as unknown as { event: { method: string } }[];
    expect(events.map(({ event }) => event.method)).toContain('TransactionFeePaid');
  });

  it('walks a map page by page', async () => {
    const entries = await chain.api.query.subtensorModule?.keys?.entries(2);
    expect(entries?.map(([, value]) => value.toJSON())).toEqual([
      keys.Charlie.address,
      keys.Dave.address,
      keys.Eve.address,
    ]);
  });

  it('follows heads whose hashes and parents fit', async () => {
    const headers: { hash: string; parent: string; number: number }[] = [];
    const stop = await chain.api.rpc.chain.subscribeFinalizedHeads((header) => {
      headers.push({ hash: header.hash.toHex(), parent: header.parentHash.toHex(), number: header.number.toNumber() });
    });
    await eventually('five heads', async () => headers.length >= 5);
    stop();
    for (const [i, header] of headers.entries()) {
      const parent = headers[i - 1];
      if (parent === undefined) continue;
      expect(header.number).toBe(parent.number + 1);
      expect(header.parent).toBe(parent.hash);
      expect((await chain.api.rpc.chain.getBlockHash(header.number)).toHex()).toBe(header.hash);
    }
  });

  it('carries on through a runtime upgrade that moves call indices', async () => {
    const { encodeRuntimeCode } = await import('../../src/index.js');
    const code = encodeRuntimeCode({ specVersion: 426, callIndexOffset: 2 });
    const stale = await connect(chain.net.url);
    const before = chain.api.tx.subtensorModule?.serveAxon?.callIndex[1] ?? 0;
    const upgraded = await sudo('system', 'setCode', `0x${Buffer.from(code).toString('hex')}`);
    expect(upgraded.events).toContain('system.CodeUpdated');
    await eventually('the new metadata', async () =>
      chain.api.runtimeVersion.specVersion.toNumber() === 426 &&
      chain.api.tx.subtensorModule?.serveAxon?.callIndex[1] === before + 2
        ? true
        : null,
    );
    const outcome = await send(chain.api, tx('subtensorModule', 'setWeights', 2, [0, 2], [1, 1], 0), keys.Dave);
    expect(outcome.error).toBeNull();
    const again = await sudo('system', 'setCode', `0x${Buffer.from(code).toString('hex')}`);
    expect(again.events).toContain('sudo.Sudid');
    expect(again.events).not.toContain('system.CodeUpdated');
    await stale.disconnect();
  });
});
