import type { Clock, Hotkey, Logger, Tracer } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import type { ExamHold } from '../exam/startUpExam.js';
import type { PayChain } from './payChain.js';

export interface EpochOptions {
  readonly netuid: number;
  readonly mecid: number;
  readonly self: Hotkey;
  /** Shares go with score to this power. */
  readonly power: number;
  /** Sent with the weights unless the subnet asks for more than this build is. */
  readonly versionKey: number;
  /** Between two tries in one window, which go on until the window closes. */
  readonly firstBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly enforceControls: boolean;
}

export interface EpochMetrics {
  /** `outcome`: submitted, failed, unknown, verified, mismatch, reveal_lost, superseded; block of the set or null. */
  weightsSet(outcome: string, block: number | null): void;
  /** The score behind a weight, 0 to 100. */
  score(uid: number, score: number): void;
}

export interface EpochParts {
  readonly options: EpochOptions;
  readonly store: Store;
  readonly chain: PayChain;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracer: Tracer;
  readonly metrics: EpochMetrics | null;
  readonly newId: () => string;
  /** Why the judge's exam allows no weights; null when it does. */
  readonly examHold: () => ExamHold | null;
}
