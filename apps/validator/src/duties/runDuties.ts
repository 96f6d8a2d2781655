import { setMaxListeners } from 'node:events';
import { describeError, type Logger } from '@bettertherapy/core';
import type { Duty } from './duty.js';

/**
 * Runs all duties until `stop` aborts or one of them fails; then ends the others and waits for them. A duty that has
 * nothing left to do leaves the others running.
 * @throws the failure, or the reason of `stop`
 */
export async function runDuties(duties: readonly Duty[], stop: AbortSignal, log: Logger): Promise<void> {
  const fault = new AbortController();
  const signal = AbortSignal.any([stop, fault.signal]);
  // Every duty waits on it, each with a listener or two: no leak, and nothing to warn operators of.
  setMaxListeners(0, signal);
  const ended = await Promise.allSettled(
    duties.map(async (duty) => {
      try {
        await duty.run(signal);
        log.info('duty has nothing left to do', { duty: duty.name });
      } catch (error) {
        if (!signal.aborted) log.error('duty failed', { duty: duty.name, error: describeError(error) });
        fault.abort(error);
        throw error;
      }
    }),
  );
  stop.throwIfAborted();
  fault.signal.throwIfAborted();
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}
