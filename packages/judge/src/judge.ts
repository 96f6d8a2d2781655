import { type Clock, CodedError, type Logger } from '@bettertherapy/core';
import type { LanguageModel } from '@bettertherapy/llm';
import type { CalibrationTable, Cap, LengthFit } from '@bettertherapy/scoring';
import { Asker } from './asker.js';
import { CONTROL_NAMES, type ControlName, type ControlReport, runControls } from './controls.js';
import { crisisCaps, needsCrisisItems } from './crisis.js';
import { JudgeErrorCode } from './errors.js';
import { type Evaluation, evaluateText } from './evaluation.js';
import { type GateReason, type GateResult, gate } from './gates/gate.js';
import { judgeLikelihood, type LikelihoodReport, measureLikelihood } from './gates/likelihood.js';
import { topicalShare } from './gates/topic.js';
import type { DoubtReport, Judgement, ReferenceMemory, ReferenceValues } from './judgement.js';
import { type JudgeManifest, judgeManifest } from './manifest.js';
import type { JudgeMetrics } from './metrics.js';
import { type JudgeProfile, profileFor } from './profile.js';
import { answerSeed, boundaryFor, quickPrompt } from './prompts/prompts.js';
import { type Question, questionText } from './question.js';
import { ReferenceBook } from './referenceBook.js';
import { type Reworded, reword } from './reword.js';
import { brokenCopy, lowerOf, type ScoreContext, type Scored, scoreEvaluation } from './scoreEvaluation.js';

export interface JudgeOptions {
  /** Of the loaded bank, see `hashBank`. */
  readonly bankSha256: string;
  /** By the model's size when left out. */
  readonly profile?: JudgeProfile | undefined;
  readonly calibration?: CalibrationTable | undefined;
  /** Secret of this validator; makes the boundary codes unknowable. Each judgement tells the seed of its own, see `answerSeed`. */
  readonly boundarySeed?: string | undefined;
  /** For one model call, waiting included; 120 s when left out. */
  readonly callDeadlineMs?: number | undefined;
}

export interface JudgeRequest {
  readonly question: Question;
  /** The wording that was sent. */
  readonly askedText: string;
  readonly answer: string;
  /** The reference given as an answer (a control): it may of course overlap with itself. */
  readonly isReference?: boolean | undefined;
  /** Length slope of recent answers; none: no length adjustment. */
  readonly lengthFit?: LengthFit | null | undefined;
  /** Of an earlier judgement of this answer, so that it is judged by the same prompts; of the judge's own seed when left out. */
  readonly boundarySeed?: string | undefined;
}

/** A copy that scores this much above the original is no honest text. */
const COPY_MARGIN = 0.1;
/** Before everything that a round judges. */
const QUICK_PRIORITY = 10;

/**
 * Judges one answer at a time with a language model: gates, rubric items from next-token probabilities, comparison
 * with the reference, caps. Deterministic for a given model. Issue calls question by question and answer by answer so
 * that the model reuses what it has evaluated.
 */
export class Judge {
  readonly manifest: JudgeManifest;
  readonly profile: JudgeProfile;
  private readonly references: ReferenceBook;

  /** @throws CodedError JUDGE_MODEL_CANNOT_JUDGE when the model gives no next-token probabilities. */
  constructor(
    private readonly options: JudgeOptions,
    private readonly parts: {
      readonly model: LanguageModel;
      readonly clock: Clock;
      readonly log: Logger;
      readonly metrics: JudgeMetrics | null;
      /** Without one, references are judged anew in each process. */
      readonly references?: ReferenceMemory | undefined;
    },
  ) {
    const { info } = parts.model;
    if (!info.capabilities.nextToken) {
      throw new CodedError(JudgeErrorCode.ModelCannotJudge, `${info.name} gives no next-token probabilities`, {
        remedy: 'Judge with a local model (--model.backend llama) or a server that returns log probabilities.',
        details: { backend: info.backend, model: info.name },
      });
    }
    this.profile = options.profile ?? profileFor(info);
    this.manifest = judgeManifest(info, this.profile, options.bankSha256, options.calibration);
    this.references = new ReferenceBook(parts.references ?? null, (question, signal) =>
      this.judgeReference(question, signal),
    );
  }

  /** The reference judged like an answer, once per question and version while it stays in the cache. */
  referenceValues(question: Question, signal?: AbortSignal): Promise<ReferenceValues> {
    return this.references.valuesOf(question, signal);
  }

  /**
   * The reference judged now, whatever is known of it.
   * @param boundarySeed the one that was written down with earlier values, for the same prompts; else of the judge's own seed
   */
  async judgeReference(question: Question, signal?: AbortSignal, boundarySeed?: string): Promise<ReferenceValues> {
    const askedText = questionText(question);
    const crisis = needsCrisisItems(question, askedText);
    const seed = boundarySeed ?? answerSeed(this.seed, question.id, askedText, question.reference);
    const asked = { question, askedText, text: question.reference, crisis, boundarySeed: seed };
    const { rubric, versus, items } = await evaluateText(this.asker(signal), this.profile, asked);
    const words = question.reference.split(/\s+/u).length;
    return { rubric: rubric.value, versus, items, words, crisis, boundarySeed: seed };
  }

  /**
   * One answer. Model faults and aborts reject (nothing is scored then); everything an answer can do wrong is in the
   * judgement.
   */
  async judge(request: JudgeRequest, signal?: AbortSignal): Promise<Judgement> {
    const startedMs = this.parts.clock.monotonicMs();
    const judgement = await this.decide(request, signal);
    const outcome = !judgement.gate.pass ? 'gated' : judgement.reward === null ? 'undecided' : 'scored';
    const { metrics } = this.parts;
    metrics?.answerJudged(outcome, this.parts.clock.monotonicMs() - startedMs);
    metrics?.modelCalls(judgement.cost.modelCalls);
    if (!judgement.gate.pass) metrics?.gateClosed(judgement.gate.reason);
    for (const cap of judgement.caps) metrics?.capApplied(cap.code);
    return judgement;
  }

  /**
   * A quick look for a person who is waiting: the probability, 0 to 1, that an answer is fit to be given, from one
   * question to the model that goes before all judging. No score is ever made from it.
   * @throws CodedError CORE_DEADLINE_EXCEEDED, LLM_…
   */
  async quickLook(
    request: { readonly turns: Question['turns']; readonly answer: string },
    terms: { readonly signal: AbortSignal; readonly deadlineMs: number },
  ): Promise<number> {
    const asker = new Asker(this.parts.model, terms.signal, terms.deadlineMs, QUICK_PRIORITY);
    const { turns, answer } = request;
    const boundary = boundaryFor(this.seed, 'quick', turns.at(-1)?.text ?? '', answer);
    return (await asker.yesNo(quickPrompt(turns, answer, boundary))).p;
  }

  /**
   * Judges answers whose score is known beforehand; a judge that fails them should not set weights. `names` asks for
   * some of them alone, for a caller that commits each as it is made.
   */
  async controls(
    question: Question,
    otherQuestion: Question,
    signal?: AbortSignal,
    names: readonly ControlName[] = CONTROL_NAMES,
  ): Promise<ControlReport> {
    const report = await runControls(this, this.profile, question, otherQuestion, signal, names);
    for (const value of report.values) if (!value.ok) this.parts.metrics?.controlFailed(value.name);
    if (!report.passed)
      this.parts.log.warn('judge controls failed', { questionId: question.id, values: report.values });
    return report;
  }

  /** Another wording of the question by the model, or an authored one, or the question itself; always valid. */
  async paraphrase(question: Question, signal?: AbortSignal, seed = 0): Promise<string> {
    return (await this.reword(question, signal, seed)).text;
  }

  /** As {@link paraphrase}, with where the wording comes from. */
  async reword(question: Question, signal?: AbortSignal, seed = 0): Promise<Reworded> {
    const options = { signal, deadlineMs: this.callDeadlineMs };
    const wording = await reword(this.parts.model, question, seed, options);
    if (wording.failure !== null) {
      this.parts.log.warn('question was not reworded', { questionId: question.id, failure: wording.failure });
    }
    return wording;
  }

  private get callDeadlineMs(): number {
    return this.options.callDeadlineMs ?? 120_000;
  }

  private asker(signal: AbortSignal | undefined): Asker {
    return new Asker(this.parts.model, signal, this.callDeadlineMs);
  }

  private get seed(): string {
    return this.options.boundarySeed ?? this.manifest.promptSha256;
  }

  private async decide(request: JudgeRequest, signal: AbortSignal | undefined): Promise<Judgement> {
    const { question, askedText, answer } = request;
    const boundarySeed = request.boundarySeed ?? answerSeed(this.seed, question.id, askedText, answer);
    const asker = this.asker(signal);
    const basis = { asker, boundarySeed };
    const gated = gate({ question, askedText, answer, mayOverlapReference: request.isReference });
    if (!gated.pass) return this.zero(gated.reason, { ...basis, rules: gated.rules, strike: gated.strike });
    const { words } = gated;
    if (answer.includes(boundaryFor(boundarySeed, question.id, askedText, gated.text))) {
      return this.zero('boundary', { ...basis, strike: true, words });
    }
    const reference = await this.referenceValues(question, signal);
    const likelihood = this.parts.model.info.capabilities.logLikelihood
      ? await measureLikelihood(asker, askedText, gated.text)
      : null;
    const topical = topicalShare(question, askedText, gated.text);
    const verdict = judgeLikelihood(likelihood, topical, this.profile);
    if (verdict === 'garbage') return this.zero('garbage', { ...basis, words, likelihood });
    const caps: Cap[] = [
      ...gated.caps,
      ...crisisCaps(question, askedText, gated.text),
      ...(verdict === 'off_topic' ? [{ code: 'off_topic', limit: 0.2 }] : []),
    ];
    const evaluate = (text: string): Promise<Evaluation> =>
      evaluateText(asker, this.profile, { question, askedText, text, crisis: reference.crisis, boundarySeed });
    const whole = await evaluate(gated.text);
    const scored = scoreEvaluation(whole, caps, words, this.context(request, reference));
    const { doubt, strike, final } = await this.resolveDoubt(evaluate, request, gated, reference, caps, whole, scored);
    return {
      items: final.evaluation.items,
      versus: final.evaluation.versus,
      rubric: final.rubric,
      facts: null,
      lengthAdjustment: final.lengthAdjustment,
      caps: final.caps,
      reward: final.reward,
      gate: { pass: true },
      likelihood,
      doubt,
      strike,
      words: final.words,
      cost: asker.cost,
      boundarySeed,
      manifestSha256: this.manifest.sha256,
    };
  }

  /** Text in doubt is judged again without the doubtful sentences; the lower reward counts. */
  private async resolveDoubt(
    evaluate: (text: string) => Promise<Evaluation>,
    request: JudgeRequest,
    gated: Extract<GateResult, { pass: true }>,
    reference: ReferenceValues,
    caps: readonly Cap[],
    whole: Evaluation,
    scored: Scored,
  ): Promise<{ doubt: DoubtReport | null; strike: boolean; final: Scored }> {
    const { question, askedText } = request;
    const { injection } = gated;
    const addressed = whole.addressesGrader !== null && whole.addressesGrader > 0.5;
    if (injection.verdict === 'clean' && !addressed) return { doubt: null, strike: false, final: scored };
    const score = async (text: string): Promise<Scored> => {
      const again = gate({ question, askedText, answer: text, mayOverlapReference: true });
      if (!again.pass) return { ...scored, reward: 0 };
      const evaluation = await evaluate(again.text);
      return scoreEvaluation(evaluation, [...caps, ...again.caps], again.words, this.context(request, reference));
    };
    const cleaned = injection.removed > 0 ? await score(injection.cleaned) : scored;
    const copy = this.profile.robustCopies ? await score(brokenCopy(injection.cleaned)) : null;
    const final = lowerOf(scored, cleaned);
    const strike = copy !== null && (copy.reward ?? 0) >= (final.reward ?? 0) + COPY_MARGIN;
    const doubt: DoubtReport = {
      rules: addressed ? [...injection.rules, 'second-pass'] : injection.rules,
      removed: injection.removed,
      rewardWhole: scored.reward,
      rewardCleaned: cleaned.reward,
      rewardCopy: copy?.reward ?? null,
    };
    return { doubt, strike, final };
  }

  private context({ lengthFit }: JudgeRequest, reference: ReferenceValues): ScoreContext {
    const { calibration } = this.options;
    return { profile: this.profile, reference, calibration, lengthFit: lengthFit ?? null };
  }

  private zero(
    reason: GateReason,
    found: {
      readonly asker: Asker;
      readonly boundarySeed: string;
      readonly rules?: readonly string[];
      readonly strike?: boolean;
      readonly words?: number;
      readonly likelihood?: LikelihoodReport | null;
    },
  ): Judgement {
    return {
      items: [],
      versus: { levels: [], value: null },
      rubric: null,
      facts: null,
      lengthAdjustment: 0,
      caps: [],
      reward: 0,
      gate: { pass: false, reason, rules: found.rules ?? [] },
      likelihood: found.likelihood ?? null,
      doubt: null,
      strike: found.strike ?? false,
      words: found.words ?? 0,
      cost: found.asker.cost,
      boundarySeed: found.boundarySeed,
      manifestSha256: this.manifest.sha256,
    };
  }
}
