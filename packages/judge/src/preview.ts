import {
  type AnswerToSettle,
  type Cap,
  type CopyFinding,
  combineReward,
  rubricScore,
  settleQuestion,
  TIME_TIERS,
  type TotalScore,
  totalScore,
} from '@bettertherapy/scoring';
import { type Examination, examineAnswer } from './examiner/examineAnswer.js';
import type { ExaminedAnswer, Examiner, JudgementRecord } from './examiner/examiner.js';
import type { Judge } from './judge.js';
import type { ReferenceValues } from './judgement.js';

/** What an answer would get if it arrived within a time. */
export interface TierPreview extends TotalScore {
  /** Milliseconds; null for whatever takes longer than the last tier. */
  readonly belowMs: number | null;
}

/** Everything that a validator with the same judge would make of an answer. */
export interface AnswerPreview extends Examination {
  /** The gate that closed, of rules or of the model; null when all let it through. */
  readonly gateReason: string | null;
  /** What the answer was measured against; null when a gate closed before the judge. */
  readonly reference: ReferenceValues | null;
  /** How the reward came about; null when nothing was judged or decided. */
  readonly steps: {
    /** R before it is put on the reference's scale. */
    readonly ownRubric: number | null;
    readonly raw: number | null;
    readonly calibrated: number | null;
    /** The cap that the reward was cut to. */
    readonly boundBy: Cap | null;
  } | null;
  readonly judgedReward: number | null;
  /** 0…1 after copies; null when the judge could not decide. */
  readonly reward: number | null;
  readonly copy: CopyFinding | null;
  readonly quality: number;
  readonly tiers: readonly TierPreview[];
}

/** The answer that is looked at, and its place among the others. */
export interface AnswerInField {
  readonly id: string;
  readonly arrivedMs: number;
  readonly examined: ExaminedAnswer;
}

/**
 * Gates, judge and copies over one answer as a round applies them: what a validator with the same judge makes of it.
 * `others`: the answers of other miners to the same question. @throws what the model throws
 */
export async function previewAnswer(
  { id, arrivedMs, examined }: AnswerInField,
  others: readonly AnswerToSettle[],
  { judge, examiner }: { readonly judge: Judge; readonly examiner: Examiner },
  signal: AbortSignal,
): Promise<AnswerPreview> {
  const examination = await examineAnswer(examiner, examined, signal);
  const { gate, judgement } = examination;
  const output = examined.answer;
  const own = { id, output, arrivedMs, responseMs: 0, gatePassed: gate.pass, judged: judgement?.row.reward ?? null };
  const settled = settleQuestion(examined.askedText, [...others, own]).at(-1);
  const { judgedReward = null, reward = null, copy = null } = settled ?? {};
  return {
    ...examination,
    gateReason: gate.reason ?? judgement?.gateReason ?? null,
    reference: judgement ? await judge.referenceValues(examined.question, signal) : null,
    steps: judgement && judgement.gateReason === null ? stepsOf(judgement.row, judge) : null,
    judgedReward,
    reward,
    copy,
    quality: totalScore({ reward, responseMs: 0, output }).quality,
    tiers: tiersOf(reward, output),
  };
}

/** Texts of others as answers that arrived before; what a gate stops is compared with nothing, as in a round. */
export function earlierAnswers(
  examiner: Examiner,
  examined: ExaminedAnswer,
  texts: readonly string[],
): AnswerToSettle[] {
  return texts.map((output, at) => ({
    ...{ id: String(at + 1), output, arrivedMs: at, responseMs: 0, judged: null },
    gatePassed: examiner.gate({ ...examined, answer: output }).pass,
  }));
}

function stepsOf(row: JudgementRecord, judge: Judge): AnswerPreview['steps'] {
  const { rubric, versus, facts, lengthAdjustment, caps } = row;
  const { raw, calibrated, boundBy } = combineReward({
    ...{ rubric, versus: versus.value, facts, lengthAdjustment },
    caps: caps.flatMap(({ code, limit }) =>
      typeof code === 'string' && typeof limit === 'number' ? [{ code, limit }] : [],
    ),
    calibration: judge.manifest.calibration,
  });
  const items = row.items.map((item) => ({ ...item, mass: item.mass ?? 0 }));
  return { ownRubric: rubricScore(items).value, raw, calibrated, boundBy };
}

function tiersOf(reward: number | null, output: string): TierPreview[] {
  const slowest = TIME_TIERS.at(-1)?.belowMs ?? 0;
  return [
    ...TIME_TIERS.map(({ belowMs }) => ({ belowMs, ...totalScore({ reward, responseMs: belowMs - 1, output }) })),
    { belowMs: null, ...totalScore({ reward, responseMs: slowest, output }) },
  ];
}
