import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { CodedError, hasErrno, type Logger } from '@bettertherapy/core';
import { LocalnetErrorCode } from '../errors.js';
import { encodeWith, type Hex, toHex } from '../scale/index.js';
import { blake2_256 } from '../state/index.js';
import { header } from '../types/index.js';
import { type BlockRecord, decodeLog, decodeSnapshot, encodeBlock, encodeSnapshot, type Snapshot } from './format.js';
import { lockDirectory } from './lock.js';

/** What was found on disk: a snapshot and the blocks after it, in order. */
export interface Restored {
  readonly snapshot: Snapshot;
  readonly blocks: readonly BlockRecord[];
}

const SNAPSHOT = /^(\d{10})\.snapshot$/;

function nameOf(first: number, kind: 'snapshot' | 'log'): string {
  return `${String(first).padStart(10, '0')}.${kind}`;
}

function hashOf(block: BlockRecord): Hex {
  return toHex(blake2_256(encodeWith(header, block.header)));
}

/**
 * The chain on disk, in segments: a snapshot of the whole state, and a log of the blocks after it. A new segment begins every
 * `segmentBlocks` blocks, and the two youngest are kept. Every block is written before it is announced, so killing the process
 * loses at most the block that was being written; a torn record at the end of the log is cut off.
 */
export class Archive {
  private log: number | null = null;
  private logBytes = 0;
  private inSegment = 0;

  private constructor(
    private readonly options: { readonly directory: string; readonly segmentBlocks: number },
    private readonly parts: { readonly log: Logger },
    private readonly unlock: () => void,
  ) {}

  /** @throws CodedError LOCALNET_DIRECTORY_IN_USE */
  static open(
    options: { readonly directory: string; readonly segmentBlocks: number },
    parts: { readonly log: Logger },
  ): Archive {
    mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    return new Archive(options, parts, lockDirectory(options.directory));
  }

  /**
   * Reads the chain back, from the older segment when it leads up to the youngest, else from the youngest.
   * @returns null in a directory without a chain.
   * @throws CodedError LOCALNET_DIRECTORY_DAMAGED when there are snapshots but none can be read.
   */
  restore(): Restored | null {
    const segments = this.segments();
    if (segments.length === 0) return null;
    const youngest = segments.at(-1) ?? 0;
    for (const first of segments) {
      const restored = this.restoreFrom(first, segments);
      if (restored === null) continue;
      const last = restored.blocks.at(-1) ?? restored.snapshot;
      if (last.header.number < youngest && first !== youngest && this.readSnapshot(youngest) !== null) continue;
      return restored;
    }
    throw new CodedError(LocalnetErrorCode.DirectoryDamaged, `no readable chain in ${this.options.directory}`, {
      remedy: 'Move the directory away, or run npm start with --reset, to begin a fresh chain.',
      details: { segments },
    });
  }

  /** Begins a segment with the whole state after a block. */
  startSegment(snapshot: Snapshot): void {
    const { directory } = this.options;
    const first = snapshot.header.number;
    const target = join(directory, nameOf(first, 'snapshot'));
    const draft = `${target}.part`;
    const handle = openSync(draft, 'w', 0o600);
    writeWhole(handle, encodeSnapshot(snapshot));
    fsyncSync(handle);
    closeSync(handle);
    renameSync(draft, target);
    this.openLog(first, 'w');
    this.logBytes = 0;
    this.inSegment = 0;
    for (const old of this.segments().slice(0, -2)) {
      rmSync(join(directory, nameOf(old, 'snapshot')), { force: true });
      rmSync(join(directory, nameOf(old, 'log')), { force: true });
    }
  }

  /** Goes on with the youngest segment after a restore. */
  resume(): void {
    const first = this.segments().at(-1) ?? 0;
    const file = join(this.options.directory, nameOf(first, 'log'));
    const { blocks, goodBytes } = decodeLog(readOrEmpty(file));
    this.openLog(first, 'a');
    truncateSync(file, goodBytes);
    this.logBytes = goodBytes;
    this.inSegment = blocks.length;
  }

  /** Writes one block. When it cannot be written whole, nothing of it stays and the error is thrown. */
  append(block: BlockRecord): void {
    if (this.log === null) return;
    const record = encodeBlock(block);
    try {
      writeWhole(this.log, record);
    } catch (error) {
      ftruncateSync(this.log, this.logBytes);
      throw error;
    }
    this.logBytes += record.length;
    this.inSegment += 1;
  }

  /** Begins a new segment when this one is long enough. */
  rotateWhenDue(snapshot: () => Snapshot): void {
    if (this.log === null || this.inSegment < this.options.segmentBlocks) return;
    const whole = snapshot();
    this.startSegment(whole);
    this.parts.log.debug('new segment', { block: whole.header.number });
  }

  close(): void {
    if (this.log !== null) {
      fsyncSync(this.log);
      closeSync(this.log);
      this.log = null;
    }
    this.unlock();
  }

  private openLog(first: number, flags: 'w' | 'a'): void {
    if (this.log !== null) closeSync(this.log);
    this.log = openSync(join(this.options.directory, nameOf(first, 'log')), flags, 0o600);
  }

  private segments(): number[] {
    return readdirSync(this.options.directory)
      .flatMap((name) => SNAPSHOT.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  private readSnapshot(first: number): Snapshot | null {
    return decodeSnapshot(readOrEmpty(join(this.options.directory, nameOf(first, 'snapshot'))));
  }

  /** A snapshot with every block that follows it without a gap, through this segment and the younger ones. */
  private restoreFrom(first: number, segments: readonly number[]): Restored | null {
    const snapshot = this.readSnapshot(first);
    if (snapshot === null) {
      this.parts.log.warn('a snapshot cannot be read', { block: first });
      return null;
    }
    const blocks: BlockRecord[] = [];
    let head: BlockRecord = snapshot;
    for (const segment of segments.filter((candidate) => candidate >= first)) {
      const { blocks: logged } = decodeLog(readOrEmpty(join(this.options.directory, nameOf(segment, 'log'))));
      for (const block of logged) {
        if (block.header.parent_hash !== hashOf(head)) continue;
        blocks.push(block);
        head = block;
      }
    }
    return { snapshot, blocks };
  }
}

function readOrEmpty(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return new Uint8Array();
    throw error;
  }
}

function writeWhole(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
}
