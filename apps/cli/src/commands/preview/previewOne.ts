import { readFile } from 'node:fs/promises';
import type { OpenedEvidence } from '@bettertherapy/evidence';
import { earlierAnswers, previewAnswer, type Question } from '@bettertherapy/judge';
import { totalScore } from '@bettertherapy/scoring';
import { z } from 'zod';
import type { CommandContext } from '../../command.js';
import { CliErrorCode, cliError } from '../errors.js';
import type { Report } from '../report.js';
import { askedQuestion } from './askedQuestion.js';
import type { LocalJudge } from './openLocalJudge.js';
import type { PreviewOptions } from './options.js';
import { previewText } from './previewText.js';

/** One answer that no validator has seen yet. @throws CodedError CLI_USAGE */
export async function previewOne(
  at: { readonly opened: OpenedEvidence | null; readonly bank: readonly Question[]; readonly local: LocalJudge },
  options: PreviewOptions,
  context: CommandContext,
): Promise<{ readonly report: Report; readonly code: number }> {
  const { opened, bank, local } = at;
  const { question: text, twin, history, seconds, codes } = options;
  if (text === null) {
    throw cliError(CliErrorCode.Usage, 'there is no question', {
      remedy: 'Give --question: its words, or an id of the bank or of the evidence.',
    });
  }
  const asked = await askedQuestion({ text, twin, history }, { bank, evidence: opened?.evidence ?? null });
  const answer = await answerOf(options, context);
  const { question, askedText, origin } = asked;
  const lengthFit = opened?.evidence.lengthFit ?? null;
  const examined = { question, askedText, answer, lengthFit };
  const others = earlierAnswers(local.examiner, examined, await othersOf(options.others));
  const id = 'preview';
  const preview = await previewAnswer({ id, arrivedMs: others.length, examined }, others, local, context.signal);
  const rewards = [preview.reward];
  for (let code = 2; code <= codes; code += 1) {
    context.note(`code ${code} of ${codes}: judging …\n`);
    const other = { ...examined, boundarySeed: `preview ${code}` };
    const again = await previewAnswer({ id, arrivedMs: others.length, examined: other }, others, local, context.signal);
    rewards.push(again.reward);
  }
  const score =
    seconds === null
      ? null
      : { seconds, ...totalScore({ reward: preview.reward, responseMs: 1000 * seconds, output: answer }) };
  const shown = {
    question: { id: question.id, origin, askedText, lang: question.lang, crisis: question.crisis_expected },
    judge: {
      model: local.judge.manifest.modelName,
      manifest: local.judge.manifest.sha256,
      differences: local.differences,
      evidence: opened && { validator: opened.signer, round: opened.evidence.round.number, sha256: opened.sha256 },
    },
    others: others.length,
    lengthFit,
    preview,
    rewards,
    score,
  };
  return { report: { json: shown, text: previewText(shown) }, code: 0 };
}

async function answerOf(options: PreviewOptions, { terminal, signal }: CommandContext): Promise<string> {
  const { answer, answerFile } = options;
  if (answer !== null && answerFile !== null) {
    throw cliError(CliErrorCode.Usage, 'there are two answers', { remedy: 'Give --answer or --answer_file.' });
  }
  if (answer !== null) return answer;
  if (answerFile !== null) return readText(answerFile);
  if (!terminal.interactive) return terminal.readPiped(signal);
  throw cliError(CliErrorCode.Usage, 'there is no answer', {
    remedy: 'Give --answer or --answer_file, or pipe it in.',
  });
}

async function othersOf(file: string | null): Promise<string[]> {
  if (file === null) return [];
  const text = await readText(file);
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch (cause) {
    throw cliError(CliErrorCode.Usage, `${file} is no list of answers`, {
      remedy: 'Give a JSON list of texts: ["…", "…"].',
      cause,
    });
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw cliError(CliErrorCode.Usage, `${file} cannot be read`, { remedy: 'Name a text file.', cause });
  }
}
