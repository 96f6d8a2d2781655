import type { WeightIntent } from '@bettertherapy/store';
import type { Seat, StoredWeights } from './payChain.js';

/**
 * True when chain storage pays whom the intent meant, as it meant. Compared by registration, not by uid: miners that left
 * since, and those that came after the set and on whom the chain therefore counts no weight, do not matter.
 */
export function paysAsMeant(
  intent: Pick<WeightIntent, 'uids' | 'values' | 'entries'>,
  seen: StoredWeights,
  at: { readonly neurons: readonly Seat[]; readonly sentBlock: number },
): boolean {
  const present = new Set(at.neurons.map(nameOf));
  const entryOf = new Map(intent.entries.map((entry) => [entry.uid, entry]));
  const meant = weightsBy(intent, (uid) => {
    const entry = entryOf.get(uid);
    if (!entry) return `uid ${uid}`;
    const name = nameOf({ hotkey: entry.hotkey, registeredAt: entry.registeredAtBlock });
    return present.has(name) ? name : null;
  });
  const stored = weightsBy(seen, (uid) => {
    const seat = at.neurons[uid];
    if (!seat) return `uid ${uid}`;
    return seat.registeredAt > at.sentBlock ? null : nameOf(seat);
  });
  return meant.size === stored.size && [...meant].every(([name, value]) => stored.get(name) === value);
}

function nameOf({ hotkey, registeredAt }: { readonly hotkey: string; readonly registeredAt: number }): string {
  return `${hotkey}:${registeredAt}`;
}

/** Non-zero weights by name; those without a name are left out. */
function weightsBy({ uids, values }: StoredWeights, name: (uid: number) => string | null): Map<string, number> {
  const found = new Map<string, number>();
  for (const [at, uid] of uids.entries()) {
    const value = values[at] ?? 0;
    const key = name(uid);
    if (value > 0 && key !== null) found.set(key, value);
  }
  return found;
}
