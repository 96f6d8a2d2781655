import type { Hotkey } from '@bettertherapy/core';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
/** A pack that is being written: any JSON object. */
export type TwinDraft = Record<string, Json>;

/** A note as the full-text index keeps it. */
export interface ShelfNote {
  readonly kind: 'note' | 'dialogue';
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly source: Record<string, string | number | null> | null;
}

export interface ShelfTwin {
  readonly id: string;
  readonly name: string;
  readonly draft: TwinDraft | null;
  readonly draftMs: number | null;
  /** The version that patients get. */
  readonly currentVersion: number | null;
  readonly withdrawnMs: number | null;
  readonly withdrawnReason: string | null;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface ShelfVersionHead {
  readonly twinId: string;
  readonly version: number;
  readonly state: 'reviewed' | 'published' | 'withdrawn';
  readonly sha256: string;
  readonly signer: Hotkey | null;
  readonly signature: string | null;
  readonly createdMs: number;
  readonly publishedMs: number | null;
  readonly withdrawnMs: number | null;
}
export interface ShelfVersion extends ShelfVersionHead {
  /** Canonical JSON. */
  readonly pack: string;
}

/** Where twins are kept: the repository `twins` of the store, which this package may not import. */
export interface TwinShelf {
  create(twin: {
    readonly id: string;
    readonly name: string;
    readonly draft: TwinDraft | null;
    readonly nowMs: number;
  }): void;
  saveDraft(change: {
    readonly id: string;
    readonly name: string;
    readonly draft: TwinDraft | null;
    readonly nowMs: number;
  }): void;
  freeze(at: {
    readonly id: string;
    readonly make: (version: number) => { readonly pack: string; readonly sha256: string };
    readonly nowMs: number;
  }): ShelfVersion;
  sendBack(at: {
    readonly id: string;
    readonly version: number;
    readonly draft: TwinDraft;
    readonly nowMs: number;
  }): void;
  publish(at: {
    readonly id: string;
    readonly version: number;
    readonly signer: Hotkey;
    readonly signature: string;
    readonly notes: readonly ShelfNote[];
    readonly nowMs: number;
  }): void;
  pointTo(at: { readonly id: string; readonly version: number; readonly nowMs: number }): void;
  withdraw(at: { readonly id: string; readonly reason: string; readonly nowMs: number }): number;
  withdrawVersion(at: { readonly id: string; readonly version: number; readonly nowMs: number }): void;
  get(id: string): ShelfTwin | null;
  list(): ShelfTwin[];
  version(id: string, version: number): ShelfVersion | null;
  versions(id: string): ShelfVersionHead[];
  bySha256(sha256: string): ShelfVersion | null;
  current(): ShelfVersion[];
  everPublished(limit: number): (ShelfVersionHead & { readonly current: boolean })[];
}
