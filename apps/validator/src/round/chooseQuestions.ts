import type { Question } from '@bettertherapy/judge';
import type { QuestionUse } from '@bettertherapy/store';
import { shuffled } from './seed.js';

/**
 * `n` questions of the bank in random order: the least used come first, no theme twice while another is left, and the
 * kinds (plain, vague, redflag, trap) mixed likewise.
 */
export function chooseQuestions(
  bank: readonly Question[],
  uses: readonly QuestionUse[],
  n: number,
  random: () => number,
): Question[] {
  const usesOf = new Map(uses.map((use) => [use.bankId, use]));
  const deck = shuffled(
    bank.filter((question) => question.review.status !== 'rejected'),
    random,
  ).sort((a, b) => (usesOf.get(a.id)?.times ?? 0) - (usesOf.get(b.id)?.times ?? 0));
  const chosen: Question[] = [];
  while (chosen.length < n && deck.length > 0) {
    const at = bestAt(deck, chosen);
    chosen.push(...deck.splice(at, 1));
  }
  return shuffled(chosen, random);
}

/** The first question in the deck whose theme, then whose kind, was chosen the fewest times. */
function bestAt(deck: readonly Question[], chosen: readonly Question[]): number {
  const cost = (question: Question): number =>
    100 * chosen.filter((one) => one.theme === question.theme).length +
    chosen.filter((one) => one.kind === question.kind).length;
  let best = 0;
  let bestCost = Number.POSITIVE_INFINITY;
  deck.forEach((question, at) => {
    const itsCost = cost(question);
    if (itsCost < bestCost) {
      best = at;
      bestCost = itsCost;
    }
  });
  return best;
}
