import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { retry, silentLogger, systemClock } from '@bettertherapy/core';
import { devAccount, type Localnet, startLocalnet } from '@bettertherapy/localnet';
import { eventually } from '@bettertherapy/testkit';
import { ready } from '@bettertherapy/wallet';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ChainClient } from '../../src/client.js';
import { isRetryable } from '../../src/errors.js';
import { TcpProxy } from '../support/tcpProxy.js';

const parts = { clock: systemClock, log: silentLogger };
const open: (() => Promise<void>)[] = [];

beforeAll(ready);
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function chainAt(dataDir: string | null, port: number): Promise<Localnet> {
  const localnet = await startLocalnet({ dataDir, port, blockMs: 100 }, parts);
  open.push(() => localnet.close());
  return localnet;
}

async function clientOf(url: string): Promise<ChainClient> {
  const client = await ChainClient.open(
    { endpoints: [url], callDeadlineMs: 20_000, firstBackoffMs: 20, maxBackoffMs: 200, stallMs: 2_000 },
    { ...parts, metrics: null },
  );
  open.push(() => client.close());
  return client;
}

describe('the client on a development chain', () => {
  it('goes on after the chain was restarted on the same port', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'bt-chain-'));
    open.push(() => rm(dataDir, { recursive: true, force: true }));
    const first = await chainAt(dataDir, 0);
    const client = await clientOf(first.url);
    const eve = devAccount('Eve').address;
    await client.transfer(devAccount('Alice'), { to: eve, rao: 5n });
    const balance = await client.balance(eve);
    await first.close();
    await eventually('the loss is noticed', () => !client.health().connected);
    await chainAt(dataDir, first.port);
    expect(await client.balance(eve)).toBe(balance);
    await client.transfer(devAccount('Alice'), { to: eve, rao: 6n });
    expect(await client.balance(eve)).toBe(balance + 6n);
  });

  it('goes on after its socket fell silent', async () => {
    const localnet = await chainAt(null, 0);
    const proxy = await TcpProxy.start(localnet.port);
    open.push(() => proxy.close());
    const client = await clientOf(proxy.url);
    const before = client.health().lastBlock;
    proxy.frozen = true;
    const read = client.metagraph(1);
    await expect(read).rejects.toMatchObject({ code: 'CHAIN_STALLED' });
    proxy.thaw();
    expect(await client.waitForBlock(before + 10)).toBeGreaterThan(before);
    expect(client.health()).toMatchObject({ connected: true, stale: false });
  });

  it('finds an extrinsic again whose connection was cut, and does not send it twice', async () => {
    const localnet = await chainAt(null, 0);
    const proxy = await TcpProxy.start(localnet.port);
    open.push(() => proxy.close());
    const client = await clientOf(proxy.url);
    const ferdie = devAccount('Ferdie').address;
    const before = await client.balance(ferdie);
    const sending = client.transfer(devAccount('Bob'), { to: ferdie, rao: 11n });
    // Cut as soon as the chain holds it, before the block that includes it can be announced through the proxy.
    const direct = await clientOf(localnet.url);
    await eventually('the chain took it', async () => (await nextNonce(direct)) > 0);
    proxy.cut();
    const outcome = await sending;
    expect(outcome.blockNumber).toBeGreaterThan(0);
    const after = await retry({ attempts: 20, firstDelayMs: 20, maxDelayMs: 200, retryable: isRetryable }, () =>
      client.balance(ferdie),
    );
    expect(after - before).toBe(11n);
  });
});

async function nextNonce(client: ChainClient): Promise<number> {
  const view = await client.view();
  return Number(await view.session.request('system_accountNextIndex', [devAccount('Bob').address]));
}
