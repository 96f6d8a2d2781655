import type { GateRow } from '@bettertherapy/store';
import { answersOf } from './answers.js';
import { bankEntry } from './bankEntry.js';
import type { StageFn } from './parts.js';
import { giveStrike } from './strike.js';

/** How many answers are gated before their rows are committed and the event loop gets a turn. */
const CHUNK = 32;

/** Sorts out, without any model, answers that cannot earn anything. Confirmed tries to cheat become strikes. */
export const gate: StageFn = async (round, parts, signal) => {
  const { store, clock, examiner, metrics } = parts;
  const done = new Set(store.judgements.gatesOfRound(round.id).map((row) => row.requestId));
  const open = answersOf(store, round.id).filter(({ request }) => !done.has(request.id));
  for (let at = 0; at < open.length; at += CHUNK) {
    signal.throwIfAborted();
    const rows: GateRow[] = [];
    for (const { request, question, response } of open.slice(at, at + CHUNK)) {
      if (response.output === null || response.refusedBy !== null) continue;
      const verdict = examiner.gate({
        question: bankEntry.read(question),
        askedText: question.askedText,
        answer: response.output,
      });
      const { pass, reason, result } = verdict;
      rows.push({ requestId: request.id, pass, reason, result, gatedMs: clock.wallMs() });
      metrics?.gated(reason ?? 'passed');
      if (verdict.strike) giveStrike(request, reason ?? 'gate', parts);
    }
    store.judgements.recordGates(rows);
    await clock.sleep(0, signal);
  }
  const gates = store.judgements.gatesOfRound(round.id);
  const passed = gates.filter((row) => row.pass).length;
  return { outcome: { gated: gates.length, passed, stopped: gates.length - passed }, finished: false };
};
