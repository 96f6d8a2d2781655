import { readFile } from 'node:fs/promises';
import { CodedError } from '@bettertherapy/core';
import { type CalibrationTable, calibrate, checkCalibration, fitCalibration } from '@bettertherapy/scoring';
import { z } from 'zod';
import { JudgeErrorCode } from '../errors.js';
import type { JudgeManifest } from '../manifest.js';
import { type MarkedAnswer, reportOf } from './marked.js';
import type { ExamReport } from './report.js';

const fileSchema = z.strictObject({
  /** Of the judge without any calibration: the table is of no use to another one. */
  manifestSha256: z.string(),
  model: z.string(),
  /** Answers it was made from. */
  answers: z.int().min(0),
  table: z.array(z.tuple([z.number(), z.number()])),
});
/** A calibration as `bt judge exam --calibrate` writes it. */
export type CalibrationFile = Readonly<z.infer<typeof fileSchema>>;

/** The table by which this judge's rewards come closest to the grades, from answers judged without calibration. */
export function calibrationOf(marked: readonly MarkedAnswer[]): CalibrationTable {
  return fitCalibration(marked.filter(({ free }) => free).map(({ reward, grade }) => ({ raw: reward, grade })));
}

/**
 * What the exam would have come to with a calibration, told honestly: the answers to each question are calibrated by a table
 * made from the other questions alone.
 */
export function crossCalibrated(marked: readonly MarkedAnswer[], report: ExamReport): ExamReport {
  const { undecided, marks, manifestSha256 } = report;
  const tables = new Map(
    [...new Set(marked.map(({ questionId }) => questionId))].map((id) => [
      id,
      calibrationOf(marked.filter(({ questionId }) => questionId !== id)),
    ]),
  );
  const calibrated = marked.map((one) =>
    one.free ? { ...one, reward: calibrate(one.reward, tables.get(one.questionId)) } : one,
  );
  return reportOf(calibrated, { undecided, marks, manifestSha256 });
}

/**
 * The table of a file, when it was made for this judge.
 * @param uncalibrated what the judge is without it
 * @throws CodedError JUDGE_BAD_CALIBRATION
 */
export async function loadCalibration(path: string, uncalibrated: JudgeManifest): Promise<CalibrationTable> {
  const refuse = (message: string, cause?: unknown): CodedError =>
    new CodedError(JudgeErrorCode.BadCalibration, message, {
      remedy: 'Make a new one with this model and question bank: pnpm bt judge exam --calibrate FILE. Or leave it out.',
      details: { path },
      ...(cause === undefined ? {} : { cause }),
    });
  let file: CalibrationFile;
  try {
    file = fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    checkCalibration(file.table);
  } catch (cause) {
    throw refuse('the calibration cannot be read', cause);
  }
  if (file.manifestSha256 !== uncalibrated.sha256) {
    throw refuse(`the calibration was made for another judge (${file.model}), or with other prompts or questions`);
  }
  return file.table;
}
