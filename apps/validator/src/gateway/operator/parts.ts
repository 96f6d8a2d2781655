import type { Metagraph } from '@bettertherapy/chain';
import type { Clock, Hotkey } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import type { ExamResult } from '../../exam/startUpExam.js';
import type { RefusalLog } from './refusalLog.js';

export interface OperatorOptions {
  readonly netuid: number;
  readonly self: Hotkey;
  readonly version: string;
  readonly genesis: string;
  /** Unix milliseconds at which this process began. */
  readonly startedMs: number;
  /** From the start of one round to the start of the next. */
  readonly roundIntervalMs: number;
}

/** What patients' ratings, or answers to their own questions, come to for one miner. */
export interface RatingSummary {
  readonly hotkey: string;
  /** Of 1..5 for ratings, of totals 0..100 for questions. */
  readonly mean: number;
  readonly n: number;
  /** Share of the score that they make up; null where the last fold did not say. */
  readonly share: number | null;
}

export interface RatingLine {
  readonly answerId: string;
  readonly hotkey: string;
  readonly twin: string;
  readonly stars: number | null;
  readonly thumb: 'up' | 'down' | null;
  readonly reason: string | null;
  readonly createdMs: number;
}

/** Patients' ratings as the operator may see them: numbers and tags, never what a patient wrote. */
export interface RatingSource {
  byMiner(): readonly RatingSummary[];
  /** Newest first; all miners', or one's. */
  latest(limit: number, hotkey?: string): readonly RatingLine[];
}

/** What a miner made of patients' own questions, as it counts in its score. */
export interface OrganicSource {
  byMiner(): readonly RatingSummary[];
}

export interface OperatorParts {
  readonly options: OperatorOptions;
  readonly store: Store;
  /** The last one read; null before the first. */
  readonly metagraph: () => Metagraph | null;
  readonly judge: { readonly model: string; readonly manifestSha256: string; readonly exam: ExamResult };
  readonly refusals: RefusalLog;
  /** What a miner says it serves. */
  readonly twinsOf: (hotkey: Hotkey) => readonly { readonly id: string; readonly version: number }[];
  readonly ratings: RatingSource;
  readonly organic: OrganicSource;
  readonly clock: Clock;
}

export const DAY_MS = 24 * 60 * 60_000;
