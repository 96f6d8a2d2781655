import { type Clock, describeError, type Hotkey, type Logger } from '@bettertherapy/core';
import type { ServedTwin, TwinRef } from '@bettertherapy/protocol';
import type { HeldPack, HeldPackRepository } from '@bettertherapy/store';
import { notesOf, openEnvelope, type PackEnvelope, type TwinIndex, type TwinPack } from '@bettertherapy/twins';
import { verify } from '@bettertherapy/wallet';

/** A pack that is kept here. */
export interface HeldTwin {
  readonly publisher: Hotkey;
  readonly sha256: string;
  readonly pack: TwinPack;
}

export interface HeldTwinsOptions {
  /** How long a publisher may be silent before its twins are served no more: a withdrawal could not have been heard. */
  readonly leaseMs: number;
}

export interface HeldTwinsParts {
  readonly store: HeldPackRepository;
  /** Whose packs are taken, now. */
  readonly allows: (publisher: Hotkey) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The packs kept here and which of them may be served; the store is the memory, this is its reading. */
export class HeldTwins {
  /** By `id@version`; several publishers may have one of that name. Oldest first. */
  private readonly byName = new Map<string, readonly HeldTwin[]>();
  private readonly seenMs = new Map<Hotkey, number>();

  constructor(
    private readonly options: HeldTwinsOptions,
    private readonly parts: HeldTwinsParts,
  ) {}

  /** Reads everything from the store. A row that does not verify is not served, and told. */
  load(): void {
    const { store, log } = this.parts;
    this.byName.clear();
    for (const row of store.all()) {
      try {
        const { pack, sha256, signer } = openEnvelope(JSON.parse(row.envelope), { verify });
        this.add({ publisher: signer, sha256, pack });
      } catch (error) {
        log.error('kept pack is not usable', { id: row.twinId, version: row.version, error: describeError(error) });
      }
    }
    for (const { publisher, seenMs } of store.publishers()) this.seenMs.set(publisher, seenMs);
  }

  /** How many packs are here. */
  get size(): number {
    return this.all().length;
  }

  /** Every pack that is here, served or not. */
  all(): HeldTwin[] {
    return [...this.byName.values()].flat();
  }

  /** True when exactly this pack of this publisher is here. */
  has(publisher: Hotkey, sha256: string): boolean {
    return this.all().some((held) => held.publisher === publisher && held.sha256 === sha256);
  }

  /** Takes in a publisher's verified index: what it lists no more is let go. @returns what went */
  settle(index: TwinIndex, keep: readonly string[]): TwinRef[] {
    const { publisher, issuedMs } = index;
    const seenMs = Math.round(this.parts.clock.wallMs());
    const gone = this.parts.store.settle({ publisher, issuedMs, seenMs, keep });
    this.seenMs.set(publisher, seenMs);
    for (const row of gone) this.remove(publisher, { id: row.twinId, version: row.version });
    return gone.map(({ twinId: id, version }) => ({ id, version }));
  }

  /** Keeps a pack that was verified. */
  keep(envelope: PackEnvelope): void {
    const { pack, sha256, signer } = envelope;
    const row: HeldPack = {
      publisher: signer,
      twinId: pack.id,
      version: pack.version,
      sha256,
      envelope: JSON.stringify(envelope),
      fetchedMs: Math.round(this.parts.clock.wallMs()),
    };
    this.parts.store.keep(row, notesOf(pack));
    this.remove(signer, pack);
    this.add({ publisher: signer, sha256, pack });
  }

  /** The twin of that id and version: the asking publisher's own first, else the one that has been here longest. */
  resolve(ref: TwinRef, caller: Hotkey): HeldTwin | null {
    const served = (this.byName.get(nameOf(ref)) ?? []).filter((held) => this.mayServe(held.publisher));
    return served.find((held) => held.publisher === caller) ?? served[0] ?? null;
  }

  /** What the axon lists. */
  served(): ServedTwin[] {
    return [...this.byName.values()].flatMap((twins) =>
      twins
        .filter((held) => this.mayServe(held.publisher))
        .map(({ pack, sha256 }) => ({ id: pack.id, version: pack.version, sha256 })),
    );
  }

  private add(held: HeldTwin): void {
    const name = nameOf(held.pack);
    this.byName.set(name, [...(this.byName.get(name) ?? []), held]);
  }

  private remove(publisher: Hotkey, ref: TwinRef): void {
    const name = nameOf(ref);
    const left = (this.byName.get(name) ?? []).filter((held) => held.publisher !== publisher);
    if (left.length === 0) this.byName.delete(name);
    else this.byName.set(name, left);
  }

  private mayServe(publisher: Hotkey): boolean {
    const seen = this.seenMs.get(publisher) ?? 0;
    return this.parts.allows(publisher) && this.parts.clock.wallMs() - seen <= this.options.leaseMs;
  }
}

function nameOf(ref: TwinRef): string {
  return `${ref.id}@${ref.version}`;
}
