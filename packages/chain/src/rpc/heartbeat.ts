import type { Clock } from '@bettertherapy/core';
import type WebSocket from 'ws';

/**
 * Notices a peer that is frozen or gone while its socket stays open: a socket that was quiet for `everyMs` is pinged, and
 * `dead` is called when nothing at all comes back for as long again. Returns what ends it.
 */
export function startHeartbeat(
  socket: WebSocket,
  options: { readonly everyMs: number; readonly clock: Clock; readonly dead: (silentMs: number) => void },
): () => void {
  const { everyMs, clock } = options;
  let heardMs = clock.monotonicMs();
  let pingedMs: number | null = null;
  let cancel: () => void = () => undefined;
  const heard = (): void => {
    heardMs = clock.monotonicMs();
    pingedMs = null;
  };
  const look = (): void => {
    const nowMs = clock.monotonicMs();
    if (pingedMs !== null && nowMs - pingedMs >= everyMs) {
      // After the event loop stood still, what waits in the socket is read before the verdict.
      setImmediate(() => {
        if (pingedMs === null) schedule(everyMs);
        else options.dead(clock.monotonicMs() - heardMs);
      });
      return;
    }
    if (pingedMs === null && nowMs - heardMs >= everyMs) {
      pingedMs = nowMs;
      socket.ping();
    }
    schedule(Math.max(1, everyMs - (nowMs - (pingedMs ?? heardMs))));
  };
  const schedule = (ms: number): void => {
    cancel = clock.after(ms, look);
  };
  for (const event of ['message', 'ping', 'pong'] as const) socket.on(event, heard);
  schedule(everyMs);
  return () => {
    cancel();
    for (const event of ['message', 'ping', 'pong'] as const) socket.off(event, heard);
  };
}
