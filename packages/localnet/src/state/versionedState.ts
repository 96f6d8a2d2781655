import type { Hex } from '../scale/index.js';
import type { StateView } from './view.js';

interface Version {
  readonly block: number;
  readonly value: Uint8Array | null;
}

export type Writes = ReadonlyMap<Hex, Uint8Array | null>;

/** Keys share buckets by their first 32 bytes, which name the pallet and item. */
const BUCKET_CHARS = 2 + 64;

/**
 * The chain's state at every block of a bounded window. Each key keeps the values it had inside the window with the block
 * that wrote them, so a read at any block is a short search and a block costs only what it changed.
 */
export class VersionedState {
  private readonly buckets = new Map<string, Map<Hex, Version[]>>();
  private readonly written = new Map<number, Hex[]>();
  private oldest: number | null = null;
  private newest = -1;

  constructor(private readonly options: { readonly historyBlocks: number }) {}

  get head(): number {
    return this.newest;
  }

  /** True when `at(block)` can answer. */
  holds(block: number): boolean {
    return this.oldest !== null && block >= this.oldest && block <= this.newest;
  }

  /** Adds one block's writes; blocks come in order, without gaps after the first. */
  commit(block: number, writes: Writes): void {
    for (const [key, value] of writes) {
      let bucket = this.buckets.get(key.slice(0, BUCKET_CHARS));
      if (bucket === undefined) {
        bucket = new Map();
        this.buckets.set(key.slice(0, BUCKET_CHARS), bucket);
      }
      const versions = bucket.get(key);
      if (versions === undefined) bucket.set(key, [{ block, value }]);
      else versions.push({ block, value });
    }
    this.written.set(block, [...writes.keys()]);
    this.newest = block;
    this.oldest ??= block;
    while (this.newest - this.oldest > this.options.historyBlocks) this.forgetOldest();
  }

  at(block: number): StateView {
    return {
      get: (key) => this.read(key, block) ?? undefined,
      keys: (prefix) => this.keysAt(prefix, block),
    };
  }

  private read(key: Hex, block: number): Uint8Array | null | undefined {
    const versions = this.buckets.get(key.slice(0, BUCKET_CHARS))?.get(key);
    return versions === undefined ? undefined : valueAt(versions, block);
  }

  private keysAt(prefix: Hex, block: number): Hex[] {
    const found: Hex[] = [];
    const bucketName = prefix.slice(0, BUCKET_CHARS);
    const whole = prefix.length >= BUCKET_CHARS;
    for (const [name, bucket] of this.buckets) {
      if (whole ? name !== bucketName : !name.startsWith(prefix)) continue;
      for (const [key, versions] of bucket) {
        if (key.startsWith(prefix) && (valueAt(versions, block) ?? null) !== null) found.push(key);
      }
    }
    return found.sort();
  }

  /** Drops what only the oldest block of the window could see. */
  private forgetOldest(): void {
    if (this.oldest === null) return;
    const horizon = this.oldest + 1;
    for (const key of this.written.get(horizon) ?? []) {
      const bucket = this.buckets.get(key.slice(0, BUCKET_CHARS));
      const versions = bucket?.get(key);
      if (bucket === undefined || versions === undefined) continue;
      while ((versions[1]?.block ?? Number.POSITIVE_INFINITY) <= horizon) versions.shift();
      if (versions.length === 1 && versions[0]?.value === null) bucket.delete(key);
    }
    this.written.delete(this.oldest);
    this.oldest = horizon;
  }
}

/** The last version not younger than `block`; undefined when there was none yet. */
function valueAt(versions: readonly Version[], block: number): Uint8Array | null | undefined {
  for (let i = versions.length - 1; i >= 0; i--) {
    const version = versions[i];
    if (version !== undefined && version.block <= block) return version.value;
  }
  return undefined;
}
