import { readFileSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { naclDecrypt } from '@polkadot/util-crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createColdkey,
  createHotkey,
  createWallet,
  listWallets,
  loadColdkey,
  loadHotkey,
  readColdkeyPub,
  resolveWalletRoot,
  verify,
} from '../../src/index.js';

const ABANDON = `${'abandon '.repeat(11)}about`;
const ADDRESS = '5EPCUjPxiHAcNooYipQFWr9NmmXJKpNG5RhcntXwbtUySrgH';
const message = new TextEncoder().encode('message');
/** A coldkey of no value, sealed by the wallet library of btcli, with the key its password derives to. */
const sealed: { password: string; derivedKey: string; address: string; file: string } = JSON.parse(
  readFileSync(new URL('../fixtures/sealedColdkey.json', import.meta.url), 'utf8'),
);
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wallets-'));
});
afterEach(() => rm(root, { recursive: true }));

const mode = async (path: string): Promise<number> => (await lstat(path)).mode & 0o777;
const coded = (code: string): unknown => expect.objectContaining({ code });

describe('making wallets', () => {
  it('writes the four files of btcli with the six string fields, private to the user', async () => {
    const made = await createWallet({ root, name: 'w', hotkey: 'h', mnemonics: { hotkey: ABANDON } });
    expect(made.hotkey).toBe(ADDRESS);
    const folder = join(root, 'w');
    expect((await readdir(folder)).sort()).toEqual(['coldkey', 'coldkeypub.txt', 'hotkeys']);
    expect((await readdir(join(folder, 'hotkeys'))).sort()).toEqual(['h', 'hpub.txt']);
    expect(await mode(folder)).toBe(0o700);
    expect(await mode(join(folder, 'hotkeys'))).toBe(0o700);
    for (const file of ['coldkey', 'coldkeypub.txt', 'hotkeys/h', 'hotkeys/hpub.txt']) {
      expect(await mode(join(folder, file)), file).toBe(0o600);
    }
    const secret = JSON.parse(await readFile(join(folder, 'hotkeys/h'), 'utf8'));
    expect(Object.keys(secret).sort()).toEqual([
      'accountId',
      'privateKey',
      'publicKey',
      'secretPhrase',
      'secretSeed',
      'ss58Address',
    ]);
    expect(secret).toMatchObject({
      secretPhrase: ABANDON,
      secretSeed: '0x4ed8d4b17698ddeaa1f1559f152f87b5d472f725ca86d341bd0276f1b61197e2',
      ss58Address: ADDRESS,
    });
    expect(secret.privateKey).toMatch(/^0x[0-9a-f]{128}$/);
    const pub = JSON.parse(await readFile(join(folder, 'coldkeypub.txt'), 'utf8'));
    expect(Object.keys(pub).sort()).toEqual(['accountId', 'publicKey', 'ss58Address']);
  });

  it('loads what it made, also when only the private key is left in the file', async () => {
    const made = await createWallet({ root, name: 'w', hotkey: 'h' });
    const hotkey = await loadHotkey({ root, name: 'w', hotkey: 'h' });
    expect(hotkey.address).toBe(made.hotkey);
    expect(verify(message, hotkey.sign(message), hotkey.publicKey)).toBe(true);
    expect((await loadColdkey({ root, name: 'w' })).address).toBe(made.coldkey);
    expect(await readColdkeyPub({ root, name: 'w' })).toBe(made.coldkey);
    const { privateKey } = JSON.parse(await readFile(join(root, 'w/hotkeys/h'), 'utf8'));
    await writeFile(join(root, 'w/hotkeys/only'), JSON.stringify({ privateKey }));
    expect((await loadHotkey({ root, name: 'w', hotkey: 'only' })).address).toBe(made.hotkey);
  });

  // Deriving one key takes 6 s of a quiet core and 512 MiB, as in btcli.
  const SLOW_MS = 240_000;

  it(
    'seals the coldkey under a password as btcli does: its derived key, then nonce, tag and ciphertext',
    async () => {
      const made = await createColdkey({ root, name: 'w', password: sealed.password });
      const file = new Uint8Array(await readFile(join(root, 'w/coldkey')));
      expect(Buffer.from(file.subarray(0, 5)).toString()).toBe('$NACL');
      const key = new Uint8Array(Buffer.from(sealed.derivedKey, 'hex'));
      const plain = naclDecrypt(file.subarray(29), file.subarray(5, 29), key);
      expect(JSON.parse(new TextDecoder().decode(plain ?? undefined)).ss58Address).toBe(made.address);
      await expect(loadColdkey({ root, name: 'w' })).rejects.toThrow(coded('WALLET_PASSWORD_NEEDED'));
      expect(await readColdkeyPub({ root, name: 'w' })).toBe(made.address);
    },
    SLOW_MS,
  );

  it(
    'opens a coldkey that btcli sealed',
    async () => {
      await mkdir(join(root, 'w'));
      await writeFile(join(root, 'w/coldkey'), Buffer.from(sealed.file, 'base64'));
      const coldkey = await loadColdkey({ root, name: 'w', password: sealed.password });
      expect(coldkey.address).toBe(sealed.address);
      expect(verify(message, coldkey.sign(message), coldkey.publicKey)).toBe(true);
    },
    SLOW_MS,
  );

  it('never overwrites a key and leaves nothing half-made', async () => {
    await createWallet({ root, name: 'w', hotkey: 'h' });
    const before = await readFile(join(root, 'w/coldkey'));
    await expect(createWallet({ root, name: 'w', hotkey: 'other' })).rejects.toThrow(coded('WALLET_EXISTS'));
    await expect(createColdkey({ root, name: 'w' })).rejects.toThrow(coded('WALLET_EXISTS'));
    await expect(createHotkey({ root, name: 'w', hotkey: 'h' })).rejects.toThrow(coded('WALLET_EXISTS'));
    expect(await readFile(join(root, 'w/coldkey'))).toEqual(before);
    expect((await readdir(join(root, 'w/hotkeys'))).sort()).toEqual(['h', 'hpub.txt']);
    await createHotkey({ root, name: 'w', hotkey: 'second' });
    expect((await readdir(join(root, 'w/hotkeys'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('lets exactly one of many concurrent makers win', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, () => createHotkey({ root, name: 'w', hotkey: 'h' })),
    );
    const won = tries.filter((one) => one.status === 'fulfilled');
    expect(won).toHaveLength(1);
    expect(await loadHotkey({ root, name: 'w', hotkey: 'h' })).toMatchObject({ address: won[0]?.value.address });
  });

  it('refuses an easy password before anything is written', async () => {
    await expect(createColdkey({ root, name: 'w', password: 'abc' })).rejects.toThrow(coded('WALLET_WEAK_PASSWORD'));
    expect(await readdir(root)).toEqual([]);
  });

  it.each(['', '.', '..', '../x', 'a/b', '-x', 'a\0b', 'x'.repeat(65)])('refuses the name %j', async (name) => {
    await expect(createColdkey({ root, name })).rejects.toThrow(coded('WALLET_BAD_NAME'));
    await expect(loadHotkey({ root, name: 'w', hotkey: name })).rejects.toThrow(coded('WALLET_BAD_NAME'));
  });
});

describe('reading wallets', () => {
  it('refuses links for files and folders', async () => {
    await createWallet({ root, name: 'real', hotkey: 'h' });
    await symlink(join(root, 'real/hotkeys/h'), join(root, 'real/hotkeys/linked'));
    await expect(loadHotkey({ root, name: 'real', hotkey: 'linked' })).rejects.toThrow(coded('WALLET_NOT_REGULAR'));
    await symlink(join(root, 'real'), join(root, 'linked'));
    await expect(loadColdkey({ root, name: 'linked' })).rejects.toThrow(coded('WALLET_NOT_REGULAR'));
    await symlink(join(root, 'nowhere'), join(root, 'real/hotkeys/dangling'));
    await expect(createHotkey({ root, name: 'real', hotkey: 'dangling' })).rejects.toThrow(coded('WALLET_EXISTS'));
  });

  it('says what is missing', async () => {
    await expect(loadHotkey({ root, name: 'w', hotkey: 'h' })).rejects.toMatchObject({
      code: 'WALLET_NOT_FOUND',
      remedy: expect.stringContaining('--wallet.name'),
    });
    await mkdir(join(root, 'w/hotkeys/folder'), { recursive: true });
    await expect(loadHotkey({ root, name: 'w', hotkey: 'folder' })).rejects.toThrow(coded('WALLET_NOT_REGULAR'));
    await writeFile(join(root, 'w/hotkeys/big'), 'x'.repeat(70_000));
    await expect(loadHotkey({ root, name: 'w', hotkey: 'big' })).rejects.toThrow(coded('WALLET_MALFORMED'));
    await writeFile(join(root, 'w/hotkeys/address'), JSON.stringify({ ss58Address: ADDRESS }));
    await expect(loadHotkey({ root, name: 'w', hotkey: 'address' })).rejects.toThrow(coded('WALLET_NO_SECRET'));
    await writeFile(join(root, 'w/coldkey'), '$ANSIBLE_VAULT;1.1;AES256\n');
    await expect(loadColdkey({ root, name: 'w', password: 'x' })).rejects.toThrow(
      coded('WALLET_UNSUPPORTED_ENCRYPTION'),
    );
  });

  it('lists wallets and hotkeys with the addresses it can read', async () => {
    const made = await createWallet({ root, name: 'b', hotkey: 'h' });
    await createHotkey({ root, name: 'a', hotkey: 'only', mnemonic: ABANDON });
    await writeFile(join(root, 'b/hotkeys/broken'), 'junk');
    expect(await listWallets({ root })).toEqual([
      { name: 'a', coldkey: null, hotkeys: [{ name: 'only', address: ADDRESS }] },
      {
        name: 'b',
        coldkey: made.coldkey,
        hotkeys: [
          { name: 'broken', address: null },
          { name: 'h', address: made.hotkey },
        ],
      },
    ]);
    expect(await listWallets({ root: join(root, 'none') })).toEqual([]);
  });

  it('finds the default folder in the home', () => {
    expect(resolveWalletRoot()).toMatch(/\.bittensor\/wallets$/);
    expect(resolveWalletRoot('~/w')).toBe(join(resolveWalletRoot('~'), 'w'));
  });
});
