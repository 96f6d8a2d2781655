import {
  type Clock,
  CodedError,
  CoreErrorCode,
  describeError,
  type Hotkey,
  hasCode,
  type Logger,
  type Span,
  type Tracer,
} from '@bettertherapy/core';
import {
  type AdapterUse,
  type ChatRequest,
  isAdapterFault,
  type LanguageModel,
  LlmErrorCode,
  type Sampling,
} from '@bettertherapy/llm';
import type { TwinRef } from '@bettertherapy/protocol';
import { type AnswerFn, TransportErrorCode } from '@bettertherapy/transport';
import {
  type CrisisRegion,
  countWords,
  crisisFallback,
  crisisGuidance,
  detectRisk,
  detectRiskInConversation,
  noteText,
  type PersonaFile,
  personaOf,
  type RecalledNote,
  type RiskFinding,
} from '@bettertherapy/twins';
import { MinerErrorCode, minerError } from '../errors.js';
import type { HeldTwin } from '../twins/heldTwins.js';
import type { AdapterState, TwinAdapters } from '../twins/twinAdapters.js';
import { cleanAnswer } from './cleanAnswer.js';
import { type Conversation, composeMessages } from './composeMessages.js';
import { crisisAnswer } from './crisisAnswer.js';
import { fitLength } from './fitLength.js';
import type { ModelHealth } from './modelHealth.js';

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

/** Where the answerer finds who is asked and what that twin knows. */
export interface TwinSource {
  /** The twin; null when it is not served here, also after a look at the indexes. */
  resolve(ref: TwinRef, caller: Hotkey, signal: AbortSignal): Promise<HeldTwin | null>;
  /** Notes for a question, best first. */
  recall(twin: HeldTwin, question: string, signal: AbortSignal): Promise<readonly RecalledNote[]>;
  /** Whose adapter is laid over the model. */
  readonly adapters: Pick<TwinAdapters, 'choose' | 'failed'>;
}

/** With which weights an answer is made; changes when the adapter turns out not to be usable. */
interface Voice {
  state: AdapterState;
  use: AdapterUse | null;
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
const TEMPLATE_TOKENS = 96;
/** The text is looked at this often (in characters) to see whether there is enough of it. */
const LOOK_EVERY_CHARS = 80;
const LONGER_PLEASE = '\nWrite about 90 words, in full sentences.';

/** Question in, answer out: persona and safety guidance around it, the model within the deadline, cleaned and bounded. */
export class Answerer {
  constructor(
    private readonly options: AnswerOptions,
    private readonly parts: AnswerParts,
  ) {}

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
      const voice: Voice = { state: 'none', use: null };
      const output = await this.write(request, risk, voice, startedMs);
      const tookMs = Math.round(clock.monotonicMs() - startedMs);
      span.set({ 'bt.outcome': 'ok', 'bt.answer.words': countWords(output) });
      health.answered();
      metrics?.finished('ok', tookMs);
      metrics?.words(countWords(output));
      const adapter = voice.use?.sha256 ?? null;
      if (voice.state !== 'none') metrics?.adapterUsed(voice.state);
      log.info('answered', { ...fields, tookMs, words: countWords(output), adapter, adapterState: voice.state });
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

  private async write(request: Request, risk: RiskFinding, voice: Voice, startedMs: number): Promise<string> {
    const { clock, metrics, log } = this.parts;
    if (questionOf(request) === '') {
      throw minerError(MinerErrorCode.EmptyQuestion, 'the question holds no text', 'Ask something.');
    }
    const endsMs = startedMs + request.deadlineMs - Math.min(MARGIN_MS, request.deadlineMs * 0.1);
    const conversation = await this.converse(request, risk, voice);
    let best = await this.attempt(conversation, voice, request, 0, endsMs);
    const firstMs = clock.monotonicMs() - startedMs;
    if (best.words < this.options.minWords && endsMs - clock.monotonicMs() > firstMs * RETRY_FACTOR) {
      metrics?.retried();
      log.debug('answer too short, trying once more', { requestId: request.requestId, words: best.words });
      const guidance = `${conversation.guidance}${LONGER_PLEASE}`.trim();
      const longer = { ...conversation, guidance };
      const second = await this.attempt(longer, voice, request, 1, endsMs).catch((error: unknown) => {
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

  /** Who answers, what they know of it, and what the safety rules add. @throws CodedError TRANSPORT_TWIN_NOT_SERVED */
  private async converse(request: Request, risk: RiskFinding, voice: Voice): Promise<Conversation> {
    const { persona, twins } = this.parts;
    const question = questionOf(request);
    const guidance = risk.level === 'none' ? '' : crisisGuidance(risk.level, risk.kinds, this.options.region);
    const common = { guidance, history: request.messages?.slice(0, -1) ?? [], question };
    if (request.twin === undefined) return { ...common, persona: (await persona.current()).text, notes: [] };
    const twin = (await twins?.resolve(request.twin, request.caller, request.signal)) ?? null;
    if (twins === null || twin === null) throw notServed(request.twin);
    Object.assign(voice, await twins.adapters.choose(twin, request.signal));
    const notes = await this.parts.tracer.span('recall notes', {}, async (span) => {
      const found = await twins.recall(twin, question, request.signal);
      span.set({ 'bt.notes': found.length });
      return found;
    });
    const { note } = twin.pack.rules.crisis;
    // A pack may add to the help; what the rules say stays whatever it says.
    const added = risk.level === 'crisis' && note !== null ? `${guidance} You may add: "${note}"` : guidance;
    return { ...common, guidance: added, persona: personaOf(twin.pack), notes: notes.map(noteText) };
  }

  /** One pass of the model, ended early when there are words enough; what exists at the deadline is used. */
  private async attempt(
    conversation: Conversation,
    voice: Voice,
    request: Request,
    nth: number,
    endsMs: number,
  ): Promise<Attempt> {
    const { model, twins } = this.parts;
    const { maxTokens, maxWords, sampling } = this.options;
    const count = (text: string): Promise<number> => model.countTokens(text, { signal: request.signal });
    const room = model.info.contextTokens - maxTokens - TEMPLATE_TOKENS;
    const messages = await composeMessages(conversation, room, count);
    const asked = { messages, maxTokens, sampling: nth === 0 ? sampling : retrySampling(sampling) };
    let raw: string;
    try {
      raw = await this.speak({ ...asked, adapter: voice.use ?? undefined }, request, endsMs);
    } catch (error) {
      // An adapter is refused before the first word, so the same question can go to the base model.
      if (voice.use === null || !isAdapterFault(error)) throw error;
      twins?.adapters.failed(voice.use, error);
      Object.assign(voice, { state: 'failed', use: null } satisfies Voice);
      raw = await this.speak(asked, request, endsMs);
    }
    const text = fitLength(cleanAnswer(raw), maxWords);
    return { text, words: countWords(text) };
  }

  private speak(asked: ChatRequest, request: Request, endsMs: number): Promise<string> {
    const { model, tracer } = this.parts;
    const attributes = {
      ...{ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': model.info.name },
      'bt.model.adapter': asked.adapter?.sha256,
    };
    return tracer.span('generate', { attributes }, () => this.generate(asked, request, endsMs));
  }

  private async generate(asked: ChatRequest, request: Request, endsMs: number): Promise<string> {
    const { model, clock } = this.parts;
    const leftMs = endsMs - clock.monotonicMs();
    if (leftMs <= 0) throw tooLate(request.deadlineMs);
    let raw = '';
    let seenChars = 0;
    try {
      const events = model.chat(asked, { signal: request.signal, deadlineMs: leftMs, priority: request.priority });
      for await (const event of events) {
        if (event.type === 'done') return event.result.text;
        raw += event.text;
        if (raw.length - seenChars < LOOK_EVERY_CHARS) continue;
        seenChars = raw.length;
        if (countWords(cleanAnswer(raw)) > this.options.maxWords) break;
      }
    } catch (error) {
      if (!hasCode(error, CoreErrorCode.DeadlineExceeded) || raw === '' || request.signal.aborted) throw error;
    }
    return raw;
  }
}

/** The question itself: the last turn of the conversation, or the prompt where there is none. */
function questionOf(request: Request): string {
  return (request.messages?.at(-1)?.content ?? request.prompt).trim();
}

/** What the rules see in the whole conversation, or in the prompt where there is none. */
function riskOf({ messages, prompt }: Request): RiskFinding {
  return messages === undefined ? detectRisk(prompt) : detectRiskInConversation(messages);
}

function notServed(twin: TwinRef): CodedError {
  return new CodedError(
    TransportErrorCode.TwinNotServed,
    `the twin ${twin.id} is not served in version ${twin.version}`,
    {
      remedy: 'Ask a miner that lists it; here, check --twin.index.',
      details: { id: twin.id, version: twin.version },
    },
  );
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
