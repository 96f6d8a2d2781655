import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { type Clock, describeError, hasErrno, isProcessAlive, type Logger } from '@bettertherapy/core';
import { LlmErrorCode, llmError } from '../errors.js';

export interface LockOptions {
  /** The lock is this folder; it exists while somebody holds it. */
  readonly folder: string;
  /** A holder that did not touch the lock for this long is taken for dead. */
  readonly staleMs: number;
  readonly pollMs: number;
  /** Longest wait for a holder that is alive. */
  readonly waitMs: number;
}

export interface LockParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Called once when somebody else holds the lock. */
  readonly onWait: () => void;
}

const OWNER_FILE = 'owner.json';

/**
 * Runs `work` while holding a lock between processes (also on shared folders). A dead holder's lock is moved aside
 * under the holder's own name: of two processes that both saw it dead only one can do that.
 * @throws CodedError LLM_DOWNLOAD_LOCKED after `waitMs`
 */
export async function withProcessLock<T>(
  options: LockOptions,
  parts: LockParts,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const { clock } = parts;
  const startedMs = clock.monotonicMs();
  let waited = false;
  while (!(await tryTake(options))) {
    if (!waited) parts.onWait();
    waited = true;
    if (await removeIfDead(options, parts)) continue;
    if (clock.monotonicMs() - startedMs > options.waitMs) {
      throw llmError(LlmErrorCode.DownloadLocked, 'another process holds the lock of this model file', {
        remedy: `Wait for it, or delete ${options.folder} when no other process downloads.`,
        details: { folder: options.folder },
      });
    }
    await clock.sleep(options.pollMs, signal);
  }
  const stopTouching = keepTouching(options, parts);
  try {
    return await work();
  } finally {
    stopTouching();
    await rm(options.folder, { recursive: true, force: true });
  }
}

async function tryTake({ folder }: LockOptions): Promise<boolean> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw error;
  }
  const owner = { token: randomBytes(8).toString('hex'), pid: process.pid, host: hostname() };
  await writeFile(`${folder}/${OWNER_FILE}`, JSON.stringify(owner));
  return true;
}

async function removeIfDead({ folder, staleMs }: LockOptions, { clock, log }: LockParts): Promise<boolean> {
  let touchedMs: number;
  try {
    touchedMs = (await stat(folder)).mtimeMs;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return true;
    throw error;
  }
  const owner = await readOwner(folder);
  const gone = owner !== null && owner.host === hostname() && !isProcessAlive(owner.pid);
  if (!gone && clock.wallMs() - touchedMs < staleMs) return false;
  const aside = `${folder}.dead-${owner?.token ?? 'unknown'}`;
  try {
    await rename(folder, aside);
  } catch (error) {
    // Somebody else was faster: the old lock is gone, or lies under its name already.
    if (hasErrno(error, 'ENOENT') || hasErrno(error, 'ENOTEMPTY') || hasErrno(error, 'EEXIST')) return false;
    throw error;
  }
  log.warn('took over the lock of a process that is gone', { folder, pid: owner?.pid ?? null });
  // It stays a moment as a tombstone for slower rivals.
  clock.after(staleMs, () => {
    rm(aside, { recursive: true, force: true }).catch((error: unknown) =>
      log.debug('an old lock was not removed', { aside, error: describeError(error) }),
    );
  });
  return true;
}

interface Owner {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
}

async function readOwner(folder: string): Promise<Owner | null> {
  try {
    const parsed: unknown = JSON.parse(await readFile(`${folder}/${OWNER_FILE}`, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null) return null;
    const { token, pid, host } = parsed as Partial<Record<keyof Owner, unknown>>;
    return typeof token === 'string' && typeof pid === 'number' && typeof host === 'string'
      ? { token, pid, host }
      : null;
  } catch {
    // Just taken and not written yet, or just released: only its age counts then.
    return null;
  }
}

function keepTouching({ folder, staleMs }: LockOptions, { clock, log }: LockParts): () => void {
  let cancel = (): void => undefined;
  const touch = (): void => {
    const seconds = clock.wallMs() / 1000;
    utimes(folder, seconds, seconds).catch((error: unknown) =>
      log.warn('the lock of a model file was not renewed', { error: describeError(error) }),
    );
    cancel = clock.after(staleMs / 4, touch);
  };
  cancel = clock.after(staleMs / 4, touch);
  return () => cancel();
}
