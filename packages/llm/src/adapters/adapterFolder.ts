import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, describeError, hasErrno, type Logger } from '@bettertherapy/core';
import { fileSha256 } from '../files/fileHash.js';
import { readKnownHash, writeKnownHash } from '../files/knownHash.js';
import { statIfThere } from '../files/statIfThere.js';
import { checkAdapter } from './adapterFile.js';

/** An adapter that lies in a folder, under whatever name. */
export interface FoundAdapter {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

interface Looked extends FoundAdapter {
  readonly mtimeMs: number;
  /** False for a file that is no good adapter. */
  readonly good: boolean;
}

/** A folder that is looked at for every question would be read all day; new files count after this long. */
const LOOK_EVERY_MS = 5_000;
const MAX_FILES = 1_000;
const HASHES = '.hashes';

/**
 * Finds adapters in folders by their SHA-256. Files are hashed and checked once and again when size or time changed; what
 * was found out is kept beside them. Files that are no good adapters are told once and never found.
 */
export class AdapterFolder {
  private byFile = new Map<string, Looked>();
  private lookedMs = Number.NEGATIVE_INFINITY;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly options: { readonly dirs: readonly string[] },
    private readonly parts: { readonly clock: Clock; readonly log: Logger },
  ) {}

  /** The adapter, as it lies there now; null when there is none. */
  async find(sha256: string, signal: AbortSignal): Promise<FoundAdapter | null> {
    const known = await this.unchanged(sha256);
    if (known !== null) return known;
    if (this.parts.clock.monotonicMs() - this.lookedMs < LOOK_EVERY_MS) return null;
    await this.look(signal);
    return this.unchanged(sha256);
  }

  /** Reads the folders now. One look serves all who ask meanwhile, and goes on when one of them leaves. */
  async look(signal: AbortSignal): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = null;
    });
    const { looking } = this;
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason);
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      looking.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }

  /** Somebody put a file there just now: the next search looks before the usual time. */
  expectNew(): void {
    this.lookedMs = Number.NEGATIVE_INFINITY;
  }

  /** Every good adapter as it was at the last look. */
  all(): FoundAdapter[] {
    return [...this.byFile.values()].filter(({ good }) => good);
  }

  private async unchanged(sha256: string): Promise<FoundAdapter | null> {
    for (const looked of this.byFile.values()) {
      if (!looked.good || looked.sha256 !== sha256) continue;
      const now = await stateOf(looked.file);
      if (now?.size === looked.bytes && now.mtimeMs === looked.mtimeMs) return looked;
      // Changed or gone: it is worth a look before the usual time.
      this.lookedMs = Number.NEGATIVE_INFINITY;
    }
    return null;
  }

  private async lookOnce(): Promise<void> {
    const { log, clock } = this.parts;
    const found = new Map<string, Looked>();
    for (const dir of this.options.dirs) {
      for (const name of await adaptersIn(dir)) {
        if (found.size >= MAX_FILES) {
          log.warn('more files in the folder of adapters than are looked at', { dir, most: MAX_FILES });
          break;
        }
        try {
          const looked = await this.lookAt(dir, name);
          if (looked !== null) found.set(looked.file, looked);
        } catch (error) {
          log.warn('file in the folder of adapters cannot be read', { dir, name, error: describeError(error) });
        }
      }
    }
    this.byFile = found;
    this.lookedMs = clock.monotonicMs();
  }

  private async lookAt(dir: string, name: string): Promise<Looked | null> {
    const file = join(dir, name);
    const state = await stateOf(file);
    if (state === null) return null;
    const { size: bytes, mtimeMs } = state;
    const before = this.byFile.get(file);
    if (before?.bytes === bytes && before.mtimeMs === mtimeMs) return before;
    const hashFile = join(dir, HASHES, `${name}.json`);
    const known = await readKnownHash(hashFile);
    if (known?.size === bytes && known.mtimeMs === mtimeMs) {
      return { file, bytes, mtimeMs, sha256: known.sha256, good: true };
    }
    const { signal } = new AbortController();
    try {
      await checkAdapter(file, signal);
    } catch (error) {
      this.parts.log.warn('file is no adapter that can be used', { file: name, error: describeError(error) });
      return { file, bytes, mtimeMs, sha256: '', good: false };
    }
    const sha256 = await fileSha256(file, signal);
    await this.remember(hashFile, join(dir, HASHES), { sha256, size: bytes, mtimeMs, firstUse: true });
    this.parts.log.info('adapter found', { file: name, sha256, bytes });
    return { file, bytes, mtimeMs, sha256, good: true };
  }

  private async remember(
    hashFile: string,
    dir: string,
    known: { readonly sha256: string; readonly size: number; readonly mtimeMs: number; readonly firstUse: boolean },
  ): Promise<void> {
    try {
      await mkdir(dir, { recursive: true });
      await writeKnownHash(hashFile, known);
    } catch (error) {
      // A folder that may only be read: the file is hashed again at the next start.
      this.parts.log.debug('hash of an adapter is not kept', { error: describeError(error) });
    }
  }
}

async function adaptersIn(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).filter((name) => name.endsWith('.gguf')).sort();
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

async function stateOf(file: string): Promise<{ readonly size: number; readonly mtimeMs: number } | null> {
  const state = await statIfThere(file);
  return state?.isFile() ? state : null;
}
