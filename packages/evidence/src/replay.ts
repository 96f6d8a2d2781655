import { scoreEvaluation } from '@bettertherapy/judge';
import {
  computeWeights,
  foldAverage,
  roundComponents,
  rubricScore,
  SCORING_VERSION,
  sameArithmetic,
  settleQuestion,
  versusScore,
} from '@bettertherapy/scoring';
import { z } from 'zod';
import { weightInputsOf } from './recorded.js';
import type { RecordedAnswer, RecordedFold, RecordedQuestion, RecordedWeights, RoundEvidence } from './schema.js';

/** One number that does not follow from what it was made from. */
export interface Finding {
  /** Where it stands: `answers 01J… reward`. */
  readonly where: string;
  readonly recorded: unknown;
  readonly computed: unknown;
}

export interface ReplayReport {
  readonly answers: number;
  readonly folds: number;
  readonly weights: boolean;
  readonly findings: readonly Finding[];
}

/** What the judge noted beside its probabilities. */
const detailsSchema = z.object({
  error: z.string().optional(),
  gate: z.object({ pass: z.boolean() }).optional(),
  words: z.number().optional(),
  doubt: z.object({ rewardCleaned: z.number().nullable() }).nullish(),
});

/** The part of a judge manifest that arithmetic needs; written by the judge package of the same scoring version. */
const manifestSchema = z.object({
  profile: z.looseObject({ criticalAt: z.number(), criticalMargin: z.number() }),
  calibration: z.array(z.tuple([z.number(), z.number()])),
});

/**
 * Computes every score, every average and the weights of a round again from the recorded probabilities, times and texts
 * and compares bit for bit. Empty findings: all of it follows. Pure; asks no model and no chain.
 */
export function replayRound(evidence: RoundEvidence): ReplayReport {
  const findings: Finding[] = [];
  const check = (where: string, recorded: unknown, computed: unknown): void => {
    if (!equal(recorded, computed)) findings.push({ where, recorded, computed });
  };
  check('scoringVersion', sameArithmetic(evidence.scoringVersion, SCORING_VERSION), true);
  for (const question of evidence.questions) {
    if (!question.reference) continue;
    const { items, rubric, versus } = question.reference;
    check(`questions ${question.id} reference.rubric`, rubric, rubricScore(items).value);
    check(`questions ${question.id} reference.versus`, versus.value, versusOf(versus.levels));
  }
  const asked = new Set(evidence.questions.map(({ id }) => id));
  for (const { requestId, questionId } of evidence.answers) {
    if (!asked.has(questionId)) check(`answers ${requestId} questionId`, questionId, 'a question of the round');
  }
  for (const question of evidence.questions) replayQuestion(question, evidence, check);
  for (const fold of evidence.folds) replayFold(fold, evidence, check);
  if (evidence.weights) replayWeights(evidence.weights, check);
  return {
    answers: evidence.answers.length,
    folds: evidence.folds.length,
    weights: evidence.weights !== null,
    findings,
  };
}

type Check = (where: string, recorded: unknown, computed: unknown) => void;

/** All answers to one question, settled as the score stage does. */
function replayQuestion({ id, askedText }: RecordedQuestion, evidence: RoundEvidence, check: Check): void {
  const answers = evidence.answers.filter(({ questionId }) => questionId === id);
  const settled = settleQuestion(
    askedText,
    answers.map((answer) => ({
      id: answer.requestId,
      output: answer.text,
      arrivedMs: answer.receivedMs,
      responseMs: answer.responseMs,
      gatePassed: answer.gate?.pass ?? null,
      judged: answer.judgement ? replayJudgement(answer, evidence, check) : null,
    })),
  );
  answers.forEach(({ requestId, score }, position) => {
    const found = settled[position];
    if (!found) return;
    const at = `answers ${requestId}`;
    check(`${at} copyOf`, score.copyOf, found.copy?.verdict === 'copy' ? found.copy.of : null);
    for (const part of ['reward', 'quality', 'time', 'total'] as const)
      check(`${at} ${part}`, score[part], found[part]);
  });
}

/** The reward of one judged answer from its probabilities. */
function replayJudgement(answer: RecordedAnswer, evidence: RoundEvidence, check: Check): number | null {
  const { judgement, requestId, questionId } = answer;
  if (!judgement) return null;
  const at = `answers ${requestId} judgement`;
  const details = detailsSchema.parse(judgement.details);
  if (details.error !== undefined) return null;
  if (details.gate?.pass === false) return 0;
  const manifest = manifestSchema.safeParse(evidence.manifests[judgement.manifestSha256]);
  const reference = evidence.questions.find(({ id }) => id === questionId)?.reference;
  if (!manifest.success || !reference) {
    check(`${at} basis`, manifest.success ? 'no reference' : 'no manifest', 'both');
    return judgement.reward;
  }
  const items = judgement.items.map((item) => ({ ...item, mass: item.mass ?? 0 }));
  // Caps of items follow from their probabilities; the others come from rules that read the text.
  const ofItems = new Set(items.map(({ id }) => `critical:${id}`));
  const versus = { levels: judgement.versus.levels, value: versusOf(judgement.versus.levels) };
  check(`${at}.versus`, judgement.versus.value, versus.value);
  const scored = scoreEvaluation(
    { items, rubric: rubricScore(items), versus, addressesGrader: null },
    judgement.caps.filter(({ code }) => !ofItems.has(code)),
    details.words ?? 0,
    {
      profile: manifest.data.profile,
      reference: { ...reference, items: reference.items.map((item) => ({ ...item, mass: item.mass ?? 0 })) },
      calibration: manifest.data.calibration,
      lengthFit: evidence.lengthFit,
    },
  );
  check(`${at}.rubric`, judgement.rubric, scored.rubric);
  check(`${at}.lengthAdjustment`, judgement.lengthAdjustment, scored.lengthAdjustment);
  check(`${at}.caps`, judgement.caps, scored.caps);
  // A doubtful text of which a gate let nothing through without the doubtful sentences.
  const reward = details.doubt?.rewardCleaned === 0 ? 0 : scored.reward;
  check(`${at}.reward`, judgement.reward, reward);
  return reward;
}

function versusOf(levels: readonly number[]): number | null {
  return levels.length === 0 ? null : versusScore(levels);
}

function replayFold(fold: RecordedFold, evidence: RoundEvidence, check: Check): void {
  const at = `folds ${fold.hotkey}`;
  const own = evidence.answers.filter(({ hotkey }) => hotkey === fold.hotkey).map(({ score }) => score.total);
  check(`${at} totals`, [...fold.inputs.totals].sort(byValue), own.sort(byValue));
  check(`${at} mean`, fold.mean, roundComponents(fold.inputs).mean);
  const before = fold.emaBefore === null ? null : { ema: fold.emaBefore, rounds: fold.roundsAfter - 1 };
  const after = foldAverage(before, fold.mean, evidence.settings.alpha);
  check(`${at} emaAfter`, fold.emaAfter, after.ema);
  check(`${at} roundsAfter`, fold.roundsAfter, after.rounds);
}

function replayWeights(weights: RecordedWeights, check: Check): void {
  const result = computeWeights(weightInputsOf(weights.inputs));
  check('weights', weights.result, 'skip' in result ? null : { uids: result.uids, values: result.values });
}

function byValue(a: number | null, b: number | null): number {
  return (a ?? -1) - (b ?? -1);
}

/** Equal to the last bit: JSON writes the shortest text that reads back as the same double. */
function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
