/** Wall time in milliseconds since the epoch. */
export function now(): number {
  return Date.now();
}

/** Calls `work` every `ms` until the returned function is called. */
export function every(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms);
  return () => clearInterval(timer);
}

/** Calls `work` once after `ms` unless the returned function is called first. */
export function after(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
}

/** Resolves after `ms`, or as soon as the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const disarm = after(ms, resolve);
    signal.addEventListener('abort', () => {
      disarm();
      resolve();
    });
  });
}
