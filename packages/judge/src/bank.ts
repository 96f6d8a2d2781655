import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CodedError } from '@bettertherapy/core';
import { jaccard, wordsOf } from '@bettertherapy/scoring';
import { JudgeErrorCode } from './errors.js';
import { type Question, questionSchema, questionText } from './question.js';

/** The bank that comes with this package. */
export function defaultBankPath(): string {
  return fileURLToPath(new URL('../bank/questions.jsonl', import.meta.url));
}

function badBank(message: string, details: Readonly<Record<string, unknown>>, cause?: unknown): CodedError {
  return new CodedError(JudgeErrorCode.BadBank, message, {
    remedy: 'Correct the named line of the question bank, or point --bank.path at another file.',
    details,
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Reads a bank of questions: one JSON object per line, blank lines skipped.
 * @throws CodedError JUDGE_BAD_BANK naming the line, also for an id used twice or an empty bank.
 */
export async function loadQuestionBank(path: string): Promise<Question[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw badBank('the question bank cannot be read', { path }, cause);
  });
  return parseQuestionBank(text, path);
}

/** As {@link loadQuestionBank}, from text. `name` only appears in errors. */
export function parseQuestionBank(text: string, name = 'bank'): Question[] {
  const questions: Question[] = [];
  const ids = new Set<string>();
  text.split('\n').forEach((line, at) => {
    if (line.trim() === '') return;
    const where = { path: name, line: at + 1 };
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw badBank(`line ${at + 1} is not JSON`, where, cause);
    }
    const parsed = questionSchema.safeParse(value);
    if (!parsed.success) {
      const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      throw badBank(`line ${at + 1} breaks the schema: ${problems.join('; ')}`, { ...where, problems });
    }
    if (ids.has(parsed.data.id)) throw badBank(`the id ${parsed.data.id} is used twice`, where);
    ids.add(parsed.data.id);
    questions.push(parsed.data);
  });
  if (questions.length === 0) throw badBank('the question bank is empty', { path: name });
  return questions;
}

/** Hash of the questions in the order of their ids; goes into the judge manifest. */
export function hashBank(questions: readonly Question[]): string {
  const sorted = [...questions].sort((a, b) => (a.id < b.id ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

/** Pairs of questions whose words overlap by at least `at` (Jaccard): too alike to be two questions. */
export function alikeQuestions(questions: readonly Question[], at = 0.5): (readonly [string, string])[] {
  const sets = questions.map((question) => ({ id: question.id, words: new Set(wordsOf(questionText(question))) }));
  const pairs: (readonly [string, string])[] = [];
  sets.forEach((a, n) => {
    for (const b of sets.slice(n + 1)) if (jaccard(a.words, b.words) >= at) pairs.push([a.id, b.id]);
  });
  return pairs;
}
