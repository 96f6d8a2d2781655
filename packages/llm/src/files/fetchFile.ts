import { mkdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Clock, CodedError, type Logger } from '@bettertherapy/core';
import { LlmErrorCode } from '../errors.js';
import { withProcessLock } from './processLock.js';

/** A file that is fetched once, whoever asks, from the first source that gives it. */
export interface WantedFile<Source, Fetched> {
  /** Where it will lie; its folder is made when missing. */
  readonly file: string;
  /** Tried in order. */
  readonly sources: readonly Source[];
  readonly lock: { readonly staleMs: number; readonly waitMs: number };
  /** Called once when another process fetches it. */
  readonly onWait?: (() => void) | undefined;
  /** What is there already and was checked; null when there is nothing. */
  readonly present: () => Promise<Fetched | null>;
  /** Checks, under the lock, a file that nobody has checked; null when there is none that is good. */
  readonly adopt?: (() => Promise<Fetched | null>) | undefined;
  /** Bytes of the disk that a source fills at the most. */
  readonly bytesOf: (source: Source) => number;
  readonly noSpace: (needed: number, free: number) => Error;
  /** Fetches, checks, and moves the file to where it will lie. */
  readonly fetch: (source: Source, nth: number) => Promise<Fetched>;
  readonly onFailure: (source: Source, error: unknown) => void;
  /** The error when failures of several kinds leave nothing to tell but all of them. */
  readonly noneWorked: (failures: readonly unknown[]) => Error;
}

const LOCK_POLL_MS = 250;
/** A disk is never filled to the last byte. */
const SPARE_BYTES = 100e6;

/**
 * The file as it is there, or fetched now. Of many processes that ask at once one fetches and the others wait for it.
 * @throws CodedError LLM_DOWNLOAD_LOCKED, LLM_DOWNLOAD_NO_SPACE, what the sources throw; the signal's reason
 */
export async function fetchFile<Source, Fetched>(
  wanted: WantedFile<Source, Fetched>,
  parts: { readonly clock: Clock; readonly log: Logger },
  signal: AbortSignal,
): Promise<Fetched> {
  const { file, present, lock, onWait = () => undefined } = wanted;
  await mkdir(dirname(file), { recursive: true });
  const before = await present();
  if (before !== null) return before;
  const held = { folder: `${file}.lock`, pollMs: LOCK_POLL_MS, ...lock };
  return withProcessLock(held, { ...parts, onWait }, signal, async () => {
    const there = (await present()) ?? (await wanted.adopt?.()) ?? null;
    signal.throwIfAborted();
    return there ?? fetchFromAny(wanted, signal);
  });
}

async function fetchFromAny<Source, Fetched>(
  wanted: WantedFile<Source, Fetched>,
  signal: AbortSignal,
): Promise<Fetched> {
  const failures: unknown[] = [];
  for (const [nth, source] of wanted.sources.entries()) {
    try {
      const needed = wanted.bytesOf(source) + SPARE_BYTES;
      const { bavail, bsize } = await statfs(dirname(wanted.file));
      if (bavail * bsize < needed) throw wanted.noSpace(needed, bavail * bsize);
      return await wanted.fetch(source, nth);
    } catch (error) {
      signal.throwIfAborted();
      wanted.onFailure(source, error);
      failures.push(error);
    }
  }
  const [only] = failures;
  if (failures.length === 1 && only instanceof CodedError) throw only;
  const noSpace = failures.find((error) => error instanceof CodedError && error.code === LlmErrorCode.DownloadNoSpace);
  throw noSpace ?? wanted.noneWorked(failures);
}
