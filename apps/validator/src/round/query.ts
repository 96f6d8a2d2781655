import type { Request, Round } from '@bettertherapy/store';
import type { AskCall, AskReply } from './askMany.js';
import type { RoundParts, StageFn } from './parts.js';
import { seededRandom, shuffled } from './seed.js';

/**
 * Writes all intents, then asks every miner every question at once. Each answer is committed as it comes. After a
 * restart, requests that the crash cut off are asked again while the round is young, else given up without blame.
 */
export const query: StageFn = async (round, parts, signal) => {
  const { store } = parts;
  if (store.requests.ofRound(round.id).length === 0) intendAll(round, parts);
  else recoverCutOff(round, parts);
  const open = store.requests.unanswered(round.id);
  const questions = new Map(store.questions.ofRound(round.id).map((question) => [question.id, question]));
  const participants = new Map(store.rounds.participants(round.id).map((one) => [one.hotkey, one]));
  const calls = open.map((request): AskCall => {
    const question = questions.get(request.questionId);
    const target = participants.get(request.hotkey);
    // Foreign keys in the journal make both present.
    if (!question || !target) throw new Error(`request ${request.id} has no question or participant`);
    const { hotkey, ip, port, axonVersion: version, uid } = target;
    return {
      target: { hotkey, ip, port, version },
      request: { prompt: question.askedText, requestId: request.id },
      about: { 'bt.miner.uid': uid, 'bt.round.number': round.number },
    };
  });
  await askAll(calls, parts, signal, (reply, at) => {
    const request = open[at];
    if (request) keep(request, reply, parts);
  });
  const responses = store.responses.ofRound(round.id);
  const answered = responses.filter((one) => one.refusedBy === null).length;
  return { outcome: { asked: open.length, responses: responses.length, answered }, finished: false };
};

function intendAll(round: Round, parts: RoundParts): void {
  const { store, newId, clock } = parts;
  const questions = store.questions.ofRound(round.id);
  const pairs = store.rounds
    .participants(round.id)
    .flatMap((miner) => questions.map((question) => ({ id: newId(), questionId: question.id, hotkey: miner.hotkey })));
  const requests = shuffled(pairs, seededRandom(round.seed, 'requests'));
  store.requests.intend({ roundId: round.id, requests, nowMs: clock.wallMs() });
}

function recoverCutOff(round: Round, parts: RoundParts): void {
  const { store, options, clock, log, newId } = parts;
  const nowMs = clock.wallMs();
  const young = nowMs - round.startedMs < options.reaskWithinMs;
  const cutOff = store.requests.unanswered(round.id);
  const again = cutOff.filter((request) => young && request.attempt < options.maxAttempts);
  const lost = cutOff.filter((request) => !again.includes(request));
  if (again.length > 0) {
    store.requests.reask({ retries: again.map((request) => ({ lostId: request.id, newId: newId() })), nowMs });
  }
  if (lost.length > 0) {
    store.requests.markLost({ ids: lost.map((request) => request.id), reason: 'cut off by a restart', nowMs });
  }
  if (cutOff.length > 0) {
    log.warn('requests cut off by a restart', { roundId: round.id, askedAgain: again.length, givenUp: lost.length });
  }
}

/** A reply that cannot be committed ends the whole fan-out: nothing may be in flight when the stage is left. */
async function askAll(
  calls: readonly AskCall[],
  { askMany, options }: RoundParts,
  signal: AbortSignal,
  keepReply: (reply: AskReply, at: number) => void,
): Promise<void> {
  const fault = new AbortController();
  try {
    await askMany(calls, {
      deadlineMs: options.deadlineMs,
      signal: AbortSignal.any([signal, fault.signal]),
      onReply: (reply, at) => {
        if (!fault.signal.aborted) keepReply(reply, at);
      },
    });
  } catch (error) {
    fault.abort(error);
    throw error;
  }
}

function keep(request: Request, reply: AskReply, parts: RoundParts): void {
  const refusedBy = refusal(reply);
  const stored = parts.store.responses.record({
    requestId: request.id,
    receivedMs: parts.clock.wallMs(),
    statusCode: reply.statusCode,
    statusMessage: reply.statusMessage.slice(0, MAX_STATUS_MESSAGE),
    output: reply.output,
    responseMs: reply.responseMs,
    protocol: reply.protocol,
    axonProcessMs: reply.axonProcessMs,
    refusedBy,
  });
  parts.metrics?.reply(reply.statusCode, reply.responseMs);
  if (!stored) return;
  if (refusedBy !== null) parts.refused?.({ hotkey: request.hotkey, code: refusedBy, status: reply.statusCode });
  // This line comes after the commit: whoever reads it may rely on the row.
  parts.log.info('response stored', {
    requestId: request.id,
    roundId: request.roundId,
    hotkey: request.hotkey,
    status: reply.statusCode,
    responseMs: Math.round(reply.responseMs),
  });
}

/** A miner chooses the words of its status line; they are not worth a row's space beyond this. */
const MAX_STATUS_MESSAGE = 200;

/** Why there is no answer, in a bounded set of words; null when there is one. */
export function refusal(reply: Pick<AskReply, 'ok' | 'statusCode' | 'output'>): string | null {
  if (reply.ok && reply.output !== null) return null;
  if (reply.ok) return 'no_output';
  return REFUSALS.get(reply.statusCode) ?? (reply.statusCode >= 500 ? 'fault' : 'refused');
}

const REFUSALS: ReadonlyMap<number, string> = new Map([
  [0, 'no_status'],
  [400, 'broken_reply'],
  [408, 'timeout'],
  [504, 'timeout'],
  [429, 'rate_limited'],
  [503, 'unavailable'],
  [401, 'unauthorised'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [422, 'unreadable'],
]);
