import type { Clock, Logger } from '@bettertherapy/core';
import type { LanguageModel } from '@bettertherapy/llm';
import type { CalibrationTable } from '@bettertherapy/scoring';
import { hashBank } from '../bank.js';
import { Judge } from '../judge.js';
import type { ReferenceMemory } from '../judgement.js';
import type { JudgeMetrics } from '../metrics.js';
import type { JudgeProfile } from '../profile.js';
import type { Question } from '../question.js';
import type { Examiner } from './examiner.js';
import { judgeExaminer } from './judgeExaminer.js';

/**
 * The judge and its examiner as every program of ours sets them up: what a validator computes and what its miners
 * compute beforehand is one piece of code. @throws CodedError JUDGE_MODEL_CANNOT_JUDGE
 */
export function openExaminer(
  options: {
    readonly bank: readonly Question[];
    /** By the model's size when left out. */
    readonly profile?: JudgeProfile | undefined;
    readonly calibration?: CalibrationTable | undefined;
    /** Secret of a validator. */
    readonly boundarySeed?: string | undefined;
  },
  parts: {
    readonly model: LanguageModel;
    readonly clock: Clock;
    readonly log: Logger;
    readonly metrics: JudgeMetrics | null;
    /** Is given the manifest's hash, which is there by the time that it is first asked. */
    readonly references?: ((manifestSha256: () => string) => ReferenceMemory) | undefined;
  },
): { readonly judge: Judge; readonly examiner: Examiner } {
  const { bank, profile, calibration, boundarySeed } = options;
  const { model, clock, log, metrics } = parts;
  const references = parts.references?.(() => judge.manifest.sha256);
  const judge: Judge = new Judge(
    { bankSha256: hashBank(bank), profile, calibration, boundarySeed },
    { model, clock, log, metrics, references },
  );
  return { judge, examiner: judgeExaminer({ judge, model, log }) };
}
