import type { ChainClient } from '@bettertherapy/chain';
import type { Hotkey } from '@bettertherapy/core';
import { encodeRuntimeCode } from '@bettertherapy/localnet';
import { eventually, temporaryFolder } from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { signerFromUri } from '@bettertherapy/wallet';
import { afterEach, describe, expect, it } from 'vitest';
import { PayDuty, setsByEpoch, timeToRecover } from './payDuty.js';
import { RpcTap } from './rpcTap.js';

const LONG_MS = 120_000;
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A subnet with a staked validator and miners `ada` (average 80) and `ben` (40), and the duty that pays them. */
async function payingSubnet(
  more: {
    readonly early?: readonly string[];
    readonly guests?: readonly string[];
    readonly mecid?: number;
    readonly beforeSend?: () => Promise<void>;
  } = {},
) {
  const folder = temporaryFolder('chain-changes');
  closers.push(() => folder.remove());
  const names = ['validator', 'ada', 'ben', ...(more.early ?? []), ...(more.guests ?? [])];
  const subnet = await TestSubnet.start({ folder: folder.path, names, blockMs: 150, tempo: 20 });
  closers.push(() => subnet.close());
  const tap = await RpcTap.open(subnet.url);
  closers.push(() => tap.close());
  await subnet.set('sudo_set_immunity_period', 1);
  if (more.mecid !== undefined) await subnet.set('sudo_set_mechanism_count', more.mecid + 1);
  const validator = await subnet.register('validator');
  for (const name of more.early ?? []) await subnet.register(name);
  const ada = await subnet.register('ada');
  const ben = await subnet.register('ben');
  await subnet.stake('validator', 1_000);
  const fromBlock = await subnet.chain.currentBlock();
  const { netuid, chain } = subnet;
  const duty = await PayDuty.start({
    folder: folder.path,
    endpoints: [tap.url],
    netuid,
    signer: await subnet.hotkey('validator'),
    averages: new Map([
      [ada, 80],
      [ben, 40],
    ]),
    ...(more.mecid === undefined ? {} : { mecid: more.mecid }),
    ...(more.beforeSend ? { beforeSend: more.beforeSend } : {}),
  });
  closers.push(() => duty.stop());
  const sets = async () => {
    const uid = (await chain.uidOf(netuid, validator)) ?? -1;
    return setsByEpoch(chain, { netuid, uid, fromBlock });
  };
  return { subnet, tap, duty, netuid, chain, validator, ada, ben, sets };
}

/** Who is paid on chain, by hotkey. */
async function paid(chain: ChainClient, netuid: number, validator: Hotkey, mecid = 0): Promise<Map<Hotkey, number>> {
  const { neurons } = await chain.metagraph(netuid);
  const uid = neurons.find((neuron) => neuron.hotkey === validator)?.uid ?? -1;
  const { uids, values } = await chain.weightsOf(netuid, uid, { mecid });
  return new Map(
    uids.flatMap((target, at) => {
      const hotkey = neurons[target]?.hotkey;
      return hotkey === undefined ? [] : [[hotkey, values[at] ?? 0] as const];
    }),
  );
}

function expectAtMostOncePerEpoch(sets: Map<number, number>): void {
  expect(sets.size).toBeGreaterThan(0);
  expect(
    [...sets.values()].filter((times) => times > 1),
    'epochs with more than one set',
  ).toEqual([]);
}

describe('weights while the chain changes', () => {
  it(
    'finds its calls again after a runtime upgrade that moved them',
    async () => {
      const { chain, duty, sets } = await payingSubnet();
      await duty.nextVerified();
      const specVersion = chain.specVersion() + 1;
      const code = encodeRuntimeCode({ specVersion, callIndexOffset: 50 });
      await timeToRecover(
        'runtime upgrade with new call indices',
        () => chain.submit(signerFromUri('//Alice'), 'System', 'set_code', { code }, { sudo: true }),
        () => duty.nextVerified(),
      );
      expect(duty.chain.specVersion()).toBe(specVersion);
      expectAtMostOncePerEpoch(await sets());
    },
    LONG_MS,
  );

  it(
    'signs again when another program used its nonce meanwhile',
    async () => {
      const { subnet, tap, netuid, chain, duty, sets } = await payingSubnet();
      const hotkey = await subnet.hotkey('validator');
      let stolen = 0;
      let sent = 0;
      tap.before = async (method) => {
        if (method !== 'author_submitAndWatchExtrinsic') return;
        sent += 1;
        if (stolen > 0) return;
        stolen += 1;
        await chain.serveAxon(hotkey, { netuid, ip: '127.0.0.2', port: 9_000, version: 1 });
      };
      await timeToRecover(
        'stale nonce',
        () => undefined,
        () => duty.nextVerified(),
      );
      expect(stolen).toBe(1);
      expect(sent).toBeGreaterThan(1);
      expect(duty.said('weights refused')).toEqual([]);
      expectAtMostOncePerEpoch(await sets());
    },
    LONG_MS,
  );

  it(
    'pays nobody who took the uid of a miner between scoring and setting weights',
    async () => {
      let evict: () => Promise<void> = async () => undefined;
      const { subnet, netuid, chain, duty, validator, ada, ben, sets } = await payingSubnet({
        guests: ['eve'],
        beforeSend: () => evict(),
      });
      await duty.nextVerified();
      const eve = (await subnet.hotkey('eve')).address;
      const uidBefore = new Map([
        [ada, await chain.uidOf(netuid, ada)],
        [ben, await chain.uidOf(netuid, ben)],
      ]);
      evict = async () => {
        evict = async () => undefined;
        await subnet.set('sudo_set_max_allowed_uids', 4);
        await subnet.register('eve');
      };
      await eventually('weights refused for the stale uid', () => duty.said('weights refused').length === 1, {
        deadlineMs: 30_000,
      });
      await timeToRecover(
        'uid registered anew between scoring and weights',
        () => undefined,
        () => duty.nextVerified(),
      );
      expect(duty.said('weights refused')[0]?.fields.error).toContain('CHAIN_STALE_UIDS');
      const gone = (await chain.uidOf(netuid, ben)) === null ? ben : ada;
      expect(await chain.uidOf(netuid, gone)).toBeNull();
      expect(await chain.uidOf(netuid, eve)).toBe(uidBefore.get(gone));
      expect([...(await paid(chain, netuid, validator)).keys()]).toEqual([gone === ben ? ada : ben]);
      expectAtMostOncePerEpoch(await sets());
    },
    LONG_MS,
  );

  it(
    'follows a metagraph that grows, and one that shrinks and renumbers its uids',
    async () => {
      const { subnet, netuid, chain, duty, validator, ada, ben, sets } = await payingSubnet({
        early: ['cal'],
        guests: ['dot', 'eli'],
      });
      await duty.nextVerified();
      const uidBefore = await chain.uidOf(netuid, ada);
      await timeToRecover(
        'metagraph grew',
        async () => {
          await subnet.register('dot');
          await subnet.register('eli');
        },
        () => duty.nextVerified(),
      );
      expect([...(await paid(chain, netuid, validator)).keys()].sort()).toEqual([ada, ben].sort());
      // Owner, validator and the two that are paid stay; who is not paid goes, `cal` before the two among them.
      await timeToRecover(
        'metagraph shrank and renumbered its uids',
        () => subnet.set('sudo_trim_to_max_allowed_uids', 4),
        () => duty.nextVerified(),
      );
      expect(await chain.uidOf(netuid, ada)).toBe((uidBefore ?? 0) - 1);
      expect((await chain.metagraph(netuid)).neurons).toHaveLength(4);
      const after = await paid(chain, netuid, validator);
      expect([...after.keys()].sort()).toEqual([ada, ben].sort());
      expect(after.get(ada)).toBeGreaterThan(after.get(ben) ?? 0);
      expect(duty.said('chain storage holds other weights than were set')).toEqual([]);
      expectAtMostOncePerEpoch(await sets());
    },
    LONG_MS,
  );

  it(
    'sets weights for the mechanism it is told',
    async () => {
      const { netuid, chain, duty, validator, ada, ben } = await payingSubnet({ mecid: 1 });
      await duty.nextVerified();
      expect([...(await paid(chain, netuid, validator, 1)).keys()].sort()).toEqual([ada, ben].sort());
      expect(await paid(chain, netuid, validator, 0)).toEqual(new Map());
    },
    LONG_MS,
  );
});
