import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@bettertherapy/testkit';
import { ready } from '@bettertherapy/wallet';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { devAccounts } from '../../src/index.js';
import { RunningChain, send } from '../support/client.js';

let root: string;
const running: RunningChain[] = [];

beforeEach(async () => {
  await ready();
  root = mkdtempSync(join(tmpdir(), 'localnet-'));
});
afterEach(async () => {
  for (const chain of running.splice(0)) await chain.close();
  rmSync(root, { recursive: true, force: true });
});

async function start(name: string): Promise<RunningChain> {
  const chain = await RunningChain.start({ dataDir: join(root, name), historyBlocks: 16 });
  running.push(chain);
  return chain;
}

const height = async (chain: RunningChain): Promise<number> =>
  (await chain.api.rpc.chain.getHeader()).number.toNumber();
const nonce = async (chain: RunningChain, address: string): Promise<number> =>
  (await chain.api.rpc.system.accountNextIndex(address)).toNumber();

it('goes on with the same genesis, state and numbers after it was stopped', async () => {
  const { Bob, Eve } = devAccounts();
  const first = await start('a');
  const transfer = first.api.tx.balances?.transferKeepAlive?.(Eve.address, 1000);
  if (transfer === undefined) throw new Error('no transfer');
  const outcome = await send(first.api, transfer, Bob);
  await eventually('forty blocks', async () => (await height(first)) >= 40);
  const stopped = await height(first);
  await first.close();
  running.splice(0);
  const second = await start('a');
  expect(second.net.genesisHash).toBe(first.net.genesisHash);
  expect(await height(second)).toBeGreaterThanOrEqual(stopped);
  expect(await nonce(second, Bob.address)).toBe(1);
  const block = await second.api.rpc.chain.getBlockHash(stopped);
  expect((await second.api.rpc.chain.getHeader(block)).number.toNumber()).toBe(stopped);
  expect(outcome.error).toBeNull();
});

it('has everything that was acknowledged when the process dies at any moment', async () => {
  const { Bob } = devAccounts();
  const first = await start('a');
  for (let i = 1; i <= 4; i++) {
    const remark = first.api.tx.system?.remark?.(`${i}`);
    if (remark === undefined) throw new Error('no remark');
    const { blockHash } = await send(first.api, remark, Bob);
    // What lies on disk right after the acknowledgement is what a process killed at this moment leaves behind.
    cpSync(join(root, 'a'), join(root, `copy${i}`), { recursive: true, filter: (path) => !path.endsWith('lock') });
    const copy = await start(`copy${i}`);
    expect(await nonce(copy, Bob.address)).toBe(i);
    expect((await copy.api.rpc.chain.getHeader(blockHash)).hash.toHex()).toBe(blockHash);
    expect(copy.net.genesisHash).toBe(first.net.genesisHash);
  }
});

it('refuses to share its directory', async () => {
  await start('a');
  await expect(start('a')).rejects.toMatchObject({ code: 'LOCALNET_DIRECTORY_IN_USE' });
});
