import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rm, stat, statfs, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Clock, hasCode, hasErrno } from '@bettertherapy/core';
import {
  type AdapterFacts,
  type AdapterFolder,
  LlmErrorCode,
  readAdapter,
  type ShelvedAdapter,
  shelveAdapter,
  shelvedAdapter,
} from '@bettertherapy/llm';
import { z } from 'zod';
import { LIMITS } from '../../incidents/rules.js';
import { apiError } from '../http/errors.js';

export interface UploadBounds {
  /** Made when missing. Only uploads lie in it. */
  readonly dir: string;
  /** Of one adapter; 0 takes none. */
  readonly mostBytes: number;
  /** Of all adapters that one doctor uploaded and that their twins name. */
  readonly roomBytes: number;
}

export interface UploadParts {
  readonly clock: Clock;
  /** Every adapter that lies here, uploaded or not. */
  readonly given: Pick<AdapterFolder, 'find' | 'expectNew'>;
  /** The sha256 of every adapter that some draft or version names, of all twins or of these. */
  readonly wanted: (twinIds?: readonly string[]) => ReadonlySet<string>;
}

/** An upload that a doctor is at. */
export interface UploadName {
  readonly twinId: string;
  /** As `begin` gave it. */
  readonly upload: string;
}

/** The name of an upload begins with how many bytes were announced, so that no more is ever taken. */
export const uploadSchema = z.string().regex(/^[1-9]\d{0,15}-[0-9a-f-]{36}$/, 'must be the name of an upload');

/** Small enough for a slow line within the time a request may take to arrive, and for the usual limits of proxies. */
export const PIECE_BYTES = 1024 ** 2;
const MIB = 1024 ** 2;
/** A doctor may come back to an upload that broke off for so long. */
const PART_MS = 24 * 3_600_000;
/** An adapter is shelved a moment before a draft names it. */
const NAMED_WITHIN_MS = 600_000;

/**
 * Adapters that doctors upload, piece by piece, to a file beside those that are given out. Where an upload stands is the
 * length of its file, so that one goes on after a broken line or a restart. Nothing is held in memory but a chunk.
 */
export class AdapterUploads {
  private readonly busy = new Set<string>();

  constructor(
    private readonly bounds: UploadBounds,
    private readonly parts: UploadParts,
  ) {}

  get mostBytes(): number {
    return this.bounds.mostBytes;
  }

  /**
   * A new upload of so many bytes for a twin; one that was begun before is given up.
   * @param twinIds all twins of its doctor
   * @throws CodedError limit_reached, request_too_large
   */
  async begin(twinId: string, bytes: number, twinIds: readonly string[]): Promise<string> {
    const { dir, mostBytes, roomBytes } = this.bounds;
    if (mostBytes === 0) {
      throw apiError('limit_reached', 'This service takes no adapters here. Give the file to its operator.');
    }
    if (bytes > mostBytes) throw tooLarge(mostBytes);
    await mkdir(dir, { recursive: true });
    await this.sweep();
    for (const name of await readdir(dir)) {
      if (name.startsWith(`${twinId}.`) && name.endsWith('.part')) await rm(join(dir, name), { force: true });
    }
    const taken = await this.takenBy(twinIds);
    if (taken + bytes > roomBytes) {
      const [have, most] = [taken, roomBytes].map((count) => Math.ceil(count / MIB));
      throw apiError('limit_reached', `Your adapters take ${have} of ${most} MiB. Withdraw a twin that is not used.`);
    }
    const { bavail, bsize } = await statfs(dir);
    if (bavail * bsize - bytes < LIMITS.diskFreeBytes) {
      throw apiError('limit_reached', 'There is no room on the disk for an adapter of this size.');
    }
    const upload = `${bytes}-${randomUUID()}`;
    await (await open(this.partOf({ twinId, upload }), 'wx')).close();
    return upload;
  }

  /**
   * Keeps a piece that begins at byte `at`; what was there from there on is written over.
   * @returns how many bytes there are now
   * @throws CodedError gone, conflict, request_too_large
   */
  write(name: UploadName, at: number, piece: Readable, signal: AbortSignal): Promise<number> {
    return this.alone(name, async (part) => {
      const announced = announcedIn(name);
      const have = (await part.stat()).size;
      if (at > have) throw apiError('conflict', `The upload has ${have} bytes; go on from there.`, { param: 'at' });
      let end = at;
      for await (const chunk of unbroken(piece, signal)) {
        if (!Buffer.isBuffer(chunk)) throw new Error('a stream of bytes gave something else');
        if (end + chunk.length - at > PIECE_BYTES) {
          throw apiError('request_too_large', `A piece may have ${PIECE_BYTES} bytes.`);
        }
        if (end + chunk.length > announced) {
          throw apiError('request_too_large', `The upload was to have ${announced} bytes.`);
        }
        await writeAll(part, chunk, end);
        end += chunk.length;
      }
      await part.truncate(end);
      return end;
    });
  }

  /**
   * Checks what was uploaded and puts it where adapters are given out, safely on the disk. A file that is no good adapter
   * is deleted; one that only lacks the name of its base stays, so that it need not be sent again.
   * @param base the base model by its doctor's word; null for what the file says
   * @throws CodedError gone, conflict, adapter_invalid, invalid_request without a base
   */
  async finish(
    name: UploadName,
    base: string | null,
    signal: AbortSignal,
  ): Promise<ShelvedAdapter & { readonly baseModel: string }> {
    const file = this.partOf(name);
    return this.alone(name, async (part) => {
      const { size } = await part.stat();
      if (size !== announcedIn(name)) throw apiError('conflict', `The upload has only ${size} bytes yet.`);
      try {
        const baseModel = base ?? (await readAdapter(file)).baseModels[0]?.slice(0, 120);
        if (baseModel === undefined) {
          throw apiError('invalid_request', 'The file does not say for which model it was trained. Name the model.', {
            param: 'base',
          });
        }
        await part.sync();
        const shelved = await shelveAdapter(file, signal);
        // Its pieces may be old, and so may be a file of the same hash: whoever sweeps now must see that it came just now.
        const now = new Date(this.parts.clock.wallMs());
        await utimes(shelved.file, now, now);
        await syncFolder(this.bounds.dir);
        this.parts.given.expectNew();
        return { ...shelved, baseModel };
      } catch (error) {
        if (!hasCode(error, LlmErrorCode.AdapterInvalid)) throw error;
        await rm(file, { force: true });
        throw apiError('adapter_invalid', `${sentence(error.message)} ${error.remedy}`, { cause: error });
      }
    });
  }

  /** What the file of an adapter says of itself; null when it is not here. */
  async facts(sha256: string, signal: AbortSignal): Promise<AdapterFacts | null> {
    const own = await factsIn(shelvedAdapter(this.bounds.dir, sha256));
    if (own !== null) return own;
    const found = await this.parts.given.find(sha256, signal);
    return found === null ? null : factsIn(found.file);
  }

  /** Removes uploads that nobody came back to, and adapters that no draft and no version names any more. */
  async sweep(): Promise<void> {
    const { dir } = this.bounds;
    const nowMs = this.parts.clock.wallMs();
    let names: string[];
    try {
      names = await readdir(dir);
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) return;
      throw error;
    }
    // Asked after the folder was read: what came in since is not looked at.
    const wanted = this.parts.wanted();
    for (const name of names) {
      const sha256 = /^([0-9a-f]{64})\.gguf$/.exec(name)?.[1];
      if (sha256 === undefined ? !name.endsWith('.part') : wanted.has(sha256)) continue;
      const ageMs = nowMs - (await stat(join(dir, name))).mtimeMs;
      if (ageMs > (sha256 === undefined ? PART_MS : NAMED_WITHIN_MS)) await rm(join(dir, name), { force: true });
    }
  }

  private async takenBy(twinIds: readonly string[]): Promise<number> {
    const { dir } = this.bounds;
    const wanted = this.parts.wanted(twinIds);
    let bytes = 0;
    for (const name of await readdir(dir)) {
      const isPart = name.endsWith('.part') && twinIds.some((id) => name.startsWith(`${id}.`));
      if (isPart || wanted.has(name.replace(/\.gguf$/, ''))) bytes += (await stat(join(dir, name))).size;
    }
    return bytes;
  }

  private partOf({ twinId, upload }: UploadName): string {
    return join(this.bounds.dir, `${twinId}.${upload}.part`);
  }

  /** Two requests that write into one file would leave neither's bytes. @throws CodedError conflict, gone */
  private async alone<T>(name: UploadName, work: (part: FileHandle) => Promise<T>): Promise<T> {
    const file = this.partOf(name);
    if (this.busy.has(file)) throw apiError('conflict', 'Another request is writing this upload.');
    this.busy.add(file);
    try {
      const part = await opened(file);
      try {
        return await work(part);
      } finally {
        await part.close();
      }
    } finally {
      this.busy.delete(file);
    }
  }
}

/** Null for a file that is not there, or not as it was any more. */
async function factsIn(file: string): Promise<AdapterFacts | null> {
  try {
    return await readAdapter(file);
  } catch (error) {
    if (hasErrno(error, 'ENOENT') || hasCode(error, LlmErrorCode.AdapterInvalid)) return null;
    throw error;
  }
}

/** What arrives of a piece; that the line broke is the sender's to know and no fault of ours. */
async function* unbroken(piece: Readable, signal: AbortSignal): AsyncGenerator<unknown> {
  try {
    yield* piece;
  } catch (error) {
    throw signal.aborted ? apiError('invalid_request', 'The piece broke off.', { cause: error }) : error;
  }
}

/** A new name is safe only when its folder is. */
async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r+');
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error;
    throw apiError('gone', 'This upload is not there any more. Begin again.', { cause: error });
  }
}

/** A write may take fewer bytes than it was given. */
async function writeAll(part: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await part.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
}

function announcedIn({ upload }: UploadName): number {
  return Number.parseInt(upload, 10);
}

function tooLarge(mostBytes: number): Error {
  return apiError('request_too_large', `An adapter may have ${mostBytes / MIB} MiB here.`);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
