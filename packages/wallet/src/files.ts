import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WalletErrorCode, walletError } from './errors.js';

/** Real key files are under 1 kB; anything larger is not one. */
const MAX_KEYFILE_BYTES = 64 * 1024;

/** @throws CodedError WALLET_NOT_FOUND, WALLET_NOT_REGULAR (symbolic links too), WALLET_MALFORMED (too large), WALLET_IO */
export async function readKeyfile(path: string): Promise<Uint8Array> {
  await refuseLinkedFolder(dirname(path));
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw readFailure(path, error);
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw notRegular(path);
    if (stat.size > MAX_KEYFILE_BYTES) {
      throw walletError(WalletErrorCode.Malformed, 'the key file is too large to be one', {
        remedy: 'Check that the path names a btcli key file.',
        details: { path, bytes: stat.size },
      });
    }
    return new Uint8Array(await handle.readFile());
  } finally {
    await handle.close();
  }
}

/** True when something (a dangling link included) has that name. */
export async function isTaken(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return false;
    throw ioFailure(path, error);
  }
}

/** Makes a folder and its parents, mode 0700 for those it makes. @throws CodedError WALLET_IO, WALLET_NOT_REGULAR */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw ioFailure(path, error);
  }
  await refuseLinkedFolder(path);
}

/**
 * Writes a new file with mode 0600: a temporary neighbour, synced to disk, then given its name in one step that fails
 * when the name is taken.
 * @throws CodedError WALLET_EXISTS, WALLET_IO
 */
export async function writeNewKeyfile(path: string, content: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await giveName(temporary, path);
  } catch (error) {
    // A secret must not stay behind unnoticed: a failure here is the one that is told.
    await rm(temporary, { force: true });
    if (errno(error) === 'EEXIST') throw exists(path);
    throw errno(error) === '' ? error : ioFailure(path, error);
  }
}

export function exists(path: string): Error {
  return walletError(WalletErrorCode.Exists, 'a key file of that name exists already; nothing was written', {
    remedy: 'Choose another --wallet.name or --wallet.hotkey, or move the old file away yourself.',
    details: { path },
  });
}

async function giveName(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
    await unlink(temporary);
  } catch (error) {
    // Some file systems have no hard links; there a rename after a look is the best there is.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(errno(error))) throw error;
    if (await isTaken(path)) throw exists(path);
    await rename(temporary, path);
  }
}

async function refuseLinkedFolder(path: string): Promise<void> {
  try {
    if ((await lstat(path)).isSymbolicLink()) throw notRegular(path);
  } catch (error) {
    if (errno(error) === '') throw error;
    throw readFailure(path, error);
  }
}

function readFailure(path: string, error: unknown): Error {
  if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') {
    return walletError(WalletErrorCode.NotFound, `no key file at ${path}`, {
      remedy: 'Check --wallet.path, --wallet.name and --wallet.hotkey, or create it: pnpm bt wallet create.',
      details: { path },
    });
  }
  if (errno(error) === 'ELOOP') return notRegular(path);
  return ioFailure(path, error);
}

function notRegular(path: string): Error {
  return walletError(WalletErrorCode.NotRegular, `${path} is a symbolic link or not a regular file`, {
    remedy: 'Put the real file (or folder) there, or point --wallet.path at the place the link leads to.',
    details: { path },
  });
}

function ioFailure(path: string, cause: unknown): Error {
  return walletError(WalletErrorCode.Io, `the system refused to open ${path}`, {
    remedy: 'Check that this user may read and write the wallet folder and that the disk is not full.',
    details: { path, errno: errno(cause) },
    cause,
  });
}

/** The system's error name, or an empty text for errors that are not the system's. */
function errno(error: unknown): string {
  return error instanceof Error && 'code' in error && 'errno' in error ? String(error.code) : '';
}
