import { CodedError } from '@bettertherapy/core';
import { TwinErrorCode } from '../errors.js';
import type { PackEnvelope } from '../pack/envelope.js';
import { adapterIn, type PackContent, type TwinAdapter, type TwinPack } from '../pack/packSchema.js';
import { contentOf, parsePack } from '../pack/parsePack.js';
import type { ShelfTwin, ShelfVersion, ShelfVersionHead, TwinShelf } from './shelf.js';

/** A version that patients get, with its pack. */
export interface CurrentTwin {
  readonly pack: TwinPack;
  readonly sha256: string;
  readonly publishedMs: number;
}

/** Versions looked at for their adapters. */
const MAX_ROWS = 4096;
/** Parsed packs kept in memory. */
const MAX_PARSED = 64;

/** Reads twins: what is published, what is being written, what there was. */
export class TwinCatalogue {
  private readonly parsed = new Map<string, TwinPack>();
  /** By the pack's sha256; versions never change. */
  private readonly adapters = new Map<string, TwinAdapter | null>();

  constructor(private readonly shelf: TwinShelf) {}

  list(): ShelfTwin[] {
    return this.shelf.list();
  }

  /** @throws CodedError TWIN_UNKNOWN */
  twin(id: string): ShelfTwin {
    const found = this.shelf.get(id);
    if (found !== null) return found;
    throw unknown(id, null);
  }

  /** Newest first. */
  versions(id: string): ShelfVersionHead[] {
    return this.shelf.versions(id);
  }

  /** The twins that patients can choose, by id. */
  current(): CurrentTwin[] {
    return this.shelf.current().map((row) => this.toCurrent(row));
  }

  /** What patients of this twin get now; null when it is not published. */
  currentOf(id: string): CurrentTwin | null {
    const version = this.shelf.get(id)?.currentVersion ?? null;
    const row = version === null ? null : this.shelf.version(id, version);
    return row === null ? null : this.toCurrent(row);
  }

  /** The pack of any version, whatever its state. @throws CodedError TWIN_UNKNOWN */
  pack(id: string, version: number): TwinPack {
    const row = this.shelf.version(id, version);
    if (row !== null) return this.parse(row);
    throw unknown(id, version);
  }

  /** What a new draft begins from: the newest version's content; null when the twin has no version. */
  newestContent(id: string): PackContent | null {
    const [newest] = this.shelf.versions(id);
    return newest === undefined ? null : contentOf(this.pack(id, newest.version));
  }

  /** A published pack with its proof, by the name of its content; null for anything that is not published. */
  envelope(sha256: string): PackEnvelope | null {
    const row = this.shelf.bySha256(sha256);
    if (row?.state !== 'published' || row.signer === null || row.signature === null) return null;
    return { pack: this.parse(row), sha256, signer: row.signer, signature: row.signature };
  }

  /** The adapters that published versions name, by their own sha256. */
  publishedAdapters(): ReadonlyMap<string, TwinAdapter> {
    const published = this.shelf.everPublished(MAX_ROWS).filter(({ state }) => state === 'published');
    return new Map(published.flatMap((row) => this.adapterOf(row) ?? []).map((adapter) => [adapter.sha256, adapter]));
  }

  /** The adapter that the next version of a twin has: its draft's, or without a draft that of the newest version. */
  nextAdapter(id: string): TwinAdapter | null {
    const { draft } = this.twin(id);
    return draft === null ? (this.newestContent(id)?.adapter ?? null) : adapterIn(draft);
  }

  /** The sha256 of every adapter that the draft of one of these twins names, or a version that patients may still get. */
  wantedAdapters(twins: readonly ShelfTwin[] = this.shelf.list()): ReadonlySet<string> {
    const versions = twins.flatMap(({ id }) => this.shelf.versions(id));
    const standing = versions.filter(({ state }) => state !== 'withdrawn').map((row) => this.adapterOf(row));
    const drafted = twins.map(({ draft }) => adapterIn(draft));
    return new Set([...standing, ...drafted].flatMap((adapter) => adapter?.sha256 ?? []));
  }

  private adapterOf({ twinId, version, sha256 }: Pick<ShelfVersionHead, 'twinId' | 'version' | 'sha256'>) {
    let adapter = this.adapters.get(sha256);
    if (adapter === undefined) {
      adapter = this.pack(twinId, version).adapter;
      if (this.adapters.size >= MAX_ROWS) this.adapters.clear();
      this.adapters.set(sha256, adapter);
    }
    return adapter;
  }

  private toCurrent(row: ShelfVersion): CurrentTwin {
    return { pack: this.parse(row), sha256: row.sha256, publishedMs: row.publishedMs ?? row.createdMs };
  }

  private parse(row: ShelfVersion): TwinPack {
    const known = this.parsed.get(row.sha256);
    if (known !== undefined) return known;
    const pack = parsePack(JSON.parse(row.pack));
    const [oldest] = this.parsed.keys();
    if (this.parsed.size >= MAX_PARSED && oldest !== undefined) this.parsed.delete(oldest);
    this.parsed.set(row.sha256, pack);
    return pack;
  }
}

export function unknown(id: string, version: number | null): CodedError<TwinErrorCode> {
  const which = version === null ? `no twin ${id}` : `no version ${version} of the twin ${id}`;
  return new CodedError(TwinErrorCode.Unknown, `there is ${which}`, {
    remedy: '`pnpm bt twin list` lists the twins and their versions.',
    details: { id, version },
  });
}
