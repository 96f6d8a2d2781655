import { modelApiKey, modelFragment, option } from '@bettertherapy/config';
import { systemClock } from '@bettertherapy/core';
import { defaultBankPath, hashBank, Judge, loadQuestionBank, openJudgeModel, runExam } from '@bettertherapy/judge';
import { z } from 'zod';
import { type CommandContext, operatorCommand } from '../../command.js';
import { manifestPath } from '../../start/layout.js';
import { jsonFlag } from '../flags.js';
import { downloadNotes } from '../models.js';
import { print } from '../report.js';
import { type ExamSubject, examText } from './examReport.js';

export const judgeExam = operatorCommand({
  words: ['judge', 'exam'],
  summary: 'whether a model judges well enough to set weights by',
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
    json: jsonFlag,
  }),
  finish: (values) => values,
  work: async ({ model: flags, bank, questions: wanted, json }, context) => {
    const questions = await loadQuestionBank(bank.path ?? defaultBankPath());
    const asked = spread(questions, wanted);
    const { log, signal, note, input } = context;
    const base = { clock: systemClock, log, metrics: null };
    const parts = { ...base, manifestPath, env: input.env, onProgress: downloadNotes(note) };
    const model = await openJudgeModel({ ...flags, apiKey: modelApiKey(flags) }, parts, signal);
    try {
      const judge = new Judge({ bankSha256: hashBank(questions) }, { model, ...base });
      const startedMs = systemClock.monotonicMs();
      const report = await runExam(judge, asked, { signal, onJudged: progress(context) });
      const { name, sha256 } = model.info;
      const seconds = (systemClock.monotonicMs() - startedMs) / 1000;
      const subject: ExamSubject = {
        model: name,
        modelSha256: sha256,
        profile: judge.profile.name,
        questions: asked.length,
        seconds,
      };
      print(context, json, { json: { ...subject, ...report }, text: examText(report, subject) });
      return report.passed ? 0 : 1;
    } finally {
      await model.close();
    }
  },
});

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
