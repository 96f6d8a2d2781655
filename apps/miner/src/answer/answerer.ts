import { type Clock, CodedError, CoreErrorCode, describeError, hasCode, type Logger } from '@bettertherapy/core';
import { type ChatMessage, type LanguageModel, LlmErrorCode, type Sampling } from '@bettertherapy/llm';
import type { AnswerFn } from '@bettertherapy/transport';
import {
  type CrisisRegion,
  countWords,
  crisisFallback,
  crisisGuidance,
  detectRisk,
  type PersonaFile,
  type RiskFinding,
} from '@bettertherapy/twins';
import { MinerErrorCode, minerError } from '../errors.js';
import { cleanAnswer } from './cleanAnswer.js';
import { crisisAnswer } from './crisisAnswer.js';
import { fitLength } from './fitLength.js';
import { fitPrompt } from './fitPrompt.js';

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
}

export interface AnswerParts {
  readonly model: LanguageModel;
  readonly persona: Pick<PersonaFile, 'current'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: AnswerMetrics | null;
  /** Called when the model can answer no more until the process starts anew. */
  readonly modelLost: (error: unknown) => void;
}

type Request = Parameters<AnswerFn>[0];

interface Attempt {
  readonly text: string;
  readonly words: number;
}

/** Time kept back to clean up and send an answer. */
const MARGIN_MS = 750;
/** A second try needs the time of the first and some more. */
const RETRY_FACTOR = 1.3;
/** Tokens of markers and roles around the messages. */
const TEMPLATE_TOKENS = 64;
/** The text is looked at this often (in characters) to see whether there is enough of it. */
const LOOK_EVERY_CHARS = 80;
const LONGER_PLEASE = '\n\nWrite about 90 words, in full sentences.';

/** Question in, answer out: persona and safety guidance around it, the model within the deadline, cleaned and bounded. */
export class Answerer {
  constructor(
    private readonly options: AnswerOptions,
    private readonly parts: AnswerParts,
  ) {}

  /**
   * Never resolves with blank text, and always names help when the rules see a crisis, even when the model fails.
   * @throws CodedError MINER_EMPTY_ANSWER, MINER_EMPTY_QUESTION, CORE_QUEUE_FULL when the model is overloaded,
   * CORE_DEADLINE_EXCEEDED; the signal's reason when the caller is gone.
   */
  readonly answer: AnswerFn = async (request) => {
    const { clock, log, metrics } = this.parts;
    const startedMs = clock.monotonicMs();
    const risk = detectRisk(request.prompt);
    const fields = { requestId: request.requestId, caller: request.caller, risk: risk.level, cues: risk.cues };
    log.trace('question', { ...fields, prompt: request.prompt });
    if (risk.level === 'crisis') for (const kind of risk.kinds) metrics?.crisisSeen(kind);
    try {
      const output = await this.write(request, risk, startedMs);
      const tookMs = Math.round(clock.monotonicMs() - startedMs);
      metrics?.finished('ok', tookMs);
      metrics?.words(countWords(output));
      log.info('answered', { ...fields, tookMs, words: countWords(output) });
      log.trace('answer', { ...fields, output });
      return { output };
    } catch (error) {
      if (hasCode(error, LlmErrorCode.WorkerGaveUp)) this.parts.modelLost(error);
      const tookMs = Math.round(clock.monotonicMs() - startedMs);
      if (risk.level === 'crisis' && !request.signal.aborted) {
        metrics?.finished('fallback', tookMs);
        log.warn('prepared crisis answer given', { ...fields, tookMs, error: describeError(error) });
        return { output: crisisFallback(risk.kinds, this.options.region) };
      }
      metrics?.finished(outcomeOf(error), tookMs);
      log.warn('no answer', { ...fields, tookMs, error: describeError(error) });
      throw asRefusal(error);
    }
  };

  private async write(request: Request, risk: RiskFinding, startedMs: number): Promise<string> {
    const { clock, persona, metrics, log } = this.parts;
    if (request.prompt.trim() === '') {
      throw minerError(MinerErrorCode.EmptyQuestion, 'the question holds no text', 'Ask something.');
    }
    const endsMs = startedMs + request.deadlineMs - Math.min(MARGIN_MS, request.deadlineMs * 0.1);
    const { text } = await persona.current();
    const system =
      risk.level === 'none' ? text : `${text}\n\n${crisisGuidance(risk.level, risk.kinds, this.options.region)}`;
    let best = await this.attempt(system, request, 0, endsMs);
    const firstMs = clock.monotonicMs() - startedMs;
    if (best.words < this.options.minWords && endsMs - clock.monotonicMs() > firstMs * RETRY_FACTOR) {
      metrics?.retried();
      log.debug('answer too short, trying once more', { requestId: request.requestId, words: best.words });
      const second = await this.attempt(system + LONGER_PLEASE, request, 1, endsMs).catch((error: unknown) => {
        // A second try that fails leaves the first; without one there is nothing to fall back on.
        if (best.words === 0 || request.signal.aborted) throw error;
        return best;
      });
      if (second.words > best.words) best = second;
    }
    if (risk.level === 'crisis') {
      const safe = crisisAnswer(best.text, risk, { region: this.options.region, maxWords: this.options.maxWords });
      if (safe.lineAdded) metrics?.crisisLineAdded();
      return safe.text;
    }
    if (best.words > 0) return best.text;
    throw minerError(
      MinerErrorCode.EmptyAnswer,
      'the model gave no usable text',
      'Look at --model.name and the sampling flags; `--logging.trace` shows what it wrote.',
    );
  }

  /** One pass of the model, ended early when there are words enough; what exists at the deadline is used. */
  private async attempt(system: string, request: Request, nth: number, endsMs: number): Promise<Attempt> {
    const { model, clock } = this.parts;
    const { maxTokens, maxWords, sampling } = this.options;
    const count = (text: string): Promise<number> => model.countTokens(text, { signal: request.signal });
    const room = model.info.contextTokens - maxTokens - TEMPLATE_TOKENS - (await count(system));
    const question = await fitPrompt(request.prompt.trim(), Math.max(64, room), count);
    const messages: ChatMessage[] = [
      { role: 'system', content: system },
      { role: 'user', content: question },
    ];
    const leftMs = endsMs - clock.monotonicMs();
    if (leftMs <= 0) throw tooLate(request.deadlineMs);
    let raw = '';
    let seenChars = 0;
    try {
      const events = model.chat(
        { messages, maxTokens, sampling: nth === 0 ? sampling : retrySampling(sampling) },
        { signal: request.signal, deadlineMs: leftMs, priority: request.priority },
      );
      for await (const event of events) {
        if (event.type === 'done') {
          raw = event.result.text;
          break;
        }
        raw += event.text;
        if (raw.length - seenChars < LOOK_EVERY_CHARS) continue;
        seenChars = raw.length;
        if (countWords(cleanAnswer(raw)) > maxWords) break;
      }
    } catch (error) {
      if (!hasCode(error, CoreErrorCode.DeadlineExceeded) || raw === '' || request.signal.aborted) throw error;
    }
    const text = fitLength(cleanAnswer(raw), maxWords);
    return { text, words: countWords(text) };
  }
}

/** The same greedy words again would be no second try. */
function retrySampling(sampling: Sampling): Sampling {
  const temperature = Math.max(sampling.temperature ?? 0, 0.4);
  return { ...sampling, temperature, seed: sampling.seed === undefined ? undefined : sampling.seed + 1 };
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

function tooLate(deadlineMs: number): CodedError {
  return new CodedError(CoreErrorCode.DeadlineExceeded, 'no time left for an answer', {
    remedy: 'Give the caller a longer timeout, or lower --neuron.queue.',
    details: { deadlineMs },
  });
}
