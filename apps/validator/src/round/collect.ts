import type { StageFn } from './parts.js';

/**
 * Closes the window: whatever has no row by now gets an explicit one that says so, so that later stages read the
 * journal alone and "missing" is a fact rather than an absence.
 */
export const collect: StageFn = async (round, parts) => {
  const { store, clock, options } = parts;
  const nowMs = clock.wallMs();
  const missing = store.requests.unanswered(round.id).map((request) => ({
    requestId: request.id,
    receivedMs: nowMs,
    statusCode: 408,
    statusMessage: 'no answer before the window closed',
    output: null,
    responseMs: options.deadlineMs,
    protocol: 'none',
    axonProcessMs: null,
    refusedBy: 'timeout',
  }));
  store.responses.recordMany(missing);
  const responses = store.responses.ofRound(round.id);
  const lost = store.requests.ofRound(round.id).filter((request) => request.lostReason === 'cut off by a restart');
  return {
    outcome: {
      responses: responses.length,
      answered: responses.filter((row) => row.refusedBy === null).length,
      missing: missing.length,
      lost: lost.length,
    },
    finished: false,
  };
};
