import { eventually, FaultProxy, temporaryFolder } from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectOneSetAnEpoch, PayDuty, timeToRecover } from './payDuty.js';

const LONG_MS = 120_000;

describe('weights while the network between validator and chain fails', () => {
  const folder = temporaryFolder('network-faults');
  let subnet: TestSubnet;
  let near: FaultProxy;
  let far: FaultProxy;
  let duty: PayDuty;
  let uid = 0;
  let fromBlock = 0;

  const urlOf = (proxy: FaultProxy) => `ws://127.0.0.1:${proxy.port}`;

  beforeAll(async () => {
    subnet = await TestSubnet.start({
      folder: folder.path,
      names: ['validator', 'ada', 'ben'],
      blockMs: 200,
      tempo: 20,
    });
    const target = { host: '127.0.0.1', port: Number(new URL(subnet.url).port) };
    near = await FaultProxy.open(target);
    far = await FaultProxy.open(target);
    const hotkey = await subnet.register('validator');
    const averages = new Map([
      [await subnet.register('ada'), 80],
      [await subnet.register('ben'), 40],
    ]);
    await subnet.stake('validator', 1_000);
    uid = (await subnet.chain.uidOf(subnet.netuid, hotkey)) ?? -1;
    fromBlock = await subnet.chain.currentBlock();
    duty = await PayDuty.start({
      folder: folder.path,
      endpoints: [urlOf(near), urlOf(far)],
      netuid: subnet.netuid,
      signer: await subnet.hotkey('validator'),
      averages,
    });
    await duty.nextVerified();
  });

  afterEach(() => expectOneSetAnEpoch(subnet.chain, { netuid: subnet.netuid, uid, fromBlock }));

  afterAll(async () => {
    await duty?.stop();
    await near?.close();
    await far?.close();
    await subnet?.close();
    folder.remove();
  });

  it(
    'moves to the other endpoint when one answers 30 s late, and uses it alone while the first is down',
    async () => {
      expect(duty.chain.health().endpoint).toBe(urlOf(near));
      await timeToRecover(
        'two endpoints, one of them 30 s late',
        () => near.setDelay(30_000),
        async () => {
          await eventually('the other endpoint', () => duty.chain.health().endpoint === urlOf(far), {
            deadlineMs: 60_000,
          });
          await duty.nextVerified();
        },
      );
    },
    LONG_MS,
  );

  it(
    'goes on when every endpoint was 30 s late and is no longer',
    async () => {
      far.setDelay(30_000);
      await eventually('the chain to be missed', () => duty.state === 'chain unreachable', { deadlineMs: 60_000 });
      const mend = () => {
        near.setDelay(0);
        far.setDelay(0);
      };
      await timeToRecover('30 s latency', mend, () => duty.nextVerified());
    },
    LONG_MS,
  );

  it(
    'moves to the other endpoint when one is gone',
    async () => {
      const [gone, stays] = duty.chain.health().endpoint === urlOf(near) ? [near, far] : [far, near];
      await timeToRecover(
        'two endpoints, one of them gone',
        () => gone.close(),
        async () => {
          await eventually('the other endpoint', () => duty.chain.health().endpoint === urlOf(stays), {
            deadlineMs: 60_000,
          });
          await duty.nextVerified();
        },
      );
    },
    LONG_MS,
  );
});
