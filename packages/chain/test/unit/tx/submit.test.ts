import { silentLogger, systemClock } from '@bettertherapy/core';
import { eventually } from '@bettertherapy/testkit';
import { ready, signerFromUri } from '@bettertherapy/wallet';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ChainClient } from '../../../src/client.js';
import { accountInfo, FakeNode, NO_ANSWER, Refusal } from '../../support/fakeNode.js';

const ALICE = signerFromUri('//Alice');
const BOB = signerFromUri('//Bob');
let chain: FakeNode;
let client: ChainClient;

beforeAll(ready);

async function start(): Promise<void> {
  chain = await FakeNode.start();
  client = await ChainClient.open(
    { endpoints: [chain.url], callDeadlineMs: 5_000, firstBackoffMs: 5, maxBackoffMs: 50, stallMs: 60_000 },
    { clock: systemClock, log: silentLogger, metrics: null },
  );
}

afterEach(async () => {
  await client.close();
  await chain.close();
});

const remark = (text: string, options = {}): ReturnType<ChainClient['submit']> =>
  client.submit(ALICE, 'System', 'remark', [new TextEncoder().encode(text)], { deadlineMs: 5_000, ...options });

describe('submit', () => {
  it('waits until the extrinsic is in a block and reads there', async () => {
    await start();
    const outcome = await remark('hello');
    expect(outcome).toMatchObject({ blockNumber: 1, blockHash: chain.blocks[1]?.hash, events: [] });
    expect(await client.currentBlock()).toBe(1);
  });

  it('sends those of one account one after another, and of several at once', async () => {
    await start();
    let waiting = 0;
    let most = 0;
    chain.override.set('system_accountNextIndex', () => {
      waiting += 1;
      most = Math.max(most, waiting);
      return 0;
    });
    chain.override.set('author_submitAndWatchExtrinsic', ([hex], socket) => {
      waiting -= 1;
      chain.pool.push(String(hex));
      const id = chain.subscriptionId();
      setImmediate(() => {
        const held = chain.blocks.find((block) => block.extrinsics.includes(String(hex))) ?? chain.produce();
        chain.notify(socket, 'author_extrinsicUpdate', id, { inBlock: held.hash });
      });
      return id;
    });
    await Promise.all([remark('a'), remark('b'), remark('c')]);
    expect(most).toBe(1);
    await Promise.all([remark('d'), client.submit(BOB, 'System', 'remark', ['0x01'])]);
    expect(most).toBe(2);
  });

  it('tries once more from a fresh nonce when the nonce was stale', async () => {
    await start();
    let tries = 0;
    const usual = chain.override;
    usual.set('author_submitAndWatchExtrinsic', () => {
      tries += 1;
      usual.delete('author_submitAndWatchExtrinsic');
      throw new Refusal(1010, 'Invalid Transaction', 'Transaction is outdated');
    });
    await remark('again');
    expect(tries).toBe(1);
    expect(chain.count('author_submitAndWatchExtrinsic')).toBe(2);
  });

  it('gives up when the nonce is stale twice', async () => {
    await start();
    chain.override.set('author_submitAndWatchExtrinsic', () => {
      throw new Refusal(1010, 'Invalid Transaction', 'Transaction is outdated');
    });
    await expect(remark('stale')).rejects.toMatchObject({ code: 'CHAIN_STALE_NONCE' });
    expect(chain.count('author_submitAndWatchExtrinsic')).toBe(2);
  });

  it('signs again when the runtime changed under it', async () => {
    await start();
    chain.override.set('author_submitAndWatchExtrinsic', () => {
      chain.override.delete('author_submitAndWatchExtrinsic');
      chain.specVersion = 425;
      throw new Refusal(1010, 'Invalid Transaction', 'Transaction has a bad signature');
    });
    await remark('upgrade');
    expect(client.specVersion()).toBe(425);
  });

  it('does not sign again when the signature is bad and the runtime the same', async () => {
    await start();
    chain.override.set('author_submitAndWatchExtrinsic', () => {
      throw new Refusal(1010, 'Invalid Transaction', 'Transaction has a bad signature');
    });
    await expect(remark('bad')).rejects.toMatchObject({ code: 'CHAIN_BAD_SIGNATURE' });
    expect(chain.count('author_submitAndWatchExtrinsic')).toBe(1);
  });

  it.each([
    ['dropped', 'CHAIN_TX_DROPPED'],
    ['invalid', 'CHAIN_TX_INVALID'],
    [{ usurped: `0x${'00'.repeat(32)}` }, 'CHAIN_TX_REPLACED'],
  ])('fails when the pool says %o', async (status, code) => {
    await start();
    chain.override.set('author_submitAndWatchExtrinsic', (_params, socket) => {
      const id = chain.subscriptionId();
      setImmediate(() => chain.notify(socket, 'author_extrinsicUpdate', id, status));
      return id;
    });
    await expect(remark('lost')).rejects.toMatchObject({ code });
  });

  it('says that it does not know when the deadline passes', async () => {
    await start();
    chain.override.set('author_submitAndWatchExtrinsic', () => chain.subscriptionId());
    await expect(remark('never', { deadlineMs: 200 })).rejects.toMatchObject({
      code: 'CHAIN_TX_UNKNOWN',
      details: { extrinsicHash: expect.stringMatching(/^0x[0-9a-f]{64}$/), validUntil: 128 },
    });
  });

  it('waits for finality when asked', async () => {
    await start();
    chain.override.set('author_submitAndWatchExtrinsic', ([hex], socket) => {
      const id = chain.subscriptionId();
      setImmediate(() => {
        chain.pool.push(String(hex));
        const block = chain.produce();
        chain.notify(socket, 'author_extrinsicUpdate', id, { inBlock: block.hash });
        chain.produce();
        chain.notify(socket, 'author_extrinsicUpdate', id, { finalized: block.hash });
      });
      return id;
    });
    expect(await remark('final', { waitFor: 'finalized' })).toMatchObject({ blockNumber: 1 });
    expect(chain.best.number).toBe(2);
  });
});

describe('an extrinsic whose connection broke', () => {
  const dieWith = (then: (hex: string) => void) => {
    chain.override.set('author_submitAndWatchExtrinsic', ([hex], socket) => {
      setImmediate(() => {
        socket.terminate();
        then(String(hex));
      });
      return NO_ANSWER;
    });
  };

  it('is found in the chain and not sent twice', async () => {
    await start();
    dieWith((hex) => {
      chain.produce();
      chain.pool.push(hex);
      chain.setStorage('System', 'Account', [ALICE.address], accountInfo(1));
      chain.produce();
      chain.produce();
    });
    expect(await remark('landed')).toMatchObject({ blockNumber: 2 });
    expect(chain.count('author_submitAndWatchExtrinsic')).toBe(1);
  });

  it('is found when it lands only later', async () => {
    await start();
    let held = '';
    dieWith((hex) => {
      held = hex;
    });
    const outcome = remark('later');
    await eventually('the client looks', () => chain.count('state_queryStorageAt') > 0);
    chain.pool.push(held);
    chain.setStorage('System', 'Account', [ALICE.address], accountInfo(1));
    chain.produce();
    expect(await outcome).toMatchObject({ blockNumber: 1 });
  });

  it('is known to be lost when its mortality ends', async () => {
    await start();
    dieWith(() => {
      for (let i = 0; i < 140; i += 1) chain.produce();
    });
    await expect(remark('expired')).rejects.toMatchObject({ code: 'CHAIN_TX_EXPIRED' });
  });

  it('is known to be replaced when another one took its nonce', async () => {
    await start();
    dieWith(() => {
      chain.setStorage('System', 'Account', [ALICE.address], accountInfo(1));
      chain.produce();
    });
    await expect(remark('replaced')).rejects.toMatchObject({ code: 'CHAIN_TX_REPLACED' });
  });
});
