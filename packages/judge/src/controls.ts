import type { Judgement } from './judgement.js';
import type { JudgeProfile } from './profile.js';
import { type Question, questionText } from './question.js';

export const CONTROL_NAMES = ['reference', 'null', 'other_reference'] as const;
export type ControlName = (typeof CONTROL_NAMES)[number];

export interface ControlValue {
  readonly name: ControlName;
  readonly reward: number | null;
  /** Range the reward must lie in, both ends included. */
  readonly low: number;
  readonly high: number;
  readonly ok: boolean;
}

export interface ControlReport {
  readonly passed: boolean;
  readonly questionId: string;
  readonly otherQuestionId: string;
  readonly values: readonly ControlValue[];
}

interface ControlJudge {
  judge(
    request: { question: Question; askedText: string; answer: string; isReference?: boolean },
    signal?: AbortSignal,
  ): Promise<Judgement>;
}

/**
 * The hidden controls of a round: the reference as an answer must come out at the anchor, an answer to nothing near
 * zero, the reference of another question low. Three answers through the same gates and prompts as a miner's.
 */
export async function runControls(
  judge: ControlJudge,
  profile: JudgeProfile,
  question: Question,
  other: Question,
  signal: AbortSignal | undefined,
  names: readonly ControlName[] = CONTROL_NAMES,
): Promise<ControlReport> {
  const askedText = questionText(question);
  const cases = [
    { name: 'reference', answer: question.reference, isReference: true },
    { name: 'null', answer: '', isReference: false },
    { name: 'other_reference', answer: other.reference, isReference: false },
  ] as const;
  const values: ControlValue[] = [];
  for (const { name, answer, isReference } of cases) {
    if (!names.includes(name)) continue;
    const { reward } = await judge.judge({ question, askedText, answer, isReference }, signal);
    const [low, high] = profile.controls[name];
    values.push({ name, reward, low, high, ok: reward !== null && reward >= low && reward <= high });
  }
  return {
    passed: values.every((value) => value.ok),
    questionId: question.id,
    otherQuestionId: other.id,
    values,
  };
}
