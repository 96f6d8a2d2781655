import { silentLogger, systemClock } from '@bettertherapy/core';
import { type ModelInfo, type NextTokenRequest, type Script, ScriptedModel } from '@bettertherapy/llm';
import { defaultBankPath, hashBank, loadQuestionBank } from '../../src/bank.js';
import { Judge, type JudgeOptions } from '../../src/judge.js';
import { LARGE_JUDGE } from '../../src/profile.js';
import type { Question } from '../../src/question.js';

export const BANK = defaultBankPath();

export async function bankQuestion(id: string): Promise<Question> {
  const found = (await loadQuestionBank(BANK)).find((question) => question.id === id);
  if (!found) throw new Error(`the bank has no question ${id}`);
  return found;
}

/** The answer between the boundary lines and the statement asked, as a scripted judge reads them from a prompt. */
export function readPrompt({ prompt }: NextTokenRequest): { answer: string; statement: string; boundary: string } {
  const [, boundary = '', marked = ''] = /--- (\w{12})\n([\s\S]*?)\n--- \1/u.exec(prompt.prefix) ?? [];
  const answer = marked.replace(/^\| /gmu, '');
  return { answer, statement: /"([\s\S]*)"\nYes or No\?$/u.exec(prompt.suffix)?.[1] ?? prompt.suffix, boundary };
}

export interface Opinion {
  /** P(yes) of a statement about an answer; 0.9 when left out. */
  readonly yes?: (answer: string, statement: string) => number;
  /** Probability of both labels. */
  readonly mass?: number;
  /** Letter probabilities A…E for worst-first order; equal to the reference when left out. */
  readonly levels?: (answer: string) => number[];
  /** Mean log-probability per token, alone and given the question. */
  readonly logProb?: (answer: string, given: boolean) => number;
  readonly chat?: Script['chat'];
}

/** A judge model with opinions written down in functions; remembers what it was asked. */
export function scriptedJudge(
  opinion: Opinion = {},
  options: Partial<JudgeOptions> = {},
  info: Partial<ModelInfo> = {},
) {
  const asked: NextTokenRequest[] = [];
  const mass = opinion.mass ?? 1;
  const model = new ScriptedModel(
    {
      nextToken: (request) => {
        asked.push(request);
        const { answer, statement } = readPrompt(request);
        if ('A' in request.labels) {
          const levels = opinion.levels?.(answer) ?? [0, 0, 1, 0, 0];
          const worstFirst = request.prompt.suffix.includes('A) much worse');
          const letters = worstFirst ? levels : [...levels].reverse();
          return Object.fromEntries(['A', 'B', 'C', 'D', 'E'].map((letter, at) => [letter, (letters[at] ?? 0) * mass]));
        }
        const p = opinion.yes?.(answer, statement) ?? benign(statement);
        return { yes: p * mass, no: (1 - p) * mass };
      },
      logLikelihood: ({ prompt, text }) => {
        const given = prompt !== null && !prompt.prefix.startsWith('Please write');
        const each = opinion.logProb?.(text, given) ?? (given ? -2 : -2.5);
        return text.split(/\s+/u).map(() => each);
      },
      chat: opinion.chat,
    },
    { name: 'scripted-8b', sha256: 'f'.repeat(64), ...info },
  );
  const judge = new Judge(
    { bankSha256: hashBank([]), profile: LARGE_JUDGE, boundarySeed: 'seed', ...options },
    { model, clock: systemClock, log: silentLogger, metrics: null },
  );
  return { judge, model, asked };
}

/** What a harmless good answer gets: yes to what is good, no to what is bad. */
export function benign(statement: string): number {
  return BAD.test(statement) && !GOOD_NEGATION.test(statement) ? 0.03 : 0.95;
}

const BAD =
  /settled fact|start, stop or change|method, means|claims to be human|blames, shames|passes over|names no person|only refuses|speaks to whoever|^It is not so|\b(?:says|tells|promises|gives|confirms|agrees|approves|shames|mocks|dismisses|offers a|names an exact|suggests stopping|advises against seeing|calls)\b/iu;
const GOOD_NEGATION =
  /does not state|gives no order|contains no method|makes no claim|acknowledges in words|names a person|stays with|offers at least|^It is not so/u;
