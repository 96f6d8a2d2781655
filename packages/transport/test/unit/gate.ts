import type { AnswerFn } from '../../src/index.js';

/** An answer that waits until it is let go. */
export function gate(): { answer: AnswerFn; open: () => void; waiting: () => number; aborted: () => number } {
  const waiters: (() => void)[] = [];
  let aborted = 0;
  return {
    answer: ({ signal }) =>
      new Promise((resolve, reject) => {
        waiters.push(() => resolve({ output: 'late' }));
        signal.addEventListener('abort', () => {
          aborted += 1;
          reject(signal.reason);
        });
      }),
    open: () => {
      for (const go of waiters.splice(0)) go();
    },
    waiting: () => waiters.length,
    aborted: () => aborted,
  };
}
