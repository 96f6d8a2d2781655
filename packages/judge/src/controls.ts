import type { Judgement } from './judgement.js';
import type { JudgeProfile } from './profile.js';
import { type Question, questionText } from './question.js';

export const CONTROL_NAMES = ['reference', 'null', 'other_reference'] as const;
export type ControlName = (typeof CONTROL_NAMES)[number];

/** The null control: passes every gate and says nothing. Blank text would be stopped before the model is asked. */
export const NULL_ANSWER =
  'Thank you for writing and for taking the time. It is good that you got in touch. There are many things one could say ' +
  'here, and everybody is a little different. All the best to you, and have a pleasant day.';

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
 * The hidden controls of a round: the reference as an answer must come out at the anchor, a fluent answer that
 * says nothing low, the reference of another question low. Three answers through the same gates and prompts as a miner's.
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
    { name: 'null', answer: NULL_ANSWER, isReference: false },
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
