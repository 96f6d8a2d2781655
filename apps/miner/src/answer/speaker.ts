import { type Clock, CodedError, CoreErrorCode, hasCode, type Logger, type Tracer } from '@bettertherapy/core';
import { type ChatRequest, isAdapterFault, type LanguageModel, type Sampling } from '@bettertherapy/llm';
import { countWords } from '@bettertherapy/twins';
import type { AdapterChoice } from '../twins/twinAdapters.js';
import { cleanAnswer } from './cleanAnswer.js';
import { composeMessages } from './composeMessages.js';
import { fitLength } from './fitLength.js';
import type { OpenedConversation, Request, TwinSource } from './openConversation.js';
import { unfit } from './unfit.js';

export interface Attempt {
  /** Cleaned and bounded; empty also when nobody may read it. */
  readonly text: string;
  readonly words: number;
  /** With which weights it was made in the end. */
  readonly voice: AdapterChoice;
}

export interface SpeakerOptions {
  readonly sampling: Sampling;
  readonly maxTokens: number;
  readonly maxWords: number;
}

export interface SpeakerParts {
  readonly model: LanguageModel;
  readonly twins: TwinSource | null;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracer: Tracer;
}

/** Tokens of markers and roles around the messages. */
const TEMPLATE_TOKENS = 96;
/** The text is looked at this often (in characters) to see whether there is enough of it. */
const LOOK_EVERY_CHARS = 80;

/** Has the model say its part of a conversation: within the room it has, with its adapter where that can be used. */
export class Speaker {
  constructor(
    private readonly options: SpeakerOptions,
    private readonly parts: SpeakerParts,
  ) {}

  /**
   * One pass of the model, ended early when there are words enough; what exists at the deadline is used.
   * @param nth 0 for the first try; a later one is less greedy.
   * @param endsMs monotonic time at which the answer must be there.
   * @throws CodedError CORE_DEADLINE_EXCEEDED; what the model throws.
   */
  async attempt(opened: OpenedConversation, request: Request, nth: number, endsMs: number): Promise<Attempt> {
    const { model, twins } = this.parts;
    const { maxTokens, maxWords, sampling } = this.options;
    const count = (text: string): Promise<number> => model.countTokens(text, { signal: request.signal });
    const room = model.info.contextTokens - maxTokens - TEMPLATE_TOKENS;
    const messages = await composeMessages(opened.conversation, room, count);
    const asked = { messages, maxTokens, sampling: nth === 0 ? sampling : retrySampling(sampling) };
    let { voice } = opened;
    let raw: string;
    try {
      raw = await this.speak({ ...asked, adapter: voice.use ?? undefined }, request, endsMs);
    } catch (error) {
      // An adapter is refused before the first word, so the same question can go to the base model.
      if (voice.use === null || !isAdapterFault(error)) throw error;
      twins?.adapters.failed(voice.use, error);
      voice = { state: 'failed', use: null };
      raw = await this.speak(asked, request, endsMs);
    }
    const text = fitLength(cleanAnswer(raw), maxWords);
    const fault = unfit(text, opened.conversation);
    if (fault === null) return { text, words: countWords(text), voice };
    this.parts.log.warn('the model’s words are not given to anybody', { requestId: request.requestId, fault });
    return { text: '', words: 0, voice };
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

/** The same greedy words again would be no second try. */
function retrySampling(sampling: Sampling): Sampling {
  const temperature = Math.max(sampling.temperature ?? 0, 0.4);
  return { ...sampling, temperature, seed: sampling.seed === undefined ? undefined : sampling.seed + 1 };
}

function tooLate(deadlineMs: number): CodedError {
  return new CodedError(CoreErrorCode.DeadlineExceeded, 'no time left for an answer', {
    remedy: 'Give the caller a longer timeout, or lower --neuron.queue.',
    details: { deadlineMs },
  });
}
