import { callsOf, constant } from '../declare/pallet.js';
import { storageOf, value } from '../declare/storage.js';
import { type Codec, compactU64n, u64n } from '../scale/index.js';

interface Constant {
  readonly codec: Codec<number>;
  readonly value: number;
}

export const timestampStorage = storageOf('Timestamp', {
  /** Milliseconds since 1970. */
  Now: value(u64n, 0),
});

export const timestampCalls = callsOf('Timestamp', {
  set: [0, { now: compactU64n }],
});

export function timestampConstants(blockMs: number): { readonly MinimumPeriod: Constant } {
  return { MinimumPeriod: constant(u64n, Math.max(1, Math.floor(blockMs / 2))) };
}

/** Clients read the block time here. */
export function auraConstants(blockMs: number): { readonly SlotDuration: Constant } {
  return { SlotDuration: constant(u64n, blockMs) };
}
