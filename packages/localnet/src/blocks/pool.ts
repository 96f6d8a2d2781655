import type { Extrinsic, SignedPart } from '../runtime/extrinsic.js';
import { eraBirth } from '../runtime/extrinsic.js';
import type { Hex } from '../scale/index.js';

/** What a watcher of an extrinsic is told; the JSON of a node's `author_extrinsicUpdate`. */
export type TxStatus =
  | 'ready'
  | 'future'
  | 'dropped'
  | 'invalid'
  | { readonly broadcast: readonly string[] }
  | { readonly inBlock: Hex }
  | { readonly finalized: Hex }
  | { readonly usurped: Hex };

export type Watcher = (status: TxStatus) => void;

export interface PoolEntry {
  readonly extrinsic: Extrinsic;
  readonly signed: SignedPart;
  /** The first block that is too late for a mortal extrinsic. */
  readonly diesAt: number;
  readonly watchers: Set<Watcher>;
}

export type PoolRefusal = 'already-imported' | 'too-low-priority' | 'full';

/** Extrinsics that wait for a block: bounded in number, in bytes, and in how far a sender may run ahead. */
export class TransactionPool {
  private readonly entries = new Map<Hex, PoolEntry>();
  private readonly bySender = new Map<Hex, Map<number, PoolEntry>>();
  private bytes = 0;

  constructor(
    private readonly options: { readonly maxCount: number; readonly maxBytes: number; readonly maxPerSender: number },
  ) {}

  get size(): number {
    return this.entries.size;
  }

  all(): PoolEntry[] {
    return [...this.entries.values()];
  }

  /** How many of the sender's extrinsics can run one after the other from `nonce` on. */
  chainLength(account: Hex, nonce: number): number {
    const mine = this.bySender.get(account);
    let length = 0;
    while (mine?.has(nonce + length)) length += 1;
    return length;
  }

  /** Takes an extrinsic in, or says why not. A higher tip replaces one with the same nonce. */
  add(extrinsic: Extrinsic, signed: SignedPart, block: number): PoolEntry | PoolRefusal {
    if (this.entries.has(extrinsic.hash)) return 'already-imported';
    const mine = this.bySender.get(signed.account) ?? new Map<number, PoolEntry>();
    const rival = mine.get(signed.nonce);
    if (rival !== undefined && rival.signed.tip >= signed.tip) return 'too-low-priority';
    const { maxCount, maxBytes, maxPerSender } = this.options;
    const size = extrinsic.encoded.length;
    const full = this.entries.size >= maxCount || this.bytes + size > maxBytes || mine.size >= maxPerSender;
    if (rival === undefined && full) return 'full';
    if (rival !== undefined) this.leave(rival, { usurped: extrinsic.hash });
    const { era } = signed;
    const diesAt = era.kind === 'immortal' ? Number.POSITIVE_INFINITY : eraBirth(era, block) + era.period;
    const entry: PoolEntry = { extrinsic, signed, diesAt, watchers: new Set() };
    this.entries.set(extrinsic.hash, entry);
    const list = this.bySender.get(signed.account) ?? mine;
    list.set(signed.nonce, entry);
    this.bySender.set(signed.account, list);
    this.bytes += size;
    return entry;
  }

  /** Removes an entry and tells its watchers why, if there is anything to tell. */
  leave(entry: PoolEntry, status: TxStatus | null): void {
    if (!this.entries.delete(entry.extrinsic.hash)) return;
    this.bytes -= entry.extrinsic.encoded.length;
    const mine = this.bySender.get(entry.signed.account);
    mine?.delete(entry.signed.nonce);
    if (mine?.size === 0) this.bySender.delete(entry.signed.account);
    if (status !== null) tell(entry, status);
  }
}

export function tell(entry: PoolEntry, status: TxStatus): void {
  for (const watcher of entry.watchers) watcher(status);
}
