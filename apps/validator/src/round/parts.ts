import type { Metagraph } from '@bettertherapy/chain';
import type { Clock, Hotkey, Logger, Tracer } from '@bettertherapy/core';
import type { Examiner, Question } from '@bettertherapy/judge';
import type { Round, Stage, Store } from '@bettertherapy/store';
import type { AskMany } from './askMany.js';

/** What a round may be told by the operator. */
export interface RoundOptions {
  readonly netuid: number;
  readonly self: Hotkey;
  readonly questions: number;
  /** How long a miner has to answer. */
  readonly deadlineMs: number;
  readonly alpha: number;
  readonly maxPerIp: number;
  readonly maxPerColdkey: number;
  /** rao. */
  readonly stakeLimit: bigint;
  readonly privateIps: boolean;
  readonly maxMiners: number;
  /** Rounds after which a miner is no newcomer any more. */
  readonly newcomerRounds: number;
  /** A request cut off by a restart is asked again while the round is younger than this. */
  readonly reaskWithinMs: number;
  /** Attempts per question and miner, the first included. */
  readonly maxAttempts: number;
  /** A failing control keeps the round out of the averages. */
  readonly enforceControls: boolean;
  /** Most that questions of patients may weigh in a miner's result of a round, 0..1. */
  readonly organicShare: number;
}

/** What rounds report; the app binds it to Prometheus. */
export interface RoundMetrics {
  stageFinished(stage: string, outcome: string, durationMs: number): void;
  roundFinished(outcome: string): void;
  reply(status: number, waitMs: number): void;
  gated(reason: string): void;
  judged(outcome: string, durationMs: number): void;
  control(control: string, outcome: string): void;
}

export interface RoundParts {
  readonly options: RoundOptions;
  readonly store: Store;
  /** The metagraph of now. */
  readonly metagraph: (signal: AbortSignal) => Promise<Metagraph>;
  readonly bank: readonly Question[];
  readonly askMany: AskMany;
  readonly examiner: Examiner;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracer: Tracer;
  readonly metrics: RoundMetrics | null;
  /** Told of each answer that did not come or that a gate stopped; `code` as the journal has it. */
  readonly refused:
    | ((answer: { readonly hotkey: string; readonly code: string; readonly status: number }) => void)
    | null;
  /** True for a failure of the model that another try may not have. */
  readonly isPassing: (error: unknown) => boolean;
  /** True for a failure that no try will get over: the app has to end and be started anew. */
  readonly isFatal: (error: unknown) => boolean;
  /** A sortable unique id. */
  readonly newId: () => string;
}

/** What a stage leaves in its outcome row: counts for the log and for whoever reads the journal later. */
export type Outcome = Readonly<Record<string, number | string | boolean | null>>;

/**
 * One stage of a round. It reads the journal, acts, and commits what it did. When it has not written its own outcome row
 * together with its effects it returns `finished: false` and the loop writes it.
 */
export type StageFn = (
  round: Round,
  parts: RoundParts,
  signal: AbortSignal,
) => Promise<{ readonly outcome: Outcome; readonly finished: boolean }>;

export type Stages = Readonly<Record<Stage, StageFn>>;
