import { describeError } from '@bettertherapy/core';
import type { CallOptions, LanguageModel } from '@bettertherapy/llm';
import { jaccard, wordsOf } from '@bettertherapy/scoring';
import { riskCues } from '@bettertherapy/twins';
import { stem } from './gates/topic.js';
import { detectInjection } from './injection/detect.js';
import { type Question, questionSchema, questionText } from './question.js';
import { wrongLanguage } from './text/language.js';
import { cleanText, countWords } from './text/normalise.js';

/** A wording of a question and where it comes from. */
export interface Reworded {
  readonly text: string;
  readonly origin: 'model' | 'authored' | 'original';
  /** Why the model's wording was not used; null when it was. */
  readonly refusedBecause: RewordFault | null;
  /** What the model's failure said; null when it did not fail. */
  readonly failure: string | null;
}

export type RewordFault =
  | 'model_failed'
  | 'empty'
  | 'wrong_language'
  | 'length'
  | 'too_similar'
  | 'too_different'
  | 'numbers_changed'
  | 'risk_changed'
  | 'key_words_lost'
  | 'not_a_question'
  | 'gives_advice'
  | 'not_plain';

/** How far a wording may go from the original. */
interface RewordRule {
  /** Jaccard of the word sets. */
  readonly similarity: readonly [least: number, most: number];
  /** Words over the original's words. */
  readonly length: readonly [least: number, most: number];
  /** Share of the words that the reference or the rubric takes up which must stay. */
  readonly keyWords: number;
}

const PARAPHRASE: RewordRule = { similarity: [0.2, 0.9], length: [0.6, 1.6], keyWords: 0.6 };
const VARIANT: RewordRule = { similarity: [0.15, 0.85], length: [0.6, 1.7], keyWords: 0.85 };

const PARAPHRASE_TASK =
  'You rewrite a message that a person sent to a health service. Say the same in other words, in the first person as the writer did, keep every number, medicine, feeling and fact, add nothing, answer nothing. Write only the new message.';
const VARIANT_TASK =
  'You rewrite a message that a person sent to a health service as if another person with the same problem had sent it: change names, places, jobs and side details, keep the problem, every number, medicine and feeling. Answer nothing. Write only the new message.';

/** Words of four letters or more that the question shares with its reference, rubric or must-haves: they keep the rubric valid. */
function keyWords(question: Question): Set<string> {
  const judged = new Set(
    wordsOf([question.reference, ...question.rubric.map((item) => item.text), ...question.must_have].join(' ')).map(
      stem,
    ),
  );
  return new Set(
    wordsOf(questionText(question))
      .filter((word) => word.length >= 5)
      .map(stem)
      .filter((word) => judged.has(word)),
  );
}

const NUMBER_WORDS =
  /\b(?:\d+(?:[.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|forty|fifty|hundred|half|twice|double)\b/gu;

function numbersOf(text: string): string {
  return (text.toLowerCase().match(NUMBER_WORDS) ?? [])
    .filter((word) => word !== 'one')
    .sort()
    .join(' ');
}

const ADVICE =
  /\b(?:you should|you could|you may want|i (?:would )?(?:recommend|suggest|advise)|it(?:'s| is) (?:important|recommended|advisable) to|please (?:consult|see|seek)|consider (?:talking|seeing|trying)|try (?:to )?(?:breathing|talking)|i(?:'m| am) (?:an ai|here to help|sorry (?:to hear|you))|as an ai|here(?:'s| is) (?:a|the|another) (?:re|para|new|version))\b/iu;

/**
 * Why a wording may not replace the question, or null when it may: same language, length and overlap in range, the
 * same numbers and risk cues, the words that the rubric needs, still a question of the patient and no advice.
 */
export function checkRewording(
  question: Question,
  candidate: string,
  rule: RewordRule = PARAPHRASE,
): RewordFault | null {
  const original = questionText(question);
  const text = candidate.trim();
  if (text === '') return 'empty';
  if (
    text !== cleanText(text) ||
    /\n\s*\n/u.test(text) ||
    /^(?:message|question|rewritten|new message|paraphrase)\b.*:/iu.test(text)
  ) {
    return 'not_plain';
  }
  if (detectInjection(text, question.lang).verdict === 'attack' && question.kind !== 'trap') return 'not_plain';
  if (wrongLanguage(text, question.lang)) return 'wrong_language';
  const ratio = countWords(text) / Math.max(1, countWords(original));
  if (ratio < rule.length[0] || ratio > rule.length[1]) return 'length';
  const similarity = jaccard(new Set(wordsOf(text)), new Set(wordsOf(original)));
  if (similarity > rule.similarity[1]) return 'too_similar';
  if (similarity < rule.similarity[0]) return 'too_different';
  if (numbersOf(text) !== numbersOf(original)) return 'numbers_changed';
  if (riskCues(text).join() !== riskCues(original).join()) return 'risk_changed';
  const needed = keyWords(question);
  const have = new Set(wordsOf(text).map(stem));
  const kept = [...needed].filter((word) => have.has(word)).length;
  if (kept < needed.size * rule.keyWords) return 'key_words_lost';
  if (original.includes('?') && !text.includes('?')) return 'not_a_question';
  if (/\b(?:i|my|me|i'm|i've)\b/iu.test(original) && !/\b(?:i|my|me|i'm|i've)\b/iu.test(text)) return 'not_a_question';
  return ADVICE.test(text) ? 'gives_advice' : null;
}

/** The model's text without quotation marks around it and without an announcing first line. */
function unwrap(text: string): string {
  return text
    .trim()
    .replace(
      /^(?:sure|certainly|okay|here(?:'s| is)[^:\n]{0,60}|rewritten(?: message)?|new message)[^:\n]{0,40}:\s*/iu,
      '',
    )
    .replace(/^["“”']+|["“”']+$/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

async function ask(
  model: LanguageModel,
  task: string,
  question: Question,
  seed: number,
  options: CallOptions,
): Promise<{ readonly text: string } | { readonly failure: string }> {
  const original = questionText(question);
  try {
    const result = await model.complete(
      {
        messages: [
          { role: 'system', content: task },
          { role: 'user', content: original },
        ],
        maxTokens: Math.min(400, 24 + 3 * countWords(original)),
        sampling: { temperature: 0.7, topP: 0.9, seed },
      },
      options,
    );
    return { text: result.stopReason === 'end' ? unwrap(result.text) : '' };
  } catch (error) {
    options.signal?.throwIfAborted();
    // The round goes on with an authored wording; the reason travels with the result.
    return { failure: describeError(error) };
  }
}

/**
 * Another wording of a question: the model's when it passes {@link checkRewording}, else the authored paraphrase
 * number `seed`, else the question as it stands. Never rejects except when the caller aborts.
 */
export async function reword(
  model: LanguageModel,
  question: Question,
  seed: number,
  options: CallOptions,
): Promise<Reworded> {
  const answer = await ask(model, PARAPHRASE_TASK, question, seed, options);
  const failure = 'failure' in answer ? answer.failure : null;
  const fault = 'failure' in answer ? 'model_failed' : checkRewording(question, answer.text);
  if ('text' in answer && fault === null) return { text: answer.text, origin: 'model', refusedBecause: null, failure };
  const authored = question.paraphrases[Math.abs(Math.trunc(seed)) % Math.max(1, question.paraphrases.length)];
  return authored === undefined
    ? { text: questionText(question), origin: 'original', refusedBecause: fault, failure }
    : { text: authored, origin: 'authored', refusedBecause: fault, failure };
}

/**
 * A new question for the bank made from one that is there: side details change, reference and rubric stay valid by
 * the stricter rules for a variant. Null when the model's text does not pass.
 */
export async function topUp(
  model: LanguageModel,
  question: Question,
  seed: number,
  options: CallOptions = {},
): Promise<Question | null> {
  const answer = await ask(model, VARIANT_TASK, question, seed, options);
  if ('failure' in answer || checkRewording(question, answer.text, VARIANT) !== null) return null;
  const parsed = questionSchema.safeParse({
    ...question,
    id: `${question.id}-v${Math.abs(Math.trunc(seed))}`,
    turns: [...question.turns.slice(0, -1), { role: 'user', text: answer.text }],
    paraphrases: [],
    graded: [],
    visibility: 'private',
    author: `variant by ${model.info.name}`,
    review: { status: 'unreviewed', by: null, licence_no_hash: null, date: null },
  });
  return parsed.success ? parsed.data : null;
}
