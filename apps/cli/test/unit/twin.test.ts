import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseHotkey, silentLogger } from '@bettertherapy/core';
import { migrate, openStore } from '@bettertherapy/store';
import { temporaryFolder } from '@bettertherapy/testkit';
import { readShippedPacks, sealPack, shippedPacksDir } from '@bettertherapy/twins';
import { createWallet, loadHotkey, ready, signerFromUri } from '@bettertherapy/wallet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandContext } from '../../src/command.js';
import { findCommand } from '../../src/commandList.js';

const folder = temporaryFolder('bt-twin');
const migrationsDir = resolve(import.meta.dirname, '../../../../migrations');
const wallets = join(folder.path, 'wallets');
const data = join(folder.path, 'data');
const file = join(data, 'validator.sqlite');
const shipped = join(shippedPacksDir, 'dr-indra-gurung.json');

beforeAll(async () => {
  await ready();
  for (const name of ['validator', 'stranger']) await createWallet({ root: wallets, name, hotkey: 'default' });
  migrate({ file, migrationsDir });
  const { address } = await loadHotkey({ root: wallets, name: 'validator', hotkey: 'default' });
  const identity = { genesis: '0x1', netuid: 1, hotkey: parseHotkey(address) };
  await openStore({ file, migrationsDir, identity }).close();
});
afterAll(() => folder.remove());

/** Runs `pnpm bt …` in this process. */
async function bt(...argv: string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const context: CommandContext = {
    input: { argv: [], env: {}, readText: () => null, terminal: false, cwd: folder.path, columns: 80 },
    terminal: {
      interactive: false,
      ask: () => Promise.reject(new Error('asked')),
      askSecret: () => Promise.reject(new Error('asked')),
      readPiped: () => Promise.reject(new Error('asked')),
    },
    out: (text) => {
      out += text;
    },
    note: () => undefined,
    log: silentLogger,
    signal: new AbortController().signal,
  };
  const found = findCommand(argv);
  if (!found) throw new Error(`no command ${argv.join(' ')}`);
  return { code: await found.command.run(found.rest, context), out };
}
const change = (wallet = 'validator') => [`--data.dir=${data}`, `--wallet.path=${wallets}`, `--wallet.name=${wallet}`];
const read = `--data.dir=${data}`;

describe('pnpm bt twin', () => {
  it('imports the shipped packs, lists and shows them, and imports nothing twice', async () => {
    expect((await bt('twin', 'list', read)).out).toContain('no twins');
    const first = await bt('twin', 'import', '--json', ...change());
    expect(JSON.parse(first.out).map((one: { outcome: string }) => one.outcome)).toEqual(Array(3).fill('published'));
    expect((await bt('twin', 'import', ...change())).out).toContain('dr-indra-gurung version 1: unchanged');
    expect((await bt('twin', 'list', read)).out).toMatch(/dr-indra-gurung .*version 1 .*published/);
    expect((await bt('twin', 'show', 'dr-indra-gurung', read)).out).toMatch(/demonstration/);
    const [pack] = (await readShippedPacks()).filter(({ id }) => id === 'dr-indra-gurung');
    expect(JSON.parse((await bt('twin', 'show', 'dr-indra-gurung', '--json', read)).out)).toEqual(pack);
  });

  it('works beside the running validator, rolls back and withdraws', async () => {
    const { address } = await loadHotkey({ root: wallets, name: 'validator', hotkey: 'default' });
    const running = openStore({
      file,
      migrationsDir,
      identity: { genesis: '0x1', netuid: 1, hotkey: parseHotkey(address) },
    });
    const [pack] = await readShippedPacks();
    const changed = join(folder.path, 'changed.json');
    await writeFile(changed, JSON.stringify({ ...pack, name: 'Dr. Changed' }));
    expect((await bt('twin', 'import', changed, ...change())).out).toContain('version 2: published');
    const id = pack?.id ?? '';
    expect(running.twins.get(id)?.currentVersion).toBe(2);
    await bt('twin', 'publish', id, '--number=1', ...change());
    expect(running.twins.get(id)?.currentVersion).toBe(1);
    await bt('twin', 'withdraw', id, '--reason=a wrong note', ...change());
    expect(running.twins.get(id)).toMatchObject({ currentVersion: null, withdrawnReason: 'a wrong note' });
    await running.close();
    await expect(bt('twin', 'withdraw', id, ...change())).rejects.toMatchObject({ code: 'TWIN_ILLEGAL_STEP' });
  });

  it('publishes under no other hotkey than the one the database belongs to', async () => {
    await expect(bt('twin', 'import', ...change('stranger'))).rejects.toMatchObject({ code: 'CLI_USAGE' });
  });

  it('verifies a file: good, signed, tampered, incomplete, absent', async () => {
    expect((await bt('twin', 'verify', shipped)).out).toContain('a valid pack');
    const [pack] = await readShippedPacks();
    if (pack === undefined) throw new Error('no pack ships');
    const signer = signerFromUri('//Alice');
    const envelope = sealPack(pack, signer);
    const at = async (name: string, value: unknown): Promise<string> => {
      await writeFile(join(folder.path, name), JSON.stringify(value));
      return join(folder.path, name);
    };
    expect((await bt('twin', 'verify', await at('signed.json', envelope))).out).toContain(signer.address);
    const tampered = await at('tampered.json', { ...envelope, pack: { ...pack, name: 'Dr. Evil' } });
    await expect(bt('twin', 'verify', tampered)).rejects.toMatchObject({ code: 'TWIN_HASH_MISMATCH' });
    const bad = await bt('twin', 'verify', await at('bad.json', { ...pack, starters: [], version: 1 }));
    expect(bad.code).toBe(1);
    expect(bad.out).toContain('starters');
    await expect(bt('twin', 'verify', join(folder.path, 'none.json'))).rejects.toMatchObject({ code: 'CLI_USAGE' });
    await expect(bt('twin', 'show', '../../x', read)).rejects.toMatchObject({ code: 'TWIN_UNKNOWN' });
  });
});
