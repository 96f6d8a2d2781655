import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, hasErrno, isProcessAlive } from '@bettertherapy/core';
import { LocalnetErrorCode } from '../errors.js';

function tryLock(file: string): boolean {
  try {
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/**
 * Makes this process the one that writes to the directory. The lock of a process that died is taken over.
 * @returns the release.
 * @throws CodedError LOCALNET_DIRECTORY_IN_USE
 */
export function lockDirectory(directory: string): () => void {
  const file = join(directory, 'lock');
  if (!tryLock(file)) {
    const owner = Number(readFileSync(file, 'utf8'));
    if (Number.isInteger(owner) && owner > 0 && owner !== process.pid && isProcessAlive(owner))
      throw inUse(directory, owner);
    if (owner === process.pid && held.has(file)) throw inUse(directory, owner);
    rmSync(file, { force: true });
    if (!tryLock(file)) throw inUse(directory, owner);
  }
  held.add(file);
  return () => {
    held.delete(file);
    rmSync(file, { force: true });
  };
}

/** Locks of this very process, so that it does not take over from itself. */
const held = new Set<string>();

function inUse(directory: string, owner: number): CodedError {
  return new CodedError(LocalnetErrorCode.DirectoryInUse, `${directory} is in use by process ${owner}`, {
    remedy: 'Stop the other chain, or choose another directory with --dir.',
    details: { directory, owner },
  });
}
