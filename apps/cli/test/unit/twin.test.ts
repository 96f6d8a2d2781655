import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseHotkey, silentLogger } from '@bettertherapy/core';
import { migrate, openAdministration, openStore } from '@bettertherapy/store';
import { temporaryFolder, writeLora } from '@bettertherapy/testkit';
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

describe('pnpm bt twin adapter', () => {
  const lora = join(folder.path, 'mine.gguf');
  const anonymous = join(folder.path, 'anonymous.gguf');
  const targets = [
    { tensor: 'blk.0.attn_v.weight', inputs: 576, outputs: 192 },
    { tensor: 'blk.1.attn_v.weight', inputs: 576, outputs: 192 },
  ];
  const made = { architecture: 'llama', alpha: 16, rank: 8, targets, seed: 1 };
  beforeAll(() => {
    writeLora(lora, { ...made, baseModel: 'SmolLM2 135M Instruct' });
    writeLora(anonymous, made);
  });

  it('tells what a file is', async () => {
    const { out } = await bt('twin', 'adapter', 'inspect', lora);
    expect(out).toMatch(/base model +SmolLM2 135M Instruct/);
    expect(out).toMatch(/rank +8/);
    expect(out).toMatch(/alpha +16 \(scale 2\.00\)/);
    expect(out).toMatch(/changes +attn_v × 2/);
    const json = JSON.parse((await bt('twin', 'adapter', 'inspect', lora, '--json')).out);
    expect(json).toMatchObject({ rank: 8, sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: expect.any(Number) });
    await expect(bt('twin', 'adapter', 'inspect', shipped)).rejects.toMatchObject({ code: 'LLM_ADAPTER_INVALID' });
  });

  it('names it in the draft of a twin and puts it where the gateway finds it, and takes it out again', async () => {
    await bt('twin', 'import', ...change());
    const id = 'dr-tomas-rivera';
    const attached = JSON.parse((await bt('twin', 'adapter', 'attach', id, lora, '--json', ...change())).out);
    expect(attached).toMatchObject({ adapter: { baseModel: 'SmolLM2 135M Instruct', url: null }, problems: [] });
    expect(attached.file).toBe(join(data, 'adapters', `${attached.adapter.sha256}.gguf`));
    expect(await readFile(attached.file)).toEqual(await readFile(lora));
    const administration = openAdministration({ file, migrationsDir });
    expect(administration.twins.get(id)?.draft).toMatchObject({ id, adapter: attached.adapter });
    await bt('twin', 'adapter', 'detach', id, ...change());
    expect(administration.twins.get(id)?.draft).toMatchObject({ id, adapter: null });
    administration.close();
  });

  it('names it in a pack file, which is then published as usual', async () => {
    const pack = join(folder.path, 'own.json');
    await writeFile(pack, (await bt('twin', 'show', 'dr-tomas-rivera', '--json', read)).out);
    const { out } = await bt('twin', 'adapter', 'attach', pack, anonymous, '--base=SmolLM2-135M-Instruct', read);
    expect(out).toContain('pnpm bt twin import');
    expect((await bt('twin', 'import', pack, ...change())).out).toContain('version 2: published');
    expect((await bt('twin', 'show', 'dr-tomas-rivera', read)).out).toMatch(/adapter +[0-9a-f]{64} on SmolLM2-135M/);
  });

  it('asks for the base where the file names none, and changes no signed pack', async () => {
    const pack = join(folder.path, 'own.json');
    await expect(bt('twin', 'adapter', 'attach', pack, anonymous, read)).rejects.toMatchObject({ code: 'CLI_USAGE' });
    const signed = join(folder.path, 'signed-lora.json');
    const [first] = await readShippedPacks();
    if (first === undefined) throw new Error('no pack ships');
    await writeFile(signed, JSON.stringify(sealPack(first, signerFromUri('//Alice'))));
    await expect(bt('twin', 'adapter', 'attach', signed, lora, read)).rejects.toMatchObject({ code: 'CLI_USAGE' });
  });
});
