import { type Clock, withDeadline } from '@bettertherapy/core';
import type { Connection } from './connection/index.js';

/** Resolves with the first best block of at least `block`. @throws the signal's reason, or a deadline error. */
export function waitForBlock(
  connection: Connection,
  block: number,
  limits: { readonly deadlineMs: number; readonly signal: AbortSignal | undefined; readonly clock: Clock },
): Promise<number> {
  const { head } = connection.head;
  if (head.number >= block) return Promise.resolve(head.number);
  const { deadlineMs, signal, clock } = limits;
  let stop: () => void = () => undefined;
  return withDeadline({ what: `waiting for block ${block}`, ms: deadlineMs, signal, clock }, () => {
    return new Promise<number>((resolve) => {
      stop = connection.onHead(({ number }) => {
        if (number >= block) resolve(number);
      });
    });
  }).finally(() => stop());
}
