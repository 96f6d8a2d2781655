import { eventually, temporaryFolder } from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LocalnetProcess } from './localnetProcess.js';
import { expectOneSetAnEpoch, PayDuty, timeToRecover } from './payDuty.js';

/** Room for what the deadlines inside allow, on a machine that does other work as well. */
const LONG_MS = 120_000;

describe('weights while the node of the chain fails', () => {
  const folder = temporaryFolder('node-faults');
  let node: LocalnetProcess;
  let subnet: TestSubnet;
  let duty: PayDuty;
  let uid = 0;
  let fromBlock = 0;

  beforeAll(async () => {
    node = await LocalnetProcess.start({ folder: folder.path, blockMs: 200 });
    subnet = await TestSubnet.start({
      folder: folder.path,
      names: ['validator', 'ada', 'ben'],
      url: node.url,
      tempo: 20,
    });
    const [hotkey, ada, ben] = [
      await subnet.register('validator'),
      await subnet.register('ada'),
      await subnet.register('ben'),
    ];
    await subnet.stake('validator', 1_000);
    uid = (await subnet.chain.uidOf(subnet.netuid, hotkey)) ?? -1;
    fromBlock = await subnet.chain.currentBlock();
    duty = await PayDuty.start({
      folder: folder.path,
      endpoints: [node.url],
      netuid: subnet.netuid,
      signer: await subnet.hotkey('validator'),
      averages: new Map([
        [ada, 80],
        [ben, 40],
      ]),
    });
    await duty.nextVerified();
  });

  afterEach(() => expectOneSetAnEpoch(subnet.chain, { netuid: subnet.netuid, uid, fromBlock }));

  afterAll(async () => {
    await duty?.stop();
    await subnet?.close();
    await node?.close();
    folder.remove();
  });

  const chainIsLost = () =>
    eventually('the duty to miss the chain', () => duty.state === 'chain unreachable', { deadlineMs: 30_000 });

  it(
    'goes on after the node was killed and came back',
    async () => {
      await node.kill();
      await chainIsLost();
      await timeToRecover(
        'node killed and back',
        () => node.start(),
        () => duty.nextVerified(),
      );
    },
    LONG_MS,
  );

  it(
    'finds out what became of weights that were under way when the node was killed',
    async () => {
      const begun = duty.said('setting weights').length;
      await eventually('weights to be on their way', () => duty.said('setting weights').length > begun, {
        deadlineMs: 30_000,
        everyMs: 5,
      });
      await node.kill();
      await chainIsLost();
      await timeToRecover(
        'node killed with weights under way',
        () => node.start(),
        () => duty.nextVerified(),
      );
      const open = duty.store.weightIntents.unfinished(subnet.netuid, 0).filter(({ state }) => state === 'intended');
      expect(open).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'gives up a half-open socket, and goes on when the node thaws',
    async () => {
      node.freeze();
      await eventually('the silence to be noticed', () => !duty.chain.health().connected, { deadlineMs: 30_000 });
      await chainIsLost();
      await timeToRecover(
        'socket half-open (node frozen)',
        () => node.thaw(),
        () => duty.nextVerified(),
      );
    },
    LONG_MS,
  );
});
