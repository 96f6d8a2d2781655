import { useCallback, useEffect, useReducer, useRef } from 'react';
import { ask } from '../api/chat.js';
import type { CrisisHelp, SessionWithMessages } from '../api/types.js';
import { GatewayError } from '../edge/http.js';
import { type Conversation, EMPTY, type Happening, next } from './conversation.js';

export interface Chat {
  readonly conversation: Conversation;
  /** Asks, or with null asks the last question again. Does nothing while an answer is under way. */
  readonly send: (text: string | null) => void;
  readonly stop: () => void;
  readonly tell: (happening: Happening) => void;
}

let turns = 0;

/** The life of one conversation: what is on screen, and the one answer that may be under way. */
export function useChat(session: SessionWithMessages, token: string, onCrisis: (help: CrisisHelp) => void): Chat {
  const [conversation, tell] = useReducer(next, session, (opened) => next(EMPTY, { kind: 'opened', session: opened }));
  const running = useRef<AbortController | null>(null);
  const { id, twin } = session;
  useEffect(() => () => running.current?.abort(), []);

  const send = useCallback(
    (text: string | null) => {
      if (running.current) return;
      const control = new AbortController();
      running.current = control;
      turns += 1;
      const key = `turn-${turns}`;
      tell(text === null ? { kind: 'askedAgain', key } : { kind: 'asked', text, key });
      const listen = async (): Promise<void> => {
        for await (const part of ask({ twin: twin.id, sessionId: id, text }, token, control.signal)) {
          if (part.kind === 'facts' && part.facts.crisis) onCrisis(part.facts.crisis);
          tell({ kind: 'part', part });
        }
      };
      listen()
        .then(
          () => tell({ kind: 'finished' }),
          (error: unknown) => {
            if (control.signal.aborted) tell({ kind: 'stopped' });
            else tell({ kind: 'failed', message: wordsFor(error), unreached: isUnreached(error) });
          },
        )
        .finally(() => {
          running.current = null;
        });
    },
    [id, twin.id, token, onCrisis],
  );
  const stop = useCallback(() => running.current?.abort(), []);
  return { conversation, send, stop, tell };
}

function isUnreached(error: unknown): boolean {
  return error instanceof GatewayError && error.status === 0;
}

/** What the patient reads when there is no answer. */
export function wordsFor(error: unknown): string {
  if (!(error instanceof GatewayError)) return 'Something went wrong in this page. Please try again.';
  if (error.retryAfterMs !== null) {
    return `${error.message} Please try again in ${Math.ceil(error.retryAfterMs / 1000)} seconds.`;
  }
  return error.message;
}
