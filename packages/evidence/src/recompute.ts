import {
  type AnswerPreview,
  type Examiner,
  type Judge,
  previewAnswer,
  questionSchema,
  questionSha256,
  type ReferenceMemory,
  type ReferenceValues,
} from '@bettertherapy/judge';
import { totalScore } from '@bettertherapy/scoring';
import { z } from 'zod';
import type { RecordedAnswer, RecordedQuestion, RoundEvidence } from './schema.js';

/** How far two machines may be apart: kernels of other processors round differently. */
export interface RecomputeTolerance {
  /** Of a probability, and of the values between probabilities and the reward. */
  readonly probability: number;
  /** Of a reward; a hundredfold for what is counted to 100. */
  readonly reward: number;
}

export interface RecomputedField {
  readonly field: string;
  readonly recorded: unknown;
  readonly computed: unknown;
  /** Equal to the last bit. */
  readonly same: boolean;
  /** Equal, or as near as the tolerance says. */
  readonly agrees: boolean;
}

export interface Recomputation {
  readonly requestId: string;
  readonly questionId: string;
  readonly fields: readonly RecomputedField[];
  /** Null when nothing could be judged again: there was no answer, or it was its miner's own older one. */
  readonly preview: AnswerPreview | null;
  /** `replayed`: stopped as an answer given before, which one file cannot show. `other_prompts`, `reference_as_recorded`: the codes of the prompts are unknown, of the answer or of its reference. */
  readonly notes: readonly ('replayed' | 'other_prompts' | 'judge_failed' | 'reference_as_recorded')[];
}

const detailsSchema = z.object({
  error: z.string().optional().catch(undefined),
  gate: z.object({ pass: z.boolean(), reason: z.string().optional() }).optional().catch(undefined),
  boundarySeed: z.string().optional().catch(undefined),
});

/** The references of a round as they were judged, so that answers are measured against the same values again. */
export function recordedReferences(evidence: RoundEvidence): ReferenceMemory {
  const known = new Map(
    evidence.questions.flatMap(({ bankEntry, reference }) => {
      const question = questionSchema.safeParse(bankEntry).data;
      if (!question || !reference) return [];
      const items = reference.items.map((item) => ({ ...item, mass: item.mass ?? 0 }));
      return [[questionSha256(question), { ...reference, items }] as const];
    }),
  );
  return { get: (sha256) => known.get(sha256) ?? null, use: () => undefined };
}

/**
 * Judges a recorded answer and its reference again and compares everything with what the validator wrote down. The answer is
 * measured against the reference as recorded.
 * @param parts a judge of the manifest that the answer was judged by, with {@link recordedReferences}
 * @throws what the model throws; ZodError when the question is none that this build can judge by
 */
export async function recomputeAnswer(
  answer: RecordedAnswer,
  evidence: RoundEvidence,
  tolerance: RecomputeTolerance,
  parts: { readonly judge: Judge; readonly examiner: Examiner },
  signal: AbortSignal,
): Promise<Recomputation> {
  const { requestId, questionId, text, gate } = answer;
  const asked = evidence.questions.find(({ id }) => id === questionId);
  const details = detailsSchema.parse(answer.judgement?.details ?? {});
  const replayed = gate?.reason === 'replayed';
  const preview =
    asked && text !== null && gate && !replayed ? await judgeAgain(answer, text, asked, evidence, parts, signal) : null;
  const notes: Recomputation['notes'][number][] = [];
  if (replayed) notes.push('replayed');
  if (details.error !== undefined) notes.push('judge_failed');
  else if (preview?.judgement && details.boundarySeed === undefined) notes.push('other_prompts');
  const fields = fieldsOf(answer, preview, tolerance);
  if (asked?.reference && preview?.judgement) {
    const { boundarySeed } = asked.reference;
    if (boundarySeed === undefined) notes.push('reference_as_recorded');
    else {
      const anew = await parts.judge.judgeReference(questionSchema.parse(asked.bankEntry), signal, boundarySeed);
      fields.push(...referenceFields(asked.reference, anew, tolerance));
    }
  }
  return { requestId, questionId, fields, preview, notes };
}

function judgeAgain(
  answer: RecordedAnswer,
  text: string,
  { id, bankEntry, askedText }: RecordedQuestion,
  evidence: RoundEvidence,
  parts: { readonly judge: Judge; readonly examiner: Examiner },
  signal: AbortSignal,
): Promise<AnswerPreview> {
  const others = evidence.answers
    .filter(({ questionId, requestId }) => questionId === id && requestId !== answer.requestId)
    .map((other) => ({
      id: other.requestId,
      output: other.text,
      arrivedMs: other.receivedMs,
      responseMs: other.responseMs,
      gatePassed: other.gate?.pass ?? null,
      judged: null,
    }));
  const { boundarySeed } = detailsSchema.parse(answer.judgement?.details ?? {});
  const question = questionSchema.parse(bankEntry);
  const examined = { question, askedText, answer: text, lengthFit: evidence.lengthFit, boundarySeed };
  return previewAnswer({ id: answer.requestId, arrivedMs: answer.receivedMs, examined }, others, parts, signal);
}

function fieldsOf(
  answer: RecordedAnswer,
  preview: AnswerPreview | null,
  tolerance: RecomputeTolerance,
): RecomputedField[] {
  const { judgement, score, responseMs, text } = answer;
  const fields: RecomputedField[] = [];
  const compare = (field: string, recorded: unknown, computed: unknown, within = 0): void => {
    fields.push(compared(field, recorded, computed, within));
  };
  if (preview) {
    const row = preview.judgement?.row ?? null;
    compare('gate', recordedGate(answer), preview.gateReason ?? 'passed');
    const items = new Map(row?.items.map(({ itemId, p }) => [itemId, p]));
    for (const { id, p } of judgement?.items ?? []) compare(`p ${id}`, p, items.get(id) ?? null, tolerance.probability);
    compare('statements', judgement?.items.length ?? 0, row?.items.length ?? 0);
    for (const [at, p] of (judgement?.versus.levels ?? []).entries()) {
      compare(`comparison ${'ABCDE'[at] ?? at}`, p, row?.versus.levels[at] ?? null, tolerance.probability);
    }
    for (const part of ['rubric', 'lengthAdjustment'] as const) {
      compare(part, judgement?.[part] ?? null, row?.[part] ?? null, tolerance.probability);
    }
    compare('versus', judgement?.versus.value ?? null, row?.versus.value ?? null, tolerance.probability);
    compare('caps', judgement?.caps ?? [], row?.caps ?? []);
    compare('judged reward', judgement?.reward ?? null, row?.reward ?? null, tolerance.reward);
    compare('copyOf', score.copyOf, preview.copy?.verdict === 'copy' ? preview.copy.of : null);
  }
  const reward = preview ? preview.reward : answer.gate?.reason === 'replayed' ? 0 : null;
  const total = totalScore({ reward, responseMs, output: text });
  compare('reward', score.reward, reward, tolerance.reward);
  compare('quality', score.quality, total.quality, 100 * tolerance.reward);
  compare('time', score.time, total.time);
  compare('total', score.total, total.total, 100 * tolerance.reward);
  return fields;
}

function compared(field: string, recorded: unknown, computed: unknown, within: number): RecomputedField {
  const same = JSON.stringify(recorded) === JSON.stringify(computed);
  // A little more than the tolerance, because differences of decimals are no decimals.
  const near =
    typeof recorded === 'number' &&
    typeof computed === 'number' &&
    Math.abs(recorded - computed) <= within * (1 + 1e-9);
  return { field, recorded, computed, same, agrees: same || near };
}

function referenceFields(
  recorded: NonNullable<RecordedQuestion['reference']>,
  anew: ReferenceValues,
  { probability }: RecomputeTolerance,
): RecomputedField[] {
  const items = new Map(anew.items.map(({ id, p }) => [id, p]));
  return [
    ...recorded.items.map(({ id, p }) => compared(`reference p ${id}`, p, items.get(id) ?? null, probability)),
    compared('reference statements', recorded.items.length, anew.items.length, 0),
    ...recorded.versus.levels.map((p, at) =>
      compared(`reference comparison ${'ABCDE'[at] ?? at}`, p, anew.versus.levels[at] ?? null, probability),
    ),
    compared('reference rubric', recorded.rubric, anew.rubric, probability),
    compared('reference words', recorded.words, anew.words, 0),
  ];
}

/** `passed`, or the gate that closed: one of rules, or one that only the model can apply. */
export function recordedGate({ gate, judgement }: RecordedAnswer): string | null {
  if (!gate) return null;
  if (!gate.pass) return gate.reason ?? 'gate';
  const { gate: ofModel } = detailsSchema.parse(judgement?.details ?? {});
  return ofModel?.pass === false ? (ofModel.reason ?? 'gate') : 'passed';
}
