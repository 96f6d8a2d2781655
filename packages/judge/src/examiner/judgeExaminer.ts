import type { Logger } from '@bettertherapy/core';
import type { LanguageModel } from '@bettertherapy/llm';
import { CONTROL_NAMES } from '../controls.js';
import { type GateResult, gate } from '../gates/gate.js';
import type { Judge } from '../judge.js';
import type { Judgement } from '../judgement.js';
import { type Question, questionText } from '../question.js';
import { topUp } from '../reword.js';
import type { ExaminedAnswer, ExaminedJudgement, Examiner, JsonRecord } from './examiner.js';

/** For one rewording of a question. */
const REWORD_DEADLINE_MS = 120_000;

/** The judge package behind the door that rounds use. */
export function judgeExaminer(parts: {
  readonly judge: Judge;
  readonly model: LanguageModel;
  readonly log: Logger;
}): Examiner {
  const { judge, model, log } = parts;
  return {
    modelName: model.info.name,
    manifestSha256: judge.manifest.sha256,
    manifest: plainJson(judge.manifest),
    gate: (answer) => gateVerdict(gate(answer)),
    judge: async (answer: ExaminedAnswer, signal) => judgementRow(await judge.judge(answer, signal)),
    probe: async (question, signal) => {
      const askedText = questionText(question);
      await judge.judge({ question, askedText, answer: question.reference, isReference: true }, signal);
    },
    controlKinds: CONTROL_NAMES,
    control: async (kind, question, other, signal) => {
      const names = CONTROL_NAMES.filter((name) => name === kind);
      const [value] = (await judge.controls(question, other, signal, names)).values;
      if (!value) throw new RangeError(`there is no control ${kind}`);
      const { reward, low, high, ok } = value;
      return { kind, bankId: question.id, reward, low, high, pass: ok };
    },
    paraphrase: (question, seed, signal) => judge.paraphrase(question, signal, seed),
    variant: async (question, seed, signal): Promise<Question | null> => {
      const variant = await topUp(model, question, seed, { signal, deadlineMs: REWORD_DEADLINE_MS });
      if (variant) log.debug('question varied', { questionId: question.id });
      return variant;
    },
  };
}

function gateVerdict(result: GateResult) {
  if (!result.pass) {
    const { reason, strike, rules } = result;
    return { pass: false, reason, strike, result: plainJson({ rules }) };
  }
  const { caps, words, injection } = result;
  return {
    pass: true,
    reason: null,
    strike: false,
    result: plainJson({ caps, words, rules: injection.rules, verdict: injection.verdict }),
  };
}

function judgementRow(judgement: Judgement): ExaminedJudgement {
  const { items, versus, rubric, facts, lengthAdjustment, caps, reward, manifestSha256 } = judgement;
  const { gate: outcome, likelihood, doubt, words, cost, boundarySeed, strike } = judgement;
  return {
    row: {
      items: items.map(({ id, text, points, critical, p, mass, undecided }) => {
        return { itemId: id, text, points, critical, p, mass, undecided };
      }),
      versus: { levels: [...versus.levels], value: versus.value },
      rubric,
      facts,
      lengthAdjustment,
      caps: caps.map(plainJson),
      reward,
      manifestSha256,
      details: plainJson({ gate: outcome, likelihood, doubt, words, cost, boundarySeed }),
    },
    gateReason: outcome.pass ? null : outcome.reason,
    strike,
  };
}

/** Plain data as JSON will hold it: no undefined members, no readonly. */
function plainJson(value: object): JsonRecord {
  // What comes out of JSON.parse of an object is a JSON record.
  return JSON.parse(JSON.stringify(value)) as JsonRecord;
}
