import { describeError, hasCode } from '@bettertherapy/core';
import { type AnswerSource, type PatientAnswer, StoreErrorCode } from '@bettertherapy/store';
import type { CurrentTwin } from '@bettertherapy/twins';
import type { Caller } from '../http/caller.js';
import { apiError } from '../http/errors.js';
import { noticeOf } from '../notices.js';
import type { GatewayParts } from '../parts.js';
import { ratingToken } from '../patients/ratingToken.js';
import type { PatientQuestion } from '../route/question.js';
import type { Routed } from '../route/router.js';
import { sourcesFor } from '../twins/views.js';
import type { AnswerFacts } from './chatSchema.js';
import { type Speech, speechOf, twinFacts } from './speech.js';

/** A question that was taken in, with all that belongs to giving its answer. */
export interface Taken {
  readonly question: PatientQuestion;
  readonly twin: CurrentTwin;
  readonly session: { readonly id: string; readonly patientId: string; readonly crisis: boolean } | null;
  readonly maxTokens: number | null;
  readonly startedMs: number;
}

/** What was chosen to be said. */
export interface Prepared {
  readonly routed: Routed;
  readonly speech: Speech;
  readonly sources: readonly AnswerSource[];
}

const TITLE_CHARACTERS = 60;

/** Writes the question into the journal. @throws CodedError conflict while the session's last one is being answered */
export function begin(taken: Taken, caller: Caller, asked: string | null, parts: GatewayParts): void {
  const { question, session } = taken;
  const { store, clock, newId } = parts;
  try {
    store.patientAnswers.begin({
      id: question.answerId,
      caller: caller.name,
      twinId: question.twin.id,
      twinVersion: question.twin.version,
      crisis: question.crisis?.level ?? 'none',
      nowMs: clock.wallMs(),
      session: session && {
        id: session.id,
        messageId: newId(),
        question: asked,
        title: titleOf(asked ?? ''),
      },
    });
  } catch (cause) {
    if (!hasCode(cause, StoreErrorCode.OutOfStep)) throw cause;
    throw apiError('conflict', 'The last question of this session is still being answered.', { cause });
  }
}

/** Asks the miners and composes what is said. @throws the reason of `signal` */
export async function prepare(taken: Taken, parts: GatewayParts, signal: AbortSignal): Promise<Prepared> {
  const { question, twin, session, maxTokens } = taken;
  const recalled = sourcesFor(twin, question.turns.at(-1)?.text ?? '', parts, signal).catch((error: unknown) => {
    if (!signal.aborted)
      parts.log.warn('no sources found', { answerId: question.answerId, error: describeError(error) });
    return [];
  });
  const routed = await parts.router.route(question, signal);
  const sources = routed.winner ? await recalled : [];
  return { routed, sources, speech: speechOf(question, routed, { inSession: session !== null, sources, maxTokens }) };
}

/** Our own fields; the token to rate with comes once there is something to rate, and never in a crisis. */
export function factsOf(
  taken: Taken,
  prepared: Prepared | null,
  endedMs: number | null,
  parts: GatewayParts,
): AnswerFacts {
  const { question, session } = taken;
  const { answerId, twin, crisis } = question;
  const mayRate =
    session && !session.crisis && crisis?.level !== 'crisis' && prepared?.routed.winner && endedMs !== null;
  return {
    answer_id: answerId,
    twin: twinFacts(twin),
    notice: noticeOf(twin),
    sources: [...(prepared?.sources ?? [])],
    crisis: crisis && { ...crisis, kinds: [...crisis.kinds] },
    rating_token: mayRate
      ? ratingToken(parts.secret, { sessionId: session.id, answerId, patientId: session.patientId }, endedMs)
      : null,
  };
}

/** Ends the question in the journal with what the patient has really seen. Returns when it ended. */
export function end(
  taken: Taken,
  at: {
    readonly state: Exclude<PatientAnswer['state'], 'open'>;
    readonly prepared: Prepared | null;
    readonly said: string;
    readonly firstWordMs: number | null;
  },
  { store, clock, newId }: GatewayParts,
): number {
  const { question, session } = taken;
  const { state, prepared, said, firstWordMs } = at;
  const nowMs = clock.wallMs();
  store.patientAnswers.end({
    id: question.answerId,
    state,
    chosen: prepared?.routed.winner?.hotkey ?? null,
    firstGoodMs: prepared?.routed.firstGoodMs ?? null,
    firstWordMs,
    nowMs,
    // Where nothing was said there is no message: a bubble is never empty.
    message:
      session === null || said === ''
        ? null
        : {
            id: newId(),
            content: said,
            status: state === 'answered' ? 'complete' : state === 'stopped' ? 'stopped' : 'failed',
            sources: prepared?.sources ?? [],
            crisis: question.crisis && { ...question.crisis, kinds: [...question.crisis.kinds] },
          },
  });
  return nowMs;
}

function titleOf(question: string): string {
  const line = question.replace(/\s+/g, ' ').trim();
  return line.length > TITLE_CHARACTERS ? `${line.slice(0, TITLE_CHARACTERS - 1)}…` : line;
}
