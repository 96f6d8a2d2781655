import {
  type Clock,
  CodedError,
  CoreErrorCode,
  describeError,
  hasCode,
  type Logger,
  type Span,
  type Tracer,
} from '@bettertherapy/core';
import { type LanguageModel, LlmErrorCode, type Sampling } from '@bettertherapy/llm';
import type { AnswerFn } from '@bettertherapy/transport';
import {
  type CrisisRegion,
  countWords,
  crisisFallback,
  type PersonaFile,
  type RiskFinding,
} from '@bettertherapy/twins';
import { MinerErrorCode, minerError } from '../errors.js';
import type { AdapterState } from '../twins/twinAdapters.js';
import { crisisAnswer } from './crisisAnswer.js';
import type { ModelHealth } from './modelHealth.js';
import { openConversation, questionOf, type Request, riskOf, type TwinSource } from './openConversation.js';
import { type Attempt, Speaker } from './speaker.js';

export interface AnswerOptions {
  readonly sampling: Sampling;
  readonly maxTokens: number;
  /** A shorter answer is tried once more when time allows. */
  readonly minWords: number;
  readonly maxWords: number;
  readonly region: CrisisRegion;
}

/** What is counted about answers. */
export interface AnswerMetrics {
  finished(outcome: 'ok' | 'fallback' | 'timeout' | 'empty' | 'error', durationMs: number): void;
  words(count: number): void;
  retried(): void;
  crisisSeen(kind: string): void;
  crisisLineAdded(): void;
  /** A twin whose pack names an adapter has answered: with it, or with the base model alone and why. */
  adapterUsed(state: AdapterState): void;
}

export interface AnswerParts {
  readonly model: LanguageModel;
  readonly persona: Pick<PersonaFile, 'current'>;
  /** The twins served here; null when none are. */
  readonly twins: TwinSource | null;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracer: Tracer;
  readonly metrics: AnswerMetrics | null;
  readonly health: Pick<ModelHealth, 'answered' | 'failed'>;
  /** Called when the model can answer no more until the process starts anew. */
  readonly modelLost: (error: unknown) => void;
}

/** Time kept back to clean up and send an answer. */
const MARGIN_MS = 750;
/** A second try needs the time of the first and some more. */
const RETRY_FACTOR = 1.3;
const LONGER_PLEASE = '\nWrite about 90 words, in full sentences.';

/** Question in, answer out: persona and safety guidance around it, the model within the deadline, cleaned and bounded. */
export class Answerer {
  private readonly speaker: Speaker;

  constructor(
    private readonly options: AnswerOptions,
    private readonly parts: AnswerParts,
  ) {
    this.speaker = new Speaker(options, parts);
  }

  /**
   * Never resolves with blank text, and always names help when the rules see a crisis, even when the model fails or the
   * twin is not served here.
   * @throws CodedError TRANSPORT_TWIN_NOT_SERVED, MINER_EMPTY_ANSWER, MINER_EMPTY_QUESTION, CORE_QUEUE_FULL when the
   * model is overloaded, CORE_DEADLINE_EXCEEDED; the signal's reason when the caller is gone.
   */
  readonly answer: AnswerFn = (request) => {
    const attributes = { 'bt.request.id': request.requestId, 'bt.twin.id': request.twin?.id };
    return this.parts.tracer.span('answer', { attributes }, (span) => this.reply(request, span));
  };

  private async reply(request: Request, span: Span): ReturnType<AnswerFn> {
    const { clock, log, metrics, health } = this.parts;
    const startedMs = clock.monotonicMs();
    const risk = riskOf(request);
    const { requestId, caller, twin } = request;
    const fields = { requestId, caller, twin: twin?.id, version: twin?.version, risk: risk.level, cues: risk.cues };
    log.trace('question', { ...fields, prompt: request.prompt });
    if (risk.level === 'crisis') for (const kind of risk.kinds) metrics?.crisisSeen(kind);
    try {
      const { text: output, words, voice } = await this.write(request, risk, startedMs);
      const tookMs = Math.round(clock.monotonicMs() - startedMs);
      span.set({ 'bt.outcome': 'ok', 'bt.answer.words': words });
      health.answered();
      metrics?.finished('ok', tookMs);
      metrics?.words(words);
      const adapter = voice.use?.sha256 ?? null;
      if (voice.state !== 'none') metrics?.adapterUsed(voice.state);
      log.info('answered', { ...fields, tookMs, words, adapter, adapterState: voice.state });
      log.trace('answer', { ...fields, output });
      return voice.state === 'none' ? { output } : { output, adapter };
    } catch (error) {
      if (!request.signal.aborted) health.failed(error);
      if (hasCode(error, LlmErrorCode.WorkerGaveUp)) this.parts.modelLost(error);
      const tookMs = Math.round(clock.monotonicMs() - startedMs);
      if (risk.level === 'crisis' && !request.signal.aborted) {
        // That it was a crisis is nobody's to see in a trace.
        span.set({ 'bt.outcome': 'ok' });
        metrics?.finished('fallback', tookMs);
        log.warn('prepared crisis answer given', { ...fields, tookMs, error: describeError(error) });
        return { output: crisisFallback(risk.kinds, this.options.region) };
      }
      span.set({ 'bt.outcome': outcomeOf(error) });
      metrics?.finished(outcomeOf(error), tookMs);
      log.warn('no answer', { ...fields, tookMs, error: describeError(error) });
      throw asRefusal(error);
    }
  }

  private async write(request: Request, risk: RiskFinding, startedMs: number): Promise<Attempt> {
    const { clock, metrics, log } = this.parts;
    if (questionOf(request) === '') {
      throw minerError(MinerErrorCode.EmptyQuestion, 'the question holds no text', 'Ask something.');
    }
    const endsMs = startedMs + request.deadlineMs - Math.min(MARGIN_MS, request.deadlineMs * 0.1);
    const opened = await openConversation(request, risk, this.options.region, this.parts);
    let best = await this.speaker.attempt(opened, request, 0, endsMs);
    const firstMs = clock.monotonicMs() - startedMs;
    if (best.words < this.options.minWords && endsMs - clock.monotonicMs() > firstMs * RETRY_FACTOR) {
      metrics?.retried();
      log.debug('answer too short, trying once more', { requestId: request.requestId, words: best.words });
      const guidance = `${opened.conversation.guidance}${LONGER_PLEASE}`.trim();
      const longer = { conversation: { ...opened.conversation, guidance }, voice: best.voice };
      const second = await this.speaker.attempt(longer, request, 1, endsMs).catch((error: unknown) => {
        // A second try that fails leaves the first; without one there is nothing to fall back on.
        if (best.words === 0 || request.signal.aborted) throw error;
        return best;
      });
      if (second.words > best.words) best = second;
    }
    if (risk.level === 'crisis') {
      const safe = crisisAnswer(best.text, risk, { region: this.options.region, maxWords: this.options.maxWords });
      if (safe.lineAdded) metrics?.crisisLineAdded();
      return { ...best, text: safe.text, words: countWords(safe.text) };
    }
    if (best.words > 0) return best;
    throw minerError(
      MinerErrorCode.EmptyAnswer,
      'the model gave no usable text',
      'Look at --model.name and the sampling flags; `--logging.trace` shows what it wrote.',
    );
  }
}

function outcomeOf(error: unknown): 'timeout' | 'empty' | 'error' {
  if (hasCode(error, CoreErrorCode.DeadlineExceeded)) return 'timeout';
  return hasCode(error, MinerErrorCode.EmptyAnswer) || hasCode(error, MinerErrorCode.EmptyQuestion) ? 'empty' : 'error';
}

/** The axon makes 503 of a full queue and 408 of a deadline; everything else is a 500. */
function asRefusal(error: unknown): unknown {
  if (!hasCode(error, LlmErrorCode.Overloaded)) return error;
  return new CodedError(CoreErrorCode.QueueFull, 'the model is overloaded', {
    remedy: 'Try again later, or raise --model.slots.',
    cause: error,
  });
}
