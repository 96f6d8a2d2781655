// Whether the daemon works: /ready answers 200, and goes on doing so from one and the same process.
const POLL_MS = 1_000;
const ANSWER_MS = 5_000;
/** Polls in a row that may fail while it is watched: a busy machine answers late. */
const PATIENCE = 3;

/**
 * Waits until the daemon is ready, then watches that it stays so.
 * @throws Error that says what did not hold
 */
export async function watchHealth({ readyUrl, readyMs, watchMs }, signal) {
  const readyBy = performance.now() + readyMs;
  let last = await look(readyUrl, signal);
  while (!last.ready) {
    if (performance.now() > readyBy) throw new Error(`it was not ready after ${readyMs / 1000} s: ${last.why}`);
    await pause(POLL_MS, signal);
    last = await look(readyUrl, signal);
  }
  const watchedBy = performance.now() + watchMs;
  let uptime = await uptimeOf(readyUrl, signal);
  for (let missed = 0; performance.now() < watchedBy || missed > 0; ) {
    await pause(POLL_MS, signal);
    last = await look(readyUrl, signal);
    missed = last.ready ? 0 : missed + 1;
    if (missed > PATIENCE) throw new Error(`it was ready and then no more: ${last.why}`);
    if (!last.ready) continue;
    const now = await uptimeOf(readyUrl, signal);
    if (now !== null && uptime !== null && now < uptime) throw new Error('it ended and was started again by itself');
    uptime = now;
  }
}

async function look(url, signal) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) });
    const text = await answer.text();
    return { ready: answer.ok, why: `${url} says ${answer.status} ${text.slice(0, 300)}` };
  } catch (error) {
    signal.throwIfAborted();
    return { ready: false, why: `${url} does not answer (${error.cause?.code ?? error.name})` };
  }
}

/** Seconds the process runs, from the page beside /ready; null where there is none. */
async function uptimeOf(readyUrl, signal) {
  try {
    const answer = await fetch(new URL('/health', readyUrl), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    const { uptimeSeconds } = await answer.json();
    return typeof uptimeSeconds === 'number' ? uptimeSeconds : null;
  } catch {
    // /ready decides; the uptime only tells a silent restart.
    signal.throwIfAborted();
    return null;
  }
}

/** @returns {Promise<void>} after so long; rejected with the reason of the signal */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    return undefined;
  });
}
