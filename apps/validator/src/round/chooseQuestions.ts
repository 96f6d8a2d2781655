import type { Question } from '@bettertherapy/judge';
import type { QuestionUse } from '@bettertherapy/store';
import { GOLD_PREFIX } from './goldQuestions.js';
import { shuffled } from './seed.js';

/** Who wrote a correction knows its reference and may know a miner, so corrections decide little, however many there are. */
const GOLD_SHARE = 1 / 4;

/**
 * `n` questions of the bank in random order: the least used come first, no theme twice while another is left, and the
 * kinds (plain, vague, redflag, trap) mixed likewise. Of doctors' corrections on the average a quarter of `n` at most,
 * more only when the bank has no others.
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
  let goldLeft = deck.some(isGold) ? wholeOrOneMore(n * GOLD_SHARE, random) : 0;
  while (chosen.length < n && deck.length > 0) {
    const open = goldLeft > 0 || deck.every(isGold) ? deck : deck.filter((question) => !isGold(question));
    const next = open[bestAt(open, chosen)];
    if (next === undefined) break;
    if (isGold(next)) goldLeft -= 1;
    deck.splice(deck.indexOf(next), 1);
    chosen.push(next);
  }
  return shuffled(chosen, random);
}

function isGold({ id }: Question): boolean {
  return id.startsWith(GOLD_PREFIX);
}

/** `count` rounded down or up by chance, so that it is `count` on the average. */
function wholeOrOneMore(count: number, random: () => number): number {
  const whole = Math.floor(count);
  return whole + (count > whole && random() < count - whole ? 1 : 0);
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
