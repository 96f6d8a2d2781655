import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, type Coldkey, type Hotkey, hasErrno, parseColdkey, parseHotkey } from '@bettertherapy/core';
import { secretFromSeed } from '@scure/sr25519';
import { decryptKeyfile, encryptKeyfile, keyfileForm, unsupported } from './encryption.js';
import { WalletErrorCode, walletError } from './errors.js';
import { exists, isTaken, makeFolder, readKeyfile, writeNewKeyfile } from './files.js';
import { encodePublicKeyfile, encodeSecretKeyfile, type KeyfileContent, parseKeyfile } from './keyfile.js';
import { generateMnemonic, miniSecretFromMnemonic, normaliseMnemonic } from './mnemonic.js';
import { requireStrongPassword } from './passwords.js';
import { hotkeyPaths, isPublicName, resolveWalletRoot, walletPaths } from './paths.js';
import { storedFromExpanded } from './secretKey.js';
import { type Signer, signerFromSecretKey } from './signer.js';

export interface WalletSummary {
  readonly name: string;
  /** Null when the wallet has no readable coldkeypub.txt. */
  readonly coldkey: Coldkey | null;
  readonly hotkeys: readonly { readonly name: string; readonly address: Hotkey | null }[];
}

export interface CreatedWallet {
  readonly coldkey: Coldkey;
  readonly hotkey: Hotkey;
  /** Show these once and forget them. */
  readonly mnemonics: { readonly coldkey: string; readonly hotkey: string };
}

/**
 * Makes a wallet with one hotkey: coldkey, coldkeypub.txt, hotkey and its public part. Encrypts the coldkey when a
 * password is given. Nothing is written when any of the files exists.
 * @throws CodedError WALLET_EXISTS, WALLET_WEAK_PASSWORD, WALLET_BAD_NAME, WALLET_BAD_MNEMONIC, WALLET_IO
 */
export async function createWallet(options: {
  readonly root: string;
  readonly name: string;
  readonly hotkey: string;
  readonly coldkeyPassword?: string | null | undefined;
  readonly mnemonics?: { readonly coldkey?: string | undefined; readonly hotkey?: string | undefined } | undefined;
}): Promise<CreatedWallet> {
  const { root, name, hotkey } = options;
  await refuseTaken([...coldkeyFiles(root, name), ...hotkeyFiles(root, name, hotkey)]);
  const cold = await createColdkey({
    root,
    name,
    password: options.coldkeyPassword,
    mnemonic: options.mnemonics?.coldkey,
  });
  const hot = await createHotkey({ root, name, hotkey, mnemonic: options.mnemonics?.hotkey });
  return {
    coldkey: cold.address,
    hotkey: hot.address,
    mnemonics: { coldkey: cold.mnemonic, hotkey: hot.mnemonic },
  };
}

/** Makes a coldkey and its public file. @throws CodedError as {@link createWallet} */
export async function createColdkey(options: {
  readonly root: string;
  readonly name: string;
  readonly password?: string | null | undefined;
  readonly mnemonic?: string | undefined;
}): Promise<{ readonly address: Coldkey; readonly mnemonic: string }> {
  const { folder, coldkey, coldkeyPub } = walletPaths(options.root, options.name);
  if (options.password != null) requireStrongPassword(options.password);
  const key = newKey(options.mnemonic);
  await refuseTaken([coldkey, coldkeyPub]);
  const content = options.password == null ? key.file : await encryptKeyfile(key.file, options.password);
  await makeFolder(folder);
  await writeNewKeyfile(coldkey, content);
  await writeNewKeyfile(coldkeyPub, encodePublicKeyfile(key.signer.publicKey));
  return { address: parseColdkey(key.signer.address), mnemonic: key.mnemonic };
}

/** Makes a hotkey (never encrypted: daemons must read it) and its public file. @throws CodedError as {@link createWallet} */
export async function createHotkey(options: {
  readonly root: string;
  readonly name: string;
  readonly hotkey: string;
  readonly mnemonic?: string | undefined;
}): Promise<{ readonly address: Hotkey; readonly mnemonic: string }> {
  const { folder, secret, pub } = hotkeyPaths(options.root, options.name, options.hotkey);
  const key = newKey(options.mnemonic);
  await refuseTaken([secret, pub]);
  await makeFolder(folder);
  await writeNewKeyfile(secret, key.file);
  await writeNewKeyfile(pub, encodePublicKeyfile(key.signer.publicKey));
  return { address: parseHotkey(key.signer.address), mnemonic: key.mnemonic };
}

/** Loads a hotkey for signing. @throws CodedError of WalletErrorCode */
export async function loadHotkey(options: {
  readonly root: string;
  readonly name: string;
  readonly hotkey: string;
  readonly password?: string | null | undefined;
}): Promise<Signer<Hotkey>> {
  const signer = await loadSecret(hotkeyPaths(options.root, options.name, options.hotkey).secret, options.password);
  return { ...signer, address: parseHotkey(signer.address) };
}

/** Loads a coldkey for signing; an encrypted one takes about 6 s and 512 MiB. @throws CodedError of WalletErrorCode */
export async function loadColdkey(options: {
  readonly root: string;
  readonly name: string;
  readonly password?: string | null | undefined;
}): Promise<Signer<Coldkey>> {
  const signer = await loadSecret(walletPaths(options.root, options.name).coldkey, options.password);
  return { ...signer, address: parseColdkey(signer.address) };
}

/** The coldkey's address from coldkeypub.txt; needs no password. @throws CodedError of WalletErrorCode */
export async function readColdkeyPub(options: { readonly root: string; readonly name: string }): Promise<Coldkey> {
  const content = await readPlain(walletPaths(options.root, options.name).coldkeyPub);
  return parseColdkey(content.address);
}

/** All wallets under the root with the addresses that can be read without a password, sorted by name. */
export async function listWallets(options: { readonly root: string }): Promise<WalletSummary[]> {
  const root = resolveWalletRoot(options.root);
  const wallets: WalletSummary[] = [];
  for (const name of await entries(root, 'folder')) {
    const paths = walletPathsOrNull(root, name);
    if (paths === null) continue;
    const hotkeys: { name: string; address: Hotkey | null }[] = [];
    for (const file of await entries(paths.hotkeys, 'file')) {
      if (isPublicName(file) || file.startsWith('.')) continue;
      const address = await addressOf([join(paths.hotkeys, `${file}pub.txt`), join(paths.hotkeys, file)]);
      hotkeys.push({ name: file, address: address === null ? null : parseHotkey(address) });
    }
    const cold = await addressOf([paths.coldkeyPub]);
    wallets.push({ name, coldkey: cold === null ? null : parseColdkey(cold), hotkeys });
  }
  return wallets;
}

function newKey(given: string | undefined): { signer: Signer; mnemonic: string; file: Uint8Array } {
  const mnemonic = normaliseMnemonic(given ?? generateMnemonic());
  const seed = miniSecretFromMnemonic(mnemonic);
  const expanded = secretFromSeed(seed);
  const signer = signerFromSecretKey(expanded);
  const storedPrivateKey = storedFromExpanded(expanded);
  return { signer, mnemonic, file: encodeSecretKeyfile({ signer, mnemonic, seed, storedPrivateKey }) };
}

async function loadSecret(path: string, password: string | null | undefined): Promise<Signer> {
  const file = await readKeyfile(path);
  const { signer } = parseKeyfile(await decrypted(file, path, password));
  if (signer !== null) return signer;
  throw walletError(WalletErrorCode.NoSecret, 'the key file holds an address but no secret', {
    remedy: 'Signing needs the secret: copy the full key file to this machine, or regenerate it from its mnemonic.',
    details: { path },
  });
}

async function decrypted(file: Uint8Array, path: string, password: string | null | undefined): Promise<Uint8Array> {
  const form = keyfileForm(file);
  if (form === 'plain') return file;
  if (form !== 'nacl') throw unsupported(form);
  if (password == null) {
    throw walletError(WalletErrorCode.PasswordNeeded, 'the key file is encrypted', {
      remedy: 'Give its password: set BT_WALLET_PASSWORD for this one command, or type it when asked.',
      details: { path },
    });
  }
  return decryptKeyfile(file, password);
}

async function readPlain(path: string): Promise<KeyfileContent> {
  return parseKeyfile(await decrypted(await readKeyfile(path), path, null));
}

async function addressOf(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    try {
      return (await readPlain(path)).address;
    } catch (error) {
      // A listing shows what can be read; an unreadable file appears there without an address.
      if (!(error instanceof CodedError)) throw error;
    }
  }
  return null;
}

async function entries(folder: string, kind: 'file' | 'folder'): Promise<string[]> {
  try {
    const found = await readdir(folder, { withFileTypes: true });
    return found
      .filter((entry) => (kind === 'file' ? entry.isFile() : entry.isDirectory()))
      .map((entry) => entry.name)
      .sort();
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT')) return [];
    throw walletError(WalletErrorCode.Io, `the system refused to list ${folder}`, {
      remedy: 'Check that this user may read the wallet folder.',
      details: { folder },
      cause,
    });
  }
}

function walletPathsOrNull(root: string, name: string): ReturnType<typeof walletPaths> | null {
  try {
    return walletPaths(root, name);
  } catch (error) {
    // Folders that cannot be wallet names are not wallets.
    if (error instanceof CodedError) return null;
    throw error;
  }
}

function coldkeyFiles(root: string, name: string): string[] {
  const { coldkey, coldkeyPub } = walletPaths(root, name);
  return [coldkey, coldkeyPub];
}

function hotkeyFiles(root: string, name: string, hotkey: string): string[] {
  const { secret, pub } = hotkeyPaths(root, name, hotkey);
  return [secret, pub];
}

async function refuseTaken(paths: readonly string[]): Promise<void> {
  for (const path of paths) if (await isTaken(path)) throw exists(path);
}
