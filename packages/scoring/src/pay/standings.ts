import type { Hotkey } from '@bettertherapy/core';
import { type AverageState, averageOf, shrinkAll } from '../average.js';
import { findClusters, type PairHistory } from '../copies.js';
import { type Eligibility, windowEligibility } from '../eligibility.js';

/** The moving average of one registration. */
export interface MinerAverage extends AverageState {
  readonly hotkey: Hotkey;
  readonly registeredAtBlock: number;
}

/** What the journal and one metagraph say about each miner; everything but the chain's rules that weights are made of. */
export interface StandingInputs<A extends MinerAverage = MinerAverage> {
  readonly self: Hotkey;
  readonly neurons: readonly { readonly uid: number; readonly hotkey: Hotkey; readonly registeredAt: number }[];
  readonly averages: readonly A[];
  /** Asked and answered in the last day, by hotkey and registration. */
  readonly counts: readonly {
    readonly hotkey: Hotkey;
    readonly registeredAtBlock: number;
    readonly asked: number;
    readonly answered: number;
  }[];
  /** Strikes of the last week by `hotkey:registeredAtBlock`. */
  readonly strikes: ReadonlyMap<string, number>;
  readonly copyPairs: readonly PairHistory[];
}

/** Where one registered miner stands before weights are cut from the scores. */
export interface Standing<A extends MinerAverage = MinerAverage> {
  readonly hotkey: Hotkey;
  readonly uid: number;
  readonly registeredAtBlock: number;
  readonly average: A;
  /** 0..100: the average shrunk toward the lower quarter, halved for each strike. */
  readonly score: number;
  readonly strikes: number;
  readonly window: Eligibility;
  /** Name of the group of copying hotkeys it belongs to. */
  readonly cluster: string | null;
  /** In the draw for the paying ranks. */
  readonly payable: boolean;
}

/** A validator that has asked less than this in the window holds nobody to more. */
const MINIMUM_JUDGED = 8;
const MINIMUM_RESPONSE_RATE = 0.7;

/**
 * Averages → shrunk scores → strikes → who may be paid. The uid of a hotkey is looked up here, in the metagraph of this
 * moment; a hotkey that registered anew starts without its old average.
 */
export function standings<A extends MinerAverage>(inputs: StandingInputs<A>): Standing<A>[] {
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
  return shrinkAll(present).map((entry) => {
    const row = counts.get(entry.key);
    const strikes = inputs.strikes.get(entry.key) ?? 0;
    const window = windowEligibility(
      { asked: row?.asked ?? 0, judged: row?.answered ?? 0 },
      { minimumJudged, minimumResponseRate: MINIMUM_RESPONSE_RATE },
    );
    const { hotkey, registeredAtBlock } = entry.average;
    return {
      hotkey,
      uid: entry.uid,
      registeredAtBlock,
      average: entry.average,
      score: entry.score * 0.5 ** strikes,
      strikes,
      window,
      cluster: clusters.get(hotkey) ?? null,
      // Shrinking lends a newcomer the others' merit, never one who has earned nothing at all.
      payable: window.eligible && averageOf(entry.state) > 0,
    };
  });
}
