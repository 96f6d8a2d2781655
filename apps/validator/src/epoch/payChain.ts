import type { Hotkey } from '@bettertherapy/core';

/** What the chain says at one moment about paying miners; one snapshot, so that a uid and its weight belong together. */
export interface PayState {
  readonly block: number;
  readonly epochIndex: number;
  readonly neurons: readonly { readonly uid: number; readonly hotkey: Hotkey; readonly registeredAt: number }[];
  /** This validator, null when it is not registered. */
  readonly me: {
    readonly uid: number;
    /** May set weights for others: a permit, or the subnet's owner. */
    readonly permitted: boolean;
    /** Block of its last set or commit. */
    readonly lastUpdate: number;
  } | null;
  readonly rules: {
    readonly rateLimitBlocks: number;
    readonly minAllowedWeights: number;
    readonly maxWeightsLimit: number;
    /** The subnet asks for at least this. */
    readonly versionKey: number;
    readonly mode: 'plain' | 'timelocked';
    readonly revealPeriodEpochs: number;
  };
}

export interface SentWeights {
  readonly block: number;
  readonly blockHash: string;
  readonly extrinsicHash: string;
}

/** The chain as the weight duty needs it. */
export interface PayChain {
  state(signal: AbortSignal): Promise<PayState>;
  /** What chain storage holds for a validator. */
  weightsOf(
    uid: number,
    signal: AbortSignal,
  ): Promise<{ readonly uids: readonly number[]; readonly values: readonly number[] }>;
  /** Resolves once in a block. @throws CodedError; see {@link PayChain.mayHaveLanded} */
  send(
    weights: { readonly uids: readonly number[]; readonly values: readonly number[]; readonly versionKey: number },
    signal: AbortSignal,
  ): Promise<SentWeights>;
  /** True when a failed send may nevertheless be on chain, now or later. */
  mayHaveLanded(error: unknown): boolean;
  /** Blocks after which an extrinsic that is not in a block can no longer get into one. */
  readonly mortalityBlocks: number;
}
