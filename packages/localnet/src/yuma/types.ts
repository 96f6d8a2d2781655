/** A row of weights or bonds: (uid, value 0…65535). */
export type SparseRow = readonly (readonly [uid: number, value: number])[];

export interface YumaNeuron {
  /** Stake weight in any one unit. */
  readonly stake: number;
  /** At least the stake threshold; below it the stake counts as none. */
  readonly meetsThreshold: boolean;
  /** The subnet owner's neuron: always permitted, and its weight on itself counts. */
  readonly isOwner: boolean;
  /** Permit as stored by the last epoch. */
  readonly permit: boolean;
  readonly lastUpdate: number;
  readonly registeredAt: number;
  /** Block of the validator's oldest commit that is still to be revealed. */
  readonly earliestCommit: number | null;
  readonly weights: SparseRow;
  readonly bonds: SparseRow;
}

export interface YumaParameters {
  readonly block: number;
  /** Block of the last epoch; 0 before the first. */
  readonly lastStep: number;
  readonly tempo: number;
  readonly activityCutoff: number;
  /** Majority ratio, 0…1. */
  readonly kappa: number;
  readonly maxValidators: number;
  /** 0…1; 1 makes bonds from clipped weights. */
  readonly bondsPenalty: number;
  /** Share of a bond that moves per epoch, 0…1. */
  readonly bondsAlpha: number;
  readonly version: 2 | 3;
  /** Per-pair bond movement; only version 3 uses it. */
  readonly liquidAlpha: { readonly low: number; readonly high: number; readonly steepness: number } | null;
}

/** Every list has one entry per uid. Scores are shares or ratios 0…1. */
export interface YumaResult {
  readonly active: readonly boolean[];
  readonly stake: readonly number[];
  readonly consensus: readonly number[];
  readonly incentive: readonly number[];
  readonly dividends: readonly number[];
  readonly validatorTrust: readonly number[];
  readonly permits: readonly boolean[];
  /** Bonds to store, u16; empty for neurons without a new permit. */
  readonly bonds: readonly SparseRow[];
  /** Shares of the pot for serving and for validating; together they sum to 1 unless nobody has stake. */
  readonly serverShare: readonly number[];
  readonly validatorShare: readonly number[];
}
