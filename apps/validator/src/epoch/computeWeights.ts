import type { Hotkey } from '@bettertherapy/core';
import {
  averageOf,
  findClusters,
  selectTop,
  shares,
  shrinkAll,
  toU16Weights,
  type WeightRules,
  type WeightSkip,
  windowEligibility,
} from '@bettertherapy/scoring';
import type { Average, CopyPair, WeightEntry } from '@bettertherapy/store';

/** Everything that weights are made of, all of it from the journal and one metagraph. */
export interface WeightInputs {
  readonly self: Hotkey;
  readonly neurons: readonly { readonly uid: number; readonly hotkey: Hotkey; readonly registeredAt: number }[];
  readonly averages: readonly Average[];
  /** Asked and answered in the last day, by hotkey and registration. */
  readonly counts: readonly {
    readonly hotkey: Hotkey;
    readonly registeredAtBlock: number;
    readonly asked: number;
    readonly answered: number;
  }[];
  /** Strikes of the last week by `hotkey:registeredAtBlock`. */
  readonly strikes: ReadonlyMap<string, number>;
  readonly copyPairs: readonly CopyPair[];
  /** Hotkeys of the last weights that were set. */
  readonly previous: ReadonlySet<string>;
  readonly power: number;
  readonly rules: WeightRules;
}

export type WeightResult =
  | { readonly uids: number[]; readonly values: number[]; readonly entries: WeightEntry[] }
  | { readonly skip: WeightSkip | 'no_scores'; readonly have: number; readonly need: number };

/** A validator that has asked less than this in the window holds nobody to more. */
const MINIMUM_JUDGED = 8;
const MINIMUM_RESPONSE_RATE = 0.7;

/**
 * Averages → shrunk scores → strikes → who is in the paying ranks → shares → u16. The uid of a hotkey is looked up here,
 * in the metagraph of this moment; a hotkey that registered anew starts without its old average.
 */
export function computeWeights(inputs: WeightInputs): WeightResult {
  const uidOf = new Map(inputs.neurons.map((neuron) => [`${neuron.hotkey}:${neuron.registeredAt}`, neuron.uid]));
  const counts = new Map(inputs.counts.map((row) => [`${row.hotkey}:${row.registeredAtBlock}`, row]));
  const mostAsked = Math.max(0, ...inputs.counts.map((row) => row.asked));
  const minimumJudged = Math.min(MINIMUM_JUDGED, Math.ceil(mostAsked * MINIMUM_RESPONSE_RATE));
  const clusters = findClusters(inputs.copyPairs);
  const present = inputs.averages.flatMap((average) => {
    const key = `${average.hotkey}:${average.registeredAtBlock}`;
    const uid = uidOf.get(key);
    if (uid === undefined || average.hotkey === inputs.self) return [];
    return [{ average, key, uid, state: { ema: average.ema, rounds: average.rounds } }];
  });
  if (present.length === 0) return { skip: 'no_scores', have: 0, need: 1 };
  const candidates = shrinkAll(present).flatMap((entry) => {
    const row = counts.get(entry.key);
    const window = windowEligibility(
      { asked: row?.asked ?? 0, judged: row?.answered ?? 0 },
      { minimumJudged, minimumResponseRate: MINIMUM_RESPONSE_RATE },
    );
    // Shrinking lends a newcomer the others' merit, never one who has earned nothing at all.
    if (!window.eligible || averageOf(entry.state) === 0) return [];
    const { hotkey, registeredAtBlock } = entry.average;
    return [
      {
        hotkey,
        uid: entry.uid,
        registeredAt: registeredAtBlock,
        responseRate: window.responseRate,
        score: entry.score * 0.5 ** (inputs.strikes.get(entry.key) ?? 0),
        cluster: clusters.get(hotkey) ?? null,
      },
    ];
  });
  const selected = selectTop(candidates, { previous: inputs.previous });
  const portions = shares(selected, { power: inputs.power });
  const byHotkey = new Map(candidates.map((candidate) => [candidate.hotkey as string, candidate]));
  const entries = selected.flatMap((place, at): WeightEntry[] => {
    const candidate = byHotkey.get(place.hotkey);
    if (!candidate) return [];
    const { hotkey, uid, registeredAt: registeredAtBlock, score } = candidate;
    return [{ hotkey, uid, registeredAtBlock, score, share: portions[at] ?? 0 }];
  });
  const result = toU16Weights(
    entries.map(({ uid, share }) => ({ uid, weight: share })),
    inputs.rules,
  );
  return 'skip' in result ? result : { ...result, entries };
}
