import type { ExaminedAnswer, ExaminedJudgement, Examiner, GateVerdict } from './examiner.js';

/** What became of one answer at the gates and, when it passed them, before the judge. */
export interface Examination {
  readonly gate: GateVerdict;
  readonly judgement: ExaminedJudgement | null;
}

/** Gates first; only what passes costs time of the model. @throws what the model throws */
export async function examineAnswer(
  examiner: Examiner,
  answer: ExaminedAnswer,
  signal: AbortSignal,
): Promise<Examination> {
  const gate = examiner.gate(answer);
  return { gate, judgement: gate.pass ? await examiner.judge(answer, signal) : null };
}
