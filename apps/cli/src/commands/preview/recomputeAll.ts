import {
  type OpenedEvidence,
  type Recomputation,
  type RecordedAnswer,
  type RoundEvidence,
  recomputeAnswer,
} from '@bettertherapy/evidence';
import type { CommandContext } from '../../command.js';
import { CliErrorCode, cliError } from '../errors.js';
import type { Report } from '../report.js';
import type { LocalJudge } from './openLocalJudge.js';
import type { PreviewOptions } from './options.js';
import { recomputationText } from './recomputationText.js';

/** Kernels of other processors move a probability further than the reward that many of them make. */
const PROBABILITY_FACTOR = 5;

export interface RecordedChoice {
  readonly answers: readonly { readonly at: number; readonly answer: RecordedAnswer }[];
  /** Null when none of them came before the judge. */
  readonly manifestSha256: string | null;
}

/**
 * Answers of a miner in a round: all, or the one to the question of that number (from 1) or id.
 * @throws CodedError CLI_USAGE when there are none, or judges of two manifests judged them
 */
export function recordedOf(evidence: RoundEvidence, hotkey: string, question: string | null): RecordedChoice {
  const answers = evidence.questions.flatMap(({ id, bankId }, position) => {
    const at = position + 1;
    const answer = evidence.answers.find((one) => one.questionId === id && one.hotkey === hotkey);
    return answer && (question === null || [String(at), id, bankId].includes(question)) ? [{ at, answer }] : [];
  });
  if (answers.length === 0) {
    throw cliError(CliErrorCode.Usage, `round ${evidence.round.number} has no such answer of ${hotkey}`, {
      remedy: `--miner is one of its hotkeys, --question a number up to ${evidence.questions.length}.`,
      details: { hotkeys: evidence.participants.map((one) => one.hotkey) },
    });
  }
  const manifests = new Set(answers.flatMap(({ answer }) => answer.judgement?.manifestSha256 ?? []));
  if (manifests.size > 1) {
    throw cliError(
      CliErrorCode.Usage,
      'two judges judged these answers: the validator was given another model meanwhile',
      {
        remedy: 'Name one question with --question.',
      },
    );
  }
  return { answers, manifestSha256: [...manifests][0] ?? null };
}

/** Judges recorded answers again and compares. Code 1 when a number is off by more than the tolerance. */
export async function recomputeAll(
  at: { readonly opened: OpenedEvidence; readonly recorded: RecordedChoice; readonly local: LocalJudge },
  { tolerance }: PreviewOptions,
  { signal, note }: CommandContext,
): Promise<{ readonly report: Report; readonly code: number }> {
  const { opened, recorded, local } = at;
  const allowed = { reward: tolerance, probability: Math.min(1, PROBABILITY_FACTOR * tolerance) };
  const found: (Recomputation & { readonly at: number })[] = [];
  for (const { at: number, answer } of recorded.answers) {
    note(`question ${number}: judging …\n`);
    found.push({ at: number, ...(await recomputeAnswer(answer, opened.evidence, allowed, local, signal)) });
  }
  const fields = found.flatMap((one) => one.fields);
  const agrees = fields.every((one) => one.agrees);
  const same = fields.every((one) => one.same);
  const { evidence, sha256 } = opened;
  const shown = {
    ...{ round: evidence.round.number, validator: evidence.validator, sha256, tolerance: allowed, agrees, same },
    judge: {
      model: local.judge.manifest.modelName,
      manifest: local.judge.manifest.sha256,
      differences: local.differences,
    },
    answers: found,
  };
  return { report: { json: shown, text: recomputationText(shown) }, code: agrees ? 0 : 1 };
}
