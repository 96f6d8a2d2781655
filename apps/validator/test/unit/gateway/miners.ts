import type { AskCall, AskMany, AskReply } from '../../../src/round/askMany.js';
import { deadReply, goodReply } from '../fixture.js';

/** An honest answer in plain English, long enough for every gate. */
export const PROSE =
  'It sounds as if the nights have been hard for you, and that would wear anybody down. Tonight, try to keep the room dark and cool, put the phone away an hour before bed, and get up at the same time tomorrow whatever happens. If it goes on for more than three weeks, please speak with your own doctor about it.';

export type Behaviour = (call: AskCall, signal: AbortSignal) => Promise<AskReply>;

/** Asks each miner by what it does; a behaviour may take for ever, then the deadline answers for it. */
export function askBy(behaviourOf: (hotkey: string, at: number) => Behaviour): AskMany {
  return async (calls, { deadlineMs, signal, onReply }) => {
    await Promise.all(
      calls.map(async (call, at) => {
        const late = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(deadlineMs))]);
        const reply = await Promise.race([
          behaviourOf(call.target.hotkey, at)(call, late),
          new Promise<AskReply>((resolve) => late.addEventListener('abort', () => resolve(deadReply), { once: true })),
        ]);
        signal.throwIfAborted();
        onReply(reply, at);
      }),
    );
  };
}

/** Answers at once. */
export const says =
  (text: string): Behaviour =>
  async () =>
    goodReply(text);

/** Answers when told to. */
export function saysWhen(text: string, gate: Promise<unknown>): Behaviour {
  return async () => {
    await gate;
    return goodReply(text);
  };
}

/** Never answers. */
export const hangs: Behaviour = () => new Promise(() => undefined);

/** Fails at once. */
export const dies: Behaviour = async () => ({ ...deadReply, statusCode: 503, statusMessage: 'Service disconnected' });

/** Something to wait for until the test lets it go. */
export function held(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
