import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { eventually } from '@bettertherapy/testkit';
import { ready, signerFromUri } from '@bettertherapy/wallet';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ChainClient } from '../../../src/client.js';
import type { ChainOptions } from '../../../src/clientOptions.js';
import { accountInfo, FakeNode, NO_ANSWER, Refusal } from '../../support/fakeNode.js';
import { TcpProxy } from '../../support/tcpProxy.js';

const ALICE = signerFromUri('//Alice');
const open: { close(): Promise<void> }[] = [];

async function node(options: Parameters<typeof FakeNode.start>[0] = {}): Promise<FakeNode> {
  const started = await FakeNode.start(options);
  open.push(started);
  return started;
}

async function client(endpoints: string[], options: Partial<ChainOptions> = {}): Promise<ChainClient> {
  const opened = await ChainClient.open(
    { endpoints, callDeadlineMs: 5_000, firstBackoffMs: 5, maxBackoffMs: 50, stallMs: 60_000, ...options },
    { clock: systemClock, log: silentLogger, metrics: null },
  );
  open.push(opened);
  return opened;
}

beforeAll(ready);
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

describe('ChainClient.open', () => {
  it('knows genesis, runtime, block time and head', async () => {
    const chain = await node();
    const opened = await client([chain.url]);
    expect(opened.genesisHash).toBe(chain.blocks[0]?.hash);
    expect(opened.specVersion()).toBe(424);
    expect(opened.health()).toMatchObject({
      connected: true,
      state: 'connected',
      lastBlock: 0,
      blockTimeMs: 12_000,
      stale: false,
    });
  });

  it('needs few requests, because public nodes count them', async () => {
    const chain = await node();
    await client([chain.url]);
    expect(chain.requests.length).toBeLessThanOrEqual(6);
  });

  it('takes the next endpoint when the first does not answer', async () => {
    const chain = await node();
    const opened = await client(['ws://127.0.0.1:9', chain.url]);
    expect(opened.health().endpoint).toBe(chain.url);
  });

  it('fails with a code when nobody answers', async () => {
    await expect(client(['ws://127.0.0.1:9'])).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
  });

  it('fails with a code when the node accepts and then says nothing', async () => {
    const chain = await node();
    chain.silent = true;
    await expect(client([chain.url], { connectDeadlineMs: 100 })).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    await eventually('the socket is closed', () => chain.connections === 0);
  });

  it('refuses another chain than the one asked for', async () => {
    const chain = await node();
    await expect(client([chain.url], { genesisHash: `0x${'77'.repeat(32)}` })).rejects.toMatchObject({
      code: 'CHAIN_WRONG_GENESIS',
    });
  });

  it('stops dialling when its signal aborts', async () => {
    const chain = await node();
    chain.silent = true;
    const stop = new AbortController();
    const opening = ChainClient.open(
      { endpoints: [chain.url] },
      { clock: systemClock, log: silentLogger, metrics: null },
      stop.signal,
    );
    await eventually('the node was asked', () => chain.requests.length > 0);
    stop.abort(new Error('asked to stop'));
    await expect(opening).rejects.toThrow('asked to stop');
  });
});

describe('the block clock', () => {
  it('tells every new block once and waits for a number', async () => {
    const chain = await node();
    const opened = await client([chain.url]);
    const seen: number[] = [];
    opened.onBlock((block) => seen.push(block));
    const third = opened.waitForBlock(3);
    for (let i = 0; i < 3; i += 1) chain.produce();
    expect(await third).toBe(3);
    expect(seen).toEqual([1, 2, 3]);
    expect(await opened.currentBlock()).toBe(3);
    expect(await opened.waitForBlock(2)).toBe(3);
  });

  it('stops waiting when the signal aborts', async () => {
    const chain = await node();
    const opened = await client([chain.url]);
    const stop = new AbortController();
    const waiting = opened.waitForBlock(99, stop.signal);
    stop.abort(new Error('no longer'));
    await expect(waiting).rejects.toThrow('no longer');
  });
});

describe('a connection that breaks', () => {
  it('fails what is in flight at once, with a retryable code, and comes back on the same port', async () => {
    const chain = await node();
    const { port } = chain;
    const opened = await client([chain.url]);
    chain.override.set('state_queryStorageAt', () => NO_ANSWER);
    const read = opened.balance(ALICE.address);
    await eventually('the read is under way', () => chain.count('state_queryStorageAt') === 1);
    await chain.close();
    await expect(read).rejects.toMatchObject({ code: 'CHAIN_CONNECTION_LOST', details: { retryable: true } });
    expect(opened.health().connected).toBe(false);

    const again = await node({ port });
    again.setStorage('System', 'Account', [ALICE.address], accountInfo(0, 7n));
    expect(await opened.balance(ALICE.address)).toBe(7n);
    expect(opened.health().connected).toBe(true);
    const seen = opened.waitForBlock(1);
    again.produce();
    expect(await seen).toBe(1);
  });

  it('is given up when no block comes, even if the socket stays open', async () => {
    const chain = await node();
    const proxy = await TcpProxy.start(chain.port);
    open.push(proxy);
    const opened = await client([proxy.url], { stallMs: 150 });
    proxy.frozen = true;
    const read = opened.balance(ALICE.address);
    await expect(read).rejects.toMatchObject({ code: 'CHAIN_STALLED', details: { retryable: true } });
    proxy.thaw();
    chain.setStorage('System', 'Account', [ALICE.address], accountInfo(0, 9n));
    expect(await opened.balance(ALICE.address)).toBe(9n);
  });

  it('is given up when not even a ping is answered, long before a block is due', async () => {
    const chain = await node();
    const proxy = await TcpProxy.start(Number(new URL(chain.url).port));
    open.push(proxy);
    const opened = await client([proxy.url], { heartbeatMs: 100 });
    proxy.frozen = true;
    await expect(opened.balance(ALICE.address)).rejects.toMatchObject({ code: 'CHAIN_STALLED' });
    proxy.thaw();
    expect(await opened.balance(ALICE.address)).toBe(0n);
  });

  it('is kept while pings are answered, although no block comes', async () => {
    const chain = await node();
    const opened = await client([chain.url], { heartbeatMs: 50 });
    await eventually('it was pinged a few times', () => chain.pings >= 3);
    expect([opened.health().connected, chain.connections]).toEqual([true, 1]);
  });

  it('moves to the next endpoint when one falls silent', async () => {
    const first = await node();
    const second = await node();
    const opened = await client([first.url, second.url], { stallMs: 150 });
    expect(opened.health().endpoint).toBe(first.url);
    first.silent = true;
    await eventually('the second is used', () => opened.health().endpoint === second.url);
  });

  it('never moves to an endpoint of another chain', async () => {
    const first = await node();
    const other = await node({ seed: 'another chain' });
    const opened = await client([first.url, other.url]);
    await first.close();
    await eventually('the other was tried', () => other.count('chain_getBlockHash') > 1);
    await expect(opened.currentBlock({ deadlineMs: 100 })).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
  });

  it('leaves waiting callers with a code when the client closes', async () => {
    const chain = await node();
    const opened = await client([chain.url]);
    chain.override.set('state_queryStorageAt', () => NO_ANSWER);
    const read = opened.balance(ALICE.address);
    await eventually('the read is under way', () => chain.count('state_queryStorageAt') === 1);
    await opened.close();
    await expect(read).rejects.toMatchObject({ code: 'CHAIN_CLOSED' });
    await expect(opened.currentBlock()).rejects.toMatchObject({ code: 'CHAIN_CLOSED' });
    await opened.close();
  });
});

describe('a single call', () => {
  it('has a deadline', async () => {
    const chain = await node();
    const opened = await client([chain.url]);
    chain.override.set('state_queryStorageAt', () => NO_ANSWER);
    await expect(opened.balance(ALICE.address, { deadlineMs: 50 })).rejects.toMatchObject({ code: 'CHAIN_TIMEOUT' });
  });

  it('can be aborted', async () => {
    const chain = await node();
    const opened = await client([chain.url]);
    chain.override.set('state_queryStorageAt', () => NO_ANSWER);
    const stop = new AbortController();
    const read = opened.balance(ALICE.address, { signal: stop.signal });
    await eventually('the read is under way', () => chain.count('state_queryStorageAt') === 1);
    stop.abort(new Error('enough'));
    await expect(read).rejects.toThrow('enough');
  });

  it('keeps the reason when the node refuses', async () => {
    const chain = await node();
    const opened = await client([chain.url]);
    chain.override.set('state_queryStorageAt', () => {
      throw new Refusal(4003, 'State already discarded', 'UnknownBlock');
    });
    await expect(opened.balance(ALICE.address)).rejects.toMatchObject({
      code: 'CHAIN_RPC_REFUSED',
      details: { rpcCode: 4003, rpcData: 'UnknownBlock' },
    });
  });

  it('does not pile up without bound', async () => {
    const chain = await node();
    const opened = await client([chain.url], { maxInFlight: 4 });
    chain.override.set('state_queryStorageAt', () => NO_ANSWER);
    const reads = Array.from({ length: 6 }, () => opened.balance(ALICE.address).catch((error: unknown) => error));
    expect(await reads[5]).toMatchObject({ code: 'CHAIN_BUSY' });
    chain.cut();
    expect(await reads[0]).toMatchObject({ code: 'CHAIN_CONNECTION_LOST' });
  });

  it('survives a node that sends nonsense', async () => {
    const chain = await node();
    const opened = await client([chain.url]);
    chain.override.set('state_queryStorageAt', (_params, socket) => {
      socket.send('{"jsonrpc": nonsense');
      return NO_ANSWER;
    });
    await expect(opened.balance(ALICE.address)).rejects.toMatchObject({ code: 'CHAIN_CONNECTION_LOST' });
    chain.override.clear();
    expect(await opened.balance(ALICE.address)).toBe(0n);
  });
});

describe('a runtime upgrade while running', () => {
  it('is loaded before anything else is read', async () => {
    const chain = await node();
    const opened = await client([chain.url]);
    chain.upgrade(425);
    await eventually('the new version is seen', () => opened.specVersion() === 425);
    expect(await opened.balance(ALICE.address)).toBe(0n);
  });

  it('is noticed by the block that announces it', async () => {
    const chain = await node();
    const opened = await client([chain.url]);
    chain.specVersion = 426;
    chain.produce(['0x08']);
    await opened.waitForBlock(1);
    await opened.balance(ALICE.address);
    expect(opened.specVersion()).toBe(426);
  });
});

describe('a session that was replaced', () => {
  it('is let go, with the runtime it had', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const chain = await node();
    const opened = await client([chain.url]);
    const replaced = new WeakRef((await opened.view()).session);
    chain.cut();
    await eventually('another session', async () => (await opened.view()).session !== replaced.deref());
    await eventually('the first one to be collected', () => {
      collect();
      return replaced.deref() === undefined;
    });
  });
});
