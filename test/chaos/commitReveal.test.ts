import type { ChainOptions } from '@bettertherapy/chain';
import type { Localnet } from '@bettertherapy/localnet';
import { eventually, temporaryFolder } from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectOneSetAnEpoch, PayDuty, timeToRecover } from './payDuty.js';

const LONG_MS = 120_000;
/** Blocks of an epoch, each a tenth of a second: several rounds of the beacon, which has one a second. */
const TEMPO = 30;

describe('timelocked weights on a chain with a beacon of its own', () => {
  const folder = temporaryFolder('commit-reveal');
  let subnet: TestSubnet;
  let localnet: Localnet;
  let uid = 0;
  let fromBlock = 0;
  let duty: PayDuty | null = null;
  let averages: ReadonlyMap<Awaited<ReturnType<TestSubnet['register']>>, number>;
  let times = 0;

  beforeAll(async () => {
    subnet = await TestSubnet.start({
      folder: folder.path,
      names: ['validator', 'ada', 'ben'],
      blockMs: 100,
      tempo: TEMPO,
    });
    if (!subnet.localnet) throw new Error('the chain is not embedded');
    localnet = subnet.localnet;
    await subnet.set('sudo_set_commit_reveal_weights_enabled', true);
    const hotkey = await subnet.register('validator');
    averages = new Map([
      [await subnet.register('ada'), 80],
      [await subnet.register('ben'), 40],
    ]);
    await subnet.stake('validator', 1_000);
    uid = (await subnet.chain.uidOf(subnet.netuid, hotkey)) ?? -1;
  });

  afterEach(async () => {
    await duty?.stop();
    duty = null;
    await expectOneSetAnEpoch(subnet.chain, { netuid: subnet.netuid, uid, fromBlock });
  });

  afterAll(async () => {
    await subnet?.close();
    folder.remove();
  });

  /** Each test has a journal of its own; averages change, so that no commit looks like the one before it. */
  async function startDuty(client: Partial<ChainOptions> = {}): Promise<PayDuty> {
    times += 1;
    fromBlock = await subnet.chain.currentBlock();
    const journal = temporaryFolder('commit-reveal-journal');
    const changed = new Map(
      [...averages].map(([hotkey, average]) => [hotkey, average + times * (average > 50 ? 1 : -1)]),
    );
    duty = await PayDuty.start({
      folder: journal.path,
      endpoints: [subnet.url],
      netuid: subnet.netuid,
      signer: await subnet.hotkey('validator'),
      averages: changed,
      client,
    });
    return duty;
  }

  const newest = (of: PayDuty) => of.store.weightIntents.latest(1)[0];
  const lost = (of: PayDuty) => of.said('a commit of weights was never opened by the chain');

  it(
    'commits, remembers what it meant, and finds exactly that on chain after the reveal',
    async () => {
      const pays = await startDuty();
      await pays.nextVerified();
      const verified = pays.store.weightIntents.latest(10).find(({ intent }) => intent.state === 'verified');
      expect(verified?.outcome).toMatchObject({ mode: 'timelocked', revealRound: expect.any(Number) });
      expect(verified?.verification?.block).toBeGreaterThan((verified?.outcome?.block ?? 0) + 1);
      expect(lost(pays)).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'sees a reveal that comes late in its epoch, because the beacon was late',
    async () => {
      const pays = await startDuty();
      await eventually('a commit', () => newest(pays)?.outcome?.ok === true, { deadlineMs: 30_000 });
      const revealBlock = newest(pays)?.outcome?.revealBlock ?? 0;
      localnet.withholdBeacon(true);
      await subnet.chain.waitForBlock(revealBlock + TEMPO / 2);
      expect(newest(pays)?.intent.state).toBe('submitted');
      await timeToRecover(
        'beacon late within the epoch',
        () => localnet.withholdBeacon(false),
        () => eventually('the reveal', () => pays.outcomes.get('verified') === 1, { deadlineMs: 30_000 }),
      );
      expect(lost(pays)).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'tells of a reveal that was lost, and commits again for an earlier round, which is opened',
    async () => {
      const pays = await startDuty();
      await eventually('a commit', () => newest(pays)?.outcome?.ok === true, { deadlineMs: 30_000 });
      localnet.withholdBeacon(true);
      await eventually('the loss is told', () => lost(pays).length > 0, { deadlineMs: 60_000 });
      expect(lost(pays)[0]).toMatchObject({ level: 'error', fields: { code: 'VALIDATOR_REVEAL_LOST' } });
      expect(pays.outcomes.get('reveal_lost')).toBe(1);
      await timeToRecover(
        'reveal lost (beacon silent for a whole epoch)',
        () => localnet.withholdBeacon(false),
        () => eventually('weights on chain', () => (pays.outcomes.get('verified') ?? 0) > 0, { deadlineMs: 60_000 }),
      );
      const hastes = pays.said('setting weights').map((line) => Number(line.fields.haste));
      expect(hastes[0]).toBe(0);
      expect(Math.max(...hastes)).toBeGreaterThan(0);
    },
    LONG_MS,
  );

  it(
    'is opened all the same when its round comes too early',
    async () => {
      const { genesis_time: genesis } = await beaconOf();
      // Rounds counted from a later beginning have lower numbers: they are out long before the reveal.
      const pays = await startDuty({ beacon: { genesisTime: genesis + 4 } });
      await pays.nextVerified();
      const round = pays.store.weightIntents.latest(10).at(-1)?.outcome?.revealRound ?? 0;
      expect(round).toBeGreaterThan(0);
      expect(lost(pays)).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'is lost when its round comes too late, which a wrongly configured beacon does, and warns of that',
    async () => {
      const { genesis_time: genesis } = await beaconOf();
      const pays = await startDuty({ beacon: { genesisTime: genesis - 3_600 } });
      await eventually('the loss is told', () => lost(pays).length > 0, { deadlineMs: 60_000 });
      expect(pays.lines.some((line) => line.level === 'warn' && line.message.includes('beacon configured here'))).toBe(
        true,
      );
    },
    LONG_MS,
  );

  it(
    'is opened when key, genesis and period are configured as the chain has them',
    async () => {
      const beacon = await beaconOf();
      const pays = await startDuty({
        beacon: { publicKey: beacon.public_key, genesisTime: beacon.genesis_time, periodSeconds: beacon.period },
      });
      await pays.nextVerified();
      expect(pays.lines.filter((line) => line.level === 'warn')).toEqual([]);
    },
    LONG_MS,
  );

  async function beaconOf(): Promise<{ public_key: Uint8Array; genesis_time: number; period: number }> {
    const config = await subnet.chain.storage('Drand', 'BeaconConfig');
    if (typeof config !== 'object' || config === null || !('publicKey' in config)) throw new Error('no beacon');
    const { publicKey, genesisTime, period } = config;
    if (!(publicKey instanceof Uint8Array)) throw new Error('the key is no bytes');
    return { public_key: publicKey, genesis_time: Number(genesisTime), period: Number(period) };
  }
});
