import type { Hotkey } from '@bettertherapy/core';

/** A registration: who holds a uid, and since which block. */
export interface Seat {
  readonly uid: number;
  readonly hotkey: Hotkey;
  readonly registeredAt: number;
}

/** What the chain says at one moment about paying miners; one snapshot, so that a uid and its weight belong together. */
export interface PayState {
  readonly block: number;
  readonly epochIndex: number;
  /** The block in which the running epoch began. */
  readonly lastEpochBlock: number;
  /** In the order of their uids. */
  readonly neurons: readonly Seat[];
  /** This validator, null when it is not registered. */
  readonly me: {
    readonly uid: number;
    readonly registeredAt: number;
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

/** Weights to send. */
export interface Payment {
  readonly uids: readonly number[];
  readonly values: readonly number[];
  readonly versionKey: number;
  /** Whom the uids are meant for; when one of them has gone to somebody else, nothing is sent. */
  readonly targets: readonly Seat[];
  /** Reveals lost in a row: each halves the time until a commit may be opened. */
  readonly haste: number;
  /** Called with what was signed, before it is sent. */
  readonly onSigned: (signed: { readonly extrinsicHash: string; readonly validUntil: number }) => void;
}

export interface SentWeights {
  readonly block: number;
  readonly blockHash: string;
  readonly extrinsicHash: string;
  readonly mode: 'plain' | 'timelocked';
  /** Null for plain weights, as the next two. */
  readonly revealRound: number | null;
  readonly revealBlock: number | null;
  /** The epoch that the commit belongs to. */
  readonly commitEpoch: number | null;
}

export interface StoredWeights {
  readonly uids: readonly number[];
  readonly values: readonly number[];
}

/** The chain as the weight duty needs it. */
export interface PayChain {
  state(signal: AbortSignal): Promise<PayState>;
  /** What chain storage holds for a validator, now or at an older block. */
  weightsOf(uid: number, signal: AbortSignal, atBlock?: number): Promise<StoredWeights>;
  /** True while a commit of that epoch is neither opened nor dropped; null where the chain does not say. */
  commitWaits(epoch: number, signal: AbortSignal): Promise<boolean | null>;
  /** Resolves once in a block. @throws CodedError; see {@link PayChain.mayHaveLanded} */
  send(payment: Payment, signal: AbortSignal): Promise<SentWeights>;
  /** True when a failed send may nevertheless be on chain, now or later. */
  mayHaveLanded(error: unknown): boolean;
}
