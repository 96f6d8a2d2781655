import type { Hex } from '../scale/index.js';

/** Read access to one state: raw bytes under raw storage keys. */
export interface StateView {
  get(key: Hex): Uint8Array | undefined;
  /** Every key that begins with `prefix`, in ascending order. */
  keys(prefix: Hex): Hex[];
}

export interface MutableState extends StateView {
  /** Null removes. */
  set(key: Hex, value: Uint8Array | null): void;
}
