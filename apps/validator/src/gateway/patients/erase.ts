import type { GatewayParts } from '../parts.js';

const TRIES = 20;
const TRY_EVERY_MS = 100;

/**
 * Deletes a patient from the database and from its write-ahead log. Where another reader holds the log, the log is
 * emptied by the next clean-up at the latest, and the operator is told.
 */
export async function erasePatient(
  patientId: string,
  parts: Pick<GatewayParts, 'store' | 'clock' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  parts.store.patients.erase(patientId);
  await emptyLog(parts, signal);
}

/** Takes what was deleted out of the write-ahead log. */
export async function emptyLog(
  { store, clock, log }: Pick<GatewayParts, 'store' | 'clock' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  for (let n = 0; n < TRIES; n += 1) {
    if (store.truncateLog()) return;
    await clock.sleep(TRY_EVERY_MS, signal);
  }
  log.warn('the write-ahead log is held by a reader; it is emptied by the next clean-up', {});
}
