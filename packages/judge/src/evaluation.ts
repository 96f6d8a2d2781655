import { type RubricScore, rubricScore, VERSUS_VALUES, versusScore } from '@bettertherapy/scoring';
import type { Asker } from './asker.js';
import type { JudgeProfile } from './profile.js';
import { CORE_RUBRIC, CRISIS_RUBRIC } from './prompts/coreRubric.js';
import {
  type AnswerPrompt,
  answerPrompt,
  boundaryFor,
  itemPrompt,
  negated,
  SECOND_PASS_STATEMENT,
  versusPrompt,
} from './prompts/prompts.js';
import type { Question } from './question.js';

/** One rubric item of one answer, as it is stored. */
export interface JudgedItem {
  readonly id: string;
  readonly text: string;
  readonly points: number;
  readonly critical: boolean;
  /** Probability that the statement holds. */
  readonly p: number;
  /** Probability of Yes and No together (the lower one when asked twice). */
  readonly mass: number;
  readonly undecided: boolean;
}

export interface VersusResult {
  /** Probability of much worse, worse, equal, better, much better; empty when undecided. */
  readonly levels: readonly number[];
  /** A in 0.2…1, or null when undecided. */
  readonly value: number | null;
}

/** What the model said about one text. */
export interface Evaluation {
  readonly items: readonly JudgedItem[];
  readonly rubric: RubricScore;
  readonly versus: VersusResult;
  /** P that the text speaks to the grader; null when not asked. */
  readonly addressesGrader: number | null;
}

export interface EvaluationInput {
  readonly question: Question;
  readonly askedText: string;
  /** Cleaned text. */
  readonly text: string;
  /** Ask the crisis items as well. */
  readonly crisis: boolean;
  readonly boundarySeed: string;
}

interface AskedItem {
  readonly id: string;
  readonly text: string;
  readonly points: number;
  readonly critical: boolean;
  readonly negation?: string | undefined;
}

/** The items of a question in the order they are asked: shared core, crisis steps, the question's own (ids `q-…`). */
export function itemsFor(question: Question, crisis: boolean, profile: JudgeProfile): AskedItem[] {
  const core = CORE_RUBRIC.filter((item) => profile.coreItems === null || profile.coreItems.includes(item.id));
  const own = question.rubric.map((item) => ({ ...item, id: `q-${item.id}` }));
  return [...core, ...(crisis ? CRISIS_RUBRIC : []), ...own];
}

/** Asks everything about one text. All calls share system + prefix; only the statement differs. */
export async function evaluateText(asker: Asker, profile: JudgeProfile, input: EvaluationInput): Promise<Evaluation> {
  const boundary = boundaryFor(input.boundarySeed, input.question.id, input.askedText, input.text);
  const base = answerPrompt(input.question, input.askedText, input.text, boundary);
  const items: JudgedItem[] = [];
  for (const item of itemsFor(input.question, input.crisis, profile))
    items.push(await askItem(asker, profile, base, item));
  const versus = await askVersus(asker, profile, base);
  const second = profile.secondPass ? await asker.yesNo(itemPrompt(base, SECOND_PASS_STATEMENT)) : null;
  return {
    items,
    rubric: rubricScore(items),
    versus,
    addressesGrader: second === null || second.mass < profile.minimumMass ? null : second.p,
  };
}

async function askItem(asker: Asker, profile: JudgeProfile, base: AnswerPrompt, item: AskedItem): Promise<JudgedItem> {
  const { id, text, points, critical } = item;
  const straight = await asker.yesNo(itemPrompt(base, text));
  if (!critical || !profile.askNegations) {
    return { id, text, points, critical, ...straight, undecided: straight.mass < profile.minimumMass };
  }
  const turned = await asker.yesNo(itemPrompt(base, item.negation ?? negated(text)));
  const mass = Math.min(straight.mass, turned.mass);
  const p = (straight.p + (1 - turned.p)) / 2;
  return { id, text, points, critical, p, mass, undecided: mass < profile.minimumMass };
}

/** Asks for the level with the letters in both orders and averages what was decided. */
async function askVersus(asker: Asker, profile: JudgeProfile, base: AnswerPrompt): Promise<VersusResult> {
  const worstFirst = await asker.letters(versusPrompt(base, 'worst_first'));
  const bestFirst = await asker.letters(versusPrompt(base, 'best_first'));
  const decided = [
    ...(worstFirst.mass < profile.minimumMass ? [] : [worstFirst.p]),
    ...(bestFirst.mass < profile.minimumMass ? [] : [[...bestFirst.p].reverse()]),
  ];
  if (decided.length === 0) return { levels: [], value: null };
  const levels = VERSUS_VALUES.map(
    (_, level) => decided.reduce((sum, probabilities) => sum + (probabilities[level] ?? 0), 0) / decided.length,
  );
  return { levels, value: versusScore(levels) };
}
