import { type CopyFinding, findCopies } from './copies.js';
import { type TotalScore, totalScore } from './total.js';

/** One answer to a question, judged or not. */
export interface AnswerToSettle {
  readonly id: string;
  readonly output: string | null;
  /** When it was complete, on the clock of all answers to the question, in milliseconds. */
  readonly arrivedMs: number;
  readonly responseMs: number;
  /** Whether the gates let it through; null where there was nothing to look at. */
  readonly gatePassed: boolean | null;
  /** 0…1 from the judge, null when it gave none. */
  readonly judged: number | null;
}

export interface SettledAnswer extends TotalScore {
  readonly id: string;
  /** Before copies were looked for: 0 for what a gate stopped, null without an answer or a verdict. */
  readonly judgedReward: number | null;
  readonly reward: number | null;
  readonly copy: CopyFinding | null;
}

/**
 * The scores of all answers to one question, in the order given: copies among those that passed the gates earn 0, and
 * so does what is missing, refused or stopped. `askedText`: quotes of it are no copies.
 */
export function settleQuestion(askedText: string, answers: readonly AnswerToSettle[]): SettledAnswer[] {
  const passed = answers.filter(({ gatePassed }) => gatePassed === true);
  const findings = findCopies(
    passed.map(({ id, output, arrivedMs }) => ({ id, text: output ?? '', arrivedMs })),
    { ignore: [askedText] },
  );
  const copies = new Map(findings.map((finding) => [finding.id, finding]));
  return answers.map(({ id, output, responseMs, gatePassed, judged }) => {
    const copy = copies.get(id) ?? null;
    const judgedReward = gatePassed === null ? null : gatePassed ? judged : 0;
    const reward = copy?.verdict === 'copy' ? 0 : judgedReward;
    return { id, judgedReward, reward, copy, ...totalScore({ reward, responseMs, output }) };
  });
}
