import type { Hotkey } from '@bettertherapy/core';
import type { WeightInputs } from '@bettertherapy/scoring';
import type { RecordedWeightInputs } from './schema.js';

/** Weight inputs as plain JSON, in the order they were given. */
export function recordWeightInputs(inputs: WeightInputs): RecordedWeightInputs {
  return {
    self: inputs.self,
    neurons: inputs.neurons.map(({ uid, hotkey, registeredAt }) => ({ uid, hotkey, registeredAt })),
    averages: inputs.averages.map(({ hotkey, registeredAtBlock, ema, rounds }) => {
      return { hotkey, registeredAtBlock, ema, rounds };
    }),
    counts: inputs.counts.map(({ hotkey, registeredAtBlock, asked, answered }) => {
      return { hotkey, registeredAtBlock, asked, answered };
    }),
    strikes: [...inputs.strikes],
    copyPairs: inputs.copyPairs.map(({ a, b, together, copies, roundsWithCopies }) => {
      return { a, b, together, copies, roundsWithCopies };
    }),
    previous: [...inputs.previous],
    power: inputs.power,
    rules: { maxWeightsLimit: inputs.rules.maxWeightsLimit, minAllowedWeights: inputs.rules.minAllowedWeights },
  };
}

/** The way back. Hotkeys are compared, never decoded, so a file's own spelling of them is enough. */
export function weightInputsOf(recorded: RecordedWeightInputs): WeightInputs {
  const hotkey = <T extends { readonly hotkey: string }>(row: T) => ({ ...row, hotkey: row.hotkey as Hotkey });
  return {
    ...recorded,
    self: recorded.self as Hotkey,
    neurons: recorded.neurons.map(hotkey),
    averages: recorded.averages.map(hotkey),
    counts: recorded.counts.map(hotkey),
    strikes: new Map(recorded.strikes),
    previous: new Set(recorded.previous),
  };
}
