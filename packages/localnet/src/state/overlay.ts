import type { Hex } from '../scale/index.js';
import type { MutableState, StateView } from './view.js';

/** Writes on top of a state that stays as it is until `mergeInto`. Overlays nest: one per block, one per dispatched call. */
export class Overlay implements MutableState {
  readonly writes = new Map<Hex, Uint8Array | null>();

  constructor(private readonly below: StateView) {}

  get(key: Hex): Uint8Array | undefined {
    const own = this.writes.get(key);
    return own === undefined ? this.below.get(key) : (own ?? undefined);
  }

  set(key: Hex, value: Uint8Array | null): void {
    this.writes.set(key, value);
  }

  keys(prefix: Hex): Hex[] {
    const keys = new Set(this.below.keys(prefix));
    for (const [key, value] of this.writes) {
      if (!key.startsWith(prefix)) continue;
      if (value === null) keys.delete(key);
      else keys.add(key);
    }
    return [...keys].sort();
  }

  mergeInto(target: MutableState): void {
    for (const [key, value] of this.writes) target.set(key, value);
  }
}
