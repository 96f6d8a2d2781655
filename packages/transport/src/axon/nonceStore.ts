import { type Clock, CodedError } from '@bettertherapy/core';
import { TransportErrorCode } from '../errors.js';

/** One accepted request, as far as replay protection goes. */
export interface NonceEntry {
  readonly scheme: 'v10' | 'btauth1';
  /** v10: `<hotkey>:<uuid>`; btauth1: the hotkey. */
  readonly key: string;
  readonly nonceNs: bigint;
  /** Wall time after which freshness alone refuses the request and the entry may go. */
  readonly expiresAtMs: number;
}

/** Remembers which requests were accepted. */
export interface NonceStore {
  /**
   * True, and remembered, when the request is new: for v10 a nonce above the highest accepted one of its key, for
   * btauth1 a pair of key and nonce never accepted. Test and memory are one step, and durable before it resolves.
   * Throws rather than forget a live entry when there is no room; the axon then answers 503.
   */
  accept(entry: NonceEntry): boolean | Promise<boolean>;
  lastV10?(key: string): bigint | null;
  /** True when entries do not survive the process; the axon then refuses requests signed before it started. */
  readonly volatile?: boolean;
}

/** A bounded store in memory, for tools, tests and axons without a disk. */
export class MemoryNonceStore implements NonceStore {
  readonly volatile: boolean;
  /** v10: key to its highest nonce; btauth1: `hotkey nonce`. Insertion order is close to expiry order. */
  private readonly entries = new Map<string, { readonly nonceNs: bigint; readonly expiresAtMs: number }>();

  /**
   * @param options.firstStart say true only when no earlier process can have served this hotkey (a test, a new key):
   * then nothing can be replayed from before and requests are accepted from the first moment
   */
  constructor(
    private readonly options: { readonly maxEntries: number; readonly firstStart?: boolean },
    private readonly parts: { readonly clock: Clock },
  ) {
    this.volatile = options.firstStart !== true;
  }

  get size(): number {
    return this.entries.size;
  }

  /** @throws CodedError TRANSPORT_NONCES_FULL when every entry is still live. */
  accept(entry: NonceEntry): boolean {
    const name = entry.scheme === 'v10' ? `v10 ${entry.key}` : `btauth1 ${entry.key} ${entry.nonceNs}`;
    const known = this.entries.get(name);
    if (known !== undefined && entry.nonceNs <= known.nonceNs) return false;
    if (known === undefined && this.entries.size >= this.options.maxEntries) this.makeRoom();
    this.entries.delete(name);
    this.entries.set(name, {
      nonceNs: entry.nonceNs,
      expiresAtMs: Math.max(entry.expiresAtMs, known?.expiresAtMs ?? 0),
    });
    return true;
  }

  lastV10(key: string): bigint | null {
    return this.entries.get(`v10 ${key}`)?.nonceNs ?? null;
  }

  private makeRoom(): void {
    const now = this.parts.clock.wallMs();
    for (const [name, { expiresAtMs }] of this.entries) if (expiresAtMs < now) this.entries.delete(name);
    if (this.entries.size < this.options.maxEntries) return;
    throw new CodedError(TransportErrorCode.NoncesFull, 'the nonce store is full of live entries', {
      remedy: 'Raise its size, or lower the number of requests that are let in.',
      details: { maxEntries: this.options.maxEntries },
    });
  }
}
