import { conversationRequest } from '@bettertherapy/protocol';
import type { AskCall, AskMany, AskReply } from '../../round/askMany.js';
import type { ChosenMiner } from './candidates.js';
import type { PatientQuestion } from './question.js';

/** One miner with the id of what it is asked. */
export interface Asked extends ChosenMiner {
  readonly requestId: string;
}

/** Asks all of them at once; resolves when all have replied or the deadline has passed. */
export async function fanOut(
  question: PatientQuestion,
  asked: readonly Asked[],
  parts: { readonly askMany: AskMany },
  terms: {
    readonly deadlineMs: number;
    readonly signal: AbortSignal;
    readonly onReply: (reply: AskReply, of: Asked) => void;
  },
): Promise<void> {
  const { id, version } = question.twin;
  const turns = question.turns.map(({ role, text }) => ({ role, content: text }));
  const calls = asked.map(({ miner, requestId }): AskCall => {
    const { hotkey, ip, port, version: axonVersion, uid } = miner;
    const request = conversationRequest({ requestId, twin: { id, version }, turns });
    return { target: { hotkey, ip, port, version: axonVersion }, request, about: { 'bt.miner.uid': uid } };
  });
  await parts.askMany(calls, {
    deadlineMs: terms.deadlineMs,
    signal: terms.signal,
    onReply: (reply, at) => {
      const of = asked[at];
      if (of) terms.onReply(reply, of);
    },
  });
}
