import { setMaxListeners } from 'node:events';
import type { Metagraph } from '@bettertherapy/chain';
import { type Clock, describeError, type Logger, type Span, type Tracer } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import { asksWhoSpeaks, crisisFallback, instructionsOf, namesCrisisHelp } from '@bettertherapy/twins';
import type { PatientJudge } from '../../patientJudge.js';
import type { RuleVerdict } from '../../patientRules.js';
import type { AskMany, AskReply } from '../../round/askMany.js';
import type { ServingNeuron } from '../../round/eligible.js';
import { refusal } from '../../round/query.js';
import { chooseMiners } from './candidates.js';
import { type Asked, fanOut } from './fanOut.js';
import { type Heard, keepForJudging } from './organic.js';
import { minerPool, type PoolRules } from './pool.js';
import type { PatientQuestion } from './question.js';
import { type GoodAnswer, Race } from './race.js';

export interface RouterOptions {
  readonly pool: PoolRules;
  /** Miners asked per question. */
  readonly miners: number;
  readonly settleMs: number;
  readonly deadlineMs: number;
}

export interface RouterMetrics {
  questionRouted(outcome: 'answered' | 'none' | 'stopped', firstGoodMs: number | null, tookMs: number): void;
}

export interface RouterParts {
  readonly store: Store;
  readonly metagraph: (signal: AbortSignal) => Promise<Metagraph>;
  readonly askMany: AskMany;
  readonly judge: PatientJudge;
  /** Whether a miner says that it serves the twin. */
  readonly serves: (miner: ServingNeuron, twin: { readonly id: string; readonly version: number }) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracer: Tracer;
  readonly metrics: RouterMetrics | null;
  /** Told of each answer that did not come or that a gate stopped; `code` as rounds have it. */
  readonly refused:
    | ((answer: { readonly hotkey: string; readonly code: string; readonly status: number }) => void)
    | null;
  readonly newId: () => string;
  /** Random numbers for one question, by its id. */
  readonly random: (answerId: string) => () => number;
}

/** What came of a question. `text` is null when nobody gave a good answer. */
export interface Routed {
  readonly winner: GoodAnswer | null;
  readonly firstGoodMs: number | null;
}

/** Takes a question from the patient to the miners and back: a round of one question, with somebody waiting for it. */
export class QuestionRouter {
  private readonly late = new Set<Promise<void>>();
  private readonly closing = new AbortController();

  constructor(
    private readonly options: RouterOptions,
    private readonly parts: RouterParts,
  ) {
    // Every question in flight listens to it; Node would take more than ten for a leak.
    setMaxListeners(0, this.closing.signal);
  }

  /**
   * Resolves to the best answer as soon as the race is decided; slower answers are still taken in and kept for the
   * judge. Rejects only with the reason of `signal`, which ends the whole fan-out.
   */
  route(question: PatientQuestion, signal: AbortSignal): Promise<Routed> {
    const { answerId, twin } = question;
    const attributes = { 'bt.answer.id': answerId, 'bt.twin.id': twin.id, 'bt.twin.version': twin.version };
    // A trace of its own, whatever the caller is part of: what patients send decides nothing here.
    return this.parts.tracer.span('patient question', { traceOf: answerId, attributes }, (span) =>
      this.decide(question, signal, span),
    );
  }

  private async decide(question: PatientQuestion, signal: AbortSignal, span: Span): Promise<Routed> {
    signal.throwIfAborted();
    const { clock, metrics } = this.parts;
    const startedMs = clock.monotonicMs();
    const asked = await this.choose(question, signal);
    this.intend(question, asked);
    span.set({ 'bt.miners': asked.length });
    const race = this.race(question, asked.length);
    // Once the answer is chosen the patient may leave without cutting off those who are still answering.
    const cut = new AbortController();
    const onLeave = (): void => cut.abort(signal.reason);
    signal.addEventListener('abort', onLeave, { once: true });
    const fan = this.collect(question, asked, race, AbortSignal.any([cut.signal, this.closing.signal]));
    this.late.add(fan);
    fan.finally(() => this.late.delete(fan));
    try {
      const left = new Promise<never>((_, reject) => {
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      const { winner, firstGoodMs } = await Promise.race([race.result, left]);
      span.set({ 'bt.outcome': winner ? 'answered' : 'none', 'bt.miner.hotkey': winner?.hotkey });
      metrics?.questionRouted(winner ? 'answered' : 'none', firstGoodMs, clock.monotonicMs() - startedMs);
      return { winner, firstGoodMs };
    } catch (error) {
      race.abandon();
      metrics?.questionRouted('stopped', null, clock.monotonicMs() - startedMs);
      throw error;
    } finally {
      signal.removeEventListener('abort', onLeave);
    }
  }

  /** Cuts off what is still being answered and waits for it to end. */
  async close(): Promise<void> {
    this.closing.abort(new Error('the gateway is closing'));
    await Promise.allSettled(this.late);
  }

  /** Whom to ask. A metagraph that cannot be read leaves nobody, and the patient the honest message. */
  private async choose(question: PatientQuestion, signal: AbortSignal): Promise<Asked[]> {
    const { store, log, newId, serves } = this.parts;
    const random = this.parts.random(question.answerId);
    let metagraph: Metagraph;
    try {
      metagraph = await this.parts.metagraph(signal);
    } catch (error) {
      signal.throwIfAborted();
      log.warn('no metagraph, nobody can be asked', { answerId: question.answerId, error: describeError(error) });
      return [];
    }
    const pool = minerPool(metagraph, this.options.pool, {
      store,
      serves: (miner) => serves(miner, question.twin),
      random,
    });
    return chooseMiners(pool, this.options.miners, random).map((one) => ({ ...one, requestId: newId() }));
  }

  private intend(question: PatientQuestion, asked: readonly Asked[]): void {
    this.parts.store.patientAnswers.intend(
      question.answerId,
      asked.map(({ miner, requestId, explored }) => {
        const { hotkey, registeredAtBlock, uid } = miner;
        return { hotkey, registeredAtBlock, uid, requestId, explored };
      }),
    );
  }

  private race(question: PatientQuestion, entrants: number): Race {
    const { clock, log, tracer, judge, store } = this.parts;
    const { settleMs, deadlineMs } = this.options;
    return new Race(
      { entrants, settleMs, deadlineMs },
      {
        clock,
        log,
        quickLook: ({ hotkey, text }, terms) =>
          tracer.span('judge quick look', { attributes: { 'bt.miner.hotkey': hotkey } }, () =>
            judge.quickLook({ turns: question.turns, text }, terms),
          ),
        onQuick: ({ hotkey }, quick) => store.patientAnswers.recordQuick(question.answerId, hotkey, quick),
      },
    );
  }

  /** Never rejects: a fault of ours ends the race, so that the patient is told. */
  private async collect(
    question: PatientQuestion,
    asked: readonly Asked[],
    race: Race,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, clock, log } = this.parts;
    const { answerId } = question;
    const taken: Promise<Heard>[] = [];
    try {
      await fanOut(question, asked, this.parts, {
        deadlineMs: this.options.deadlineMs,
        signal,
        onReply: (reply, of) => taken.push(this.take(question, reply, of, race)),
      });
      const heard = await Promise.all(taken);
      const mask = (texts: readonly string[]) => this.parts.judge.mask(texts, this.closing.signal);
      if (heard.length > 0) await keepForJudging(question, heard, { store, mask, nowMs: clock.wallMs() });
    } catch (error) {
      if (!signal.aborted) log.error('question interrupted', { answerId, error: describeError(error) });
      race.abandon();
    }
  }

  /** Gates one reply and lets it into the race. Never rejects. */
  private async take(question: PatientQuestion, reply: AskReply, { miner }: Asked, race: Race): Promise<Heard> {
    const { store, log } = this.parts;
    const { hotkey, registeredAtBlock, average } = miner;
    const { answerId, crisis } = question;
    const refusedBy = refusal(reply);
    const text = refusedBy === null ? reply.output : null;
    const verdict = text === null ? null : await this.gate(question, text);
    const { statusCode, responseMs } = reply;
    const [gatePass, gateReason] = [verdict?.pass ?? null, verdict?.reason ?? null];
    store.patientAnswers.recordCandidate({ answerId, hotkey, statusCode, responseMs, refusedBy, gatePass, gateReason });
    log.debug('patient’s question answered', { answerId, hotkey, statusCode, gateReason });
    if (text !== null && gatePass === true) {
      race.offer({ hotkey, text, average, namesHelp: crisis !== null && namesCrisisHelp(text, crisis.kinds) });
    } else {
      const code = refusedBy ?? `gate:${gateReason ?? 'unknown'}`;
      this.parts.refused?.({ hotkey, code, status: statusCode });
      race.miss();
    }
    return { hotkey, registeredAtBlock, text, responseMs, gateReason: gateReason ?? refusedBy };
  }

  /** An answer that the rules cannot get through is not given to anybody. */
  private async gate({ answerId, turns, lang, twin }: PatientQuestion, text: string): Promise<RuleVerdict> {
    try {
      return await this.parts.judge.gate(
        { turns, lang, text, instructions: instructionsOf(twin) },
        this.closing.signal,
      );
    } catch (error) {
      this.parts.log.warn('answer could not be gated', { answerId, error: describeError(error) });
      return { pass: false, reason: 'unreadable' };
    }
  }
}

/** What the patient reads when nobody gave a good answer, made without any model: help in a crisis, and the truth for who asks what speaks. */
export function honestMessage({ crisis, twin, region, turns }: PatientQuestion): string {
  if (crisis?.level === 'crisis') return crisisFallback(crisis.kinds, region);
  const rest = `none of the computers that speak for ${twin.name} gave a good answer in time, and I will not make one up. Please ask again in a minute. If this cannot wait, please contact your own doctor or a local health line; in an emergency, call your local emergency number.`;
  return asksWhoSpeaks(turns.at(-1)?.text ?? '')
    ? `I am software: the AI twin of ${twin.name}, and not a person. If you asked for more than that, I am sorry: ${rest}`
    : `I am sorry: ${rest}`;
}
