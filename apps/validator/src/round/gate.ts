import type { GateVerdict } from '@bettertherapy/judge';
import { answersOf } from './answers.js';
import { bankEntry } from './bankEntry.js';
import type { StageFn } from './parts.js';
import { findReplay, type Replay, rememberAnswer } from './replay.js';
import { giveStrike } from './strike.js';

/**
 * Sorts out, without any model, answers that cannot earn anything, the miner's own answers to other questions given
 * again among them. Confirmed tries to cheat become strikes. The event
 * loop gets a turn after each answer: a text made for it keeps the rules busy for seconds, and many may come at once.
 */
export const gate: StageFn = async (round, parts, signal) => {
  const { store, clock, examiner, metrics } = parts;
  const done = new Set(store.judgements.gatesOfRound(round.id).map((row) => row.requestId));
  const open = answersOf(store, round.id).filter(({ request }) => !done.has(request.id));
  for (const answer of open) {
    const { request, question, response } = answer;
    signal.throwIfAborted();
    if (response.output === null || response.refusedBy !== null) continue;
    const verdict = examiner.gate({
      question: bankEntry.read(question),
      askedText: question.askedText,
      answer: response.output,
    });
    const replay = verdict.pass ? findReplay(answer, store) : null;
    const { pass, reason, result, strike } = replay ? replayed(replay) : verdict;
    if (pass) rememberAnswer(answer, store);
    if (strike) giveStrike(request, reason ?? 'gate', parts);
    store.judgements.recordGates([{ requestId: request.id, pass, reason, result, gatedMs: clock.wallMs() }]);
    metrics?.gated(reason ?? 'passed');
    if (!pass) {
      const { statusCode: status } = response;
      parts.refused?.({ hotkey: request.hotkey, code: `gate:${reason ?? 'unknown'}`, status });
    }
    await clock.sleep(0, signal);
  }
  const gates = store.judgements.gatesOfRound(round.id);
  const passed = gates.filter((row) => row.pass).length;
  return { outcome: { gated: gates.length, passed, stopped: gates.length - passed }, finished: false };
};

/** A canned text: worth nothing, but no attack on anybody. */
function replayed({ of, bankId, jaccard }: Replay): GateVerdict {
  return { pass: false, reason: 'replayed', strike: false, result: { of, bankId, jaccard } };
}
