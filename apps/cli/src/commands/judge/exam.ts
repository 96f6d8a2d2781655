import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { modelApiKey, modelFragment, option } from '@bettertherapy/config';
import { systemClock } from '@bettertherapy/core';
import {
  type CalibrationFile,
  calibrationOf,
  crossCalibrated,
  defaultBankPath,
  type ExamReport,
  hashBank,
  Judge,
  loadCalibration,
  loadQuestionBank,
  type MarkedAnswer,
  openJudgeModel,
  runExam,
} from '@bettertherapy/judge';
import { z } from 'zod';
import { type CommandContext, operatorCommand } from '../../command.js';
import { manifestPath } from '../../start/layout.js';
import { CliErrorCode, cliError } from '../errors.js';
import { jsonFlag } from '../flags.js';
import { downloadNotes } from '../models.js';
import { print } from '../report.js';
import { calibratedText, type ExamSubject, examText } from './examReport.js';

export const judgeExam = operatorCommand({
  about:
    'Lets a model judge answers that people have graded, and compares: does it rank them alike, agree with the grades, recognise the unsafe ones? Takes minutes to hours. Exit code 1 when it does not pass.',
  schema: z.strictObject({
    model: modelFragment,
    bank: z.strictObject({
      path: option(z.string().min(1).nullable().default(null), {
        help: 'question bank with graded answers, one JSON object a line',
        defaultText: 'the one that comes with this release',
        placeholder: 'file',
      }),
    }),
    questions: option(z.int().min(0).default(0), { help: 'questions to ask, spread over the bank; 0 is all of them' }),
    calibration: option(z.string().min(1).nullable().default(null), {
      help: 'examine the judge with this calibration, as --judge.calibration of the validator takes it',
      defaultText: 'none',
      placeholder: 'file',
    }),
    calibrate: option(z.string().min(1).nullable().default(null), {
      help: 'write a calibration made from this exam, and tell what it is worth',
      defaultText: 'none is written',
      placeholder: 'file',
    }),
    json: jsonFlag,
  }),
  finish: (values) => {
    if (values.calibration !== null && values.calibrate !== null) {
      throw cliError(CliErrorCode.Usage, '--calibrate starts from a judge without calibration', {
        remedy: 'Leave --calibration out.',
      });
    }
    return values;
  },
  work: async ({ model: flags, bank, questions: wanted, calibration, calibrate, json }, context) => {
    const questions = await loadQuestionBank(bank.path ?? defaultBankPath());
    const asked = spread(questions, wanted);
    const { log, signal, note, input } = context;
    const base = { clock: systemClock, log, metrics: null };
    const parts = { ...base, manifestPath, env: input.env, onProgress: downloadNotes(note) };
    const model = await openJudgeModel({ ...flags, apiKey: modelApiKey(flags) }, parts, signal);
    try {
      const bankSha256 = hashBank(questions);
      const bare = new Judge({ bankSha256 }, { model, ...base });
      const table = calibration === null ? undefined : await loadCalibration(resolve(calibration), bare.manifest);
      const judge = table === undefined ? bare : new Judge({ bankSha256, calibration: table }, { model, ...base });
      const startedMs = systemClock.monotonicMs();
      const marked: MarkedAnswer[] = [];
      const onMarked = (one: MarkedAnswer): void => void marked.push(one);
      const report = await runExam(judge, asked, { signal, onJudged: progress(context), onMarked });
      const { name, sha256 } = model.info;
      const seconds = (systemClock.monotonicMs() - startedMs) / 1000;
      const subject: ExamSubject = {
        model: name,
        modelSha256: sha256,
        profile: judge.profile.name,
        questions: asked.length,
        seconds,
      };
      const worth = calibrate === null ? null : await writeCalibration(resolve(calibrate), marked, report, name);
      const told = worth === null ? '' : `\n${calibratedText(worth)}`;
      print(context, json, {
        json: { ...subject, ...report, calibrated: worth },
        text: `${examText(report, subject)}${told}`,
      });
      return (worth ?? report).passed ? 0 : 1;
    } finally {
      await model.close();
    }
  },
});

/** Writes the table for whoever judges with this very judge; resolves to what the exam comes to with such a table. */
async function writeCalibration(
  file: string,
  marked: readonly MarkedAnswer[],
  report: ExamReport,
  model: string,
): Promise<ExamReport> {
  const table = calibrationOf(marked).map(([raw, calibrated]): [number, number] => [raw, calibrated]);
  const { manifestSha256, answers } = report;
  const body: CalibrationFile = { manifestSha256, model, answers, table };
  await writeFile(file, `${JSON.stringify(body, null, 2)}\n`);
  return crossCalibrated(marked, report);
}

/** `count` members at equal distances, so that every part of the bank is asked; 0 or too many are all. */
export function spread<T>(members: readonly T[], count: number): readonly T[] {
  if (count === 0 || count >= members.length) return members;
  return members.filter(
    (_, at) => Math.floor((at * count) / members.length) !== Math.floor(((at - 1) * count) / members.length),
  );
}

/** A note at every tenth of the way. */
function progress({ note }: Pick<CommandContext, 'note'>): (judged: number, all: number) => void {
  let last = -1;
  return (judged, all) => {
    const tenth = Math.floor((judged / all) * 10);
    if (tenth > last) note(`${judged} of ${all} answers judged\n`);
    last = tenth;
  };
}
