import type { Hotkey } from '@bettertherapy/core';
import { selectTop } from '../select.js';
import { shares } from '../shares.js';
import { toU16Weights, type WeightRules, type WeightSkip } from '../weights.js';
import { type StandingInputs, standings } from './standings.js';

/** Everything that weights are made of, all of it from the journal and one metagraph. */
export interface WeightInputs extends StandingInputs {
  /** Hotkeys of the last weights that were set. */
  readonly previous: ReadonlySet<string>;
  readonly power: number;
  readonly rules: WeightRules;
}

/** One miner in a set of weights: who, from what score, which share of the whole. */
export interface PaidMiner {
  readonly hotkey: Hotkey;
  readonly registeredAtBlock: number;
  readonly uid: number;
  /** 0..100 */
  readonly score: number;
  /** 0..1 */
  readonly share: number;
}

export type WeightResult =
  | { readonly uids: number[]; readonly values: number[]; readonly entries: PaidMiner[] }
  | { readonly skip: WeightSkip | 'no_scores'; readonly have: number; readonly need: number };

/** Standings → who is in the paying ranks → shares → u16. */
export function computeWeights(inputs: WeightInputs): WeightResult {
  const present = standings(inputs);
  if (present.length === 0) return { skip: 'no_scores', have: 0, need: 1 };
  const candidates = present
    .filter((one) => one.payable)
    .map(({ hotkey, uid, registeredAtBlock, window, score, cluster }) => {
      return { hotkey, uid, registeredAt: registeredAtBlock, responseRate: window.responseRate, score, cluster };
    });
  const selected = selectTop(candidates, { previous: inputs.previous });
  const portions = shares(selected, { power: inputs.power });
  const byHotkey = new Map(candidates.map((candidate) => [candidate.hotkey as string, candidate]));
  const entries = selected.flatMap((place, at): PaidMiner[] => {
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
