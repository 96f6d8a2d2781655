import type { AnswerPart } from '../api/chat.js';
import type { CrisisHelp, Message, MessageStatus, Rating, SessionWithMessages, Source } from '../api/types.js';

/** One entry of the conversation on screen. */
export interface Turn {
  readonly key: string;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly answerId: string | null;
  readonly ratingToken: string | null;
  readonly notice: string | null;
  readonly sources: readonly Source[];
  readonly crisis: CrisisHelp | null;
  readonly rating: Rating | null;
  readonly status: MessageStatus | 'arriving';
}

export interface Conversation {
  readonly turns: readonly Turn[];
  /** `waiting`: asked, no word yet. */
  readonly phase: 'idle' | 'waiting' | 'answering';
  /** Help to show above everything, from whichever turn spoke of it last. */
  readonly crisis: CrisisHelp | null;
  readonly failure: string | null;
  /** The last question did not reach the gateway, so nobody looked whether it spoke of danger. */
  readonly unreached: boolean;
}

export type Happening =
  | { readonly kind: 'opened'; readonly session: SessionWithMessages }
  | { readonly kind: 'asked'; readonly text: string; readonly key: string }
  | { readonly kind: 'askedAgain'; readonly key: string }
  | { readonly kind: 'part'; readonly part: AnswerPart }
  | { readonly kind: 'finished' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string; readonly unreached: boolean }
  | { readonly kind: 'rated'; readonly answerId: string; readonly rating: Rating | null };

export const EMPTY: Conversation = { turns: [], phase: 'idle', crisis: null, failure: null, unreached: false };

const BLANK_ANSWER: Omit<Turn, 'key'> = {
  role: 'assistant',
  text: '',
  answerId: null,
  ratingToken: null,
  notice: null,
  sources: [],
  crisis: null,
  rating: null,
  status: 'arriving',
};

/** The conversation after something happened. Pure; the page draws what it returns. */
export function next(state: Conversation, happening: Happening): Conversation {
  switch (happening.kind) {
    case 'opened':
      return opened(happening.session);
    case 'asked':
      return {
        ...state,
        phase: 'waiting',
        failure: null,
        unreached: false,
        turns: [
          ...state.turns,
          { ...BLANK_ANSWER, key: `${happening.key}-q`, role: 'user', text: happening.text, status: 'complete' },
          { ...BLANK_ANSWER, key: happening.key },
        ],
      };
    case 'askedAgain':
      return {
        ...state,
        phase: 'waiting',
        failure: null,
        unreached: false,
        turns: [...withoutLastAnswer(state.turns), { ...BLANK_ANSWER, key: happening.key }],
      };
    case 'part':
      return withPart(state, happening.part);
    case 'finished':
      return settle(state, 'complete', null);
    case 'stopped':
      return settle(state, 'stopped', null);
    case 'failed':
      return { ...settle(state, 'failed', happening.message), unreached: happening.unreached };
    case 'rated':
      return {
        ...state,
        turns: state.turns.map((turn) =>
          turn.answerId === happening.answerId ? { ...turn, rating: happening.rating } : turn,
        ),
      };
  }
}

function opened(session: SessionWithMessages): Conversation {
  const turns = session.messages.filter(({ status }) => status !== 'superseded').map(turnOf);
  return { ...EMPTY, turns, crisis: turns.findLast((turn) => turn.crisis)?.crisis ?? null };
}

function turnOf(message: Message): Turn {
  return {
    ...BLANK_ANSWER,
    key: message.id,
    role: message.role,
    text: message.content,
    answerId: message.answer_id,
    sources: message.sources,
    crisis: message.crisis,
    rating: message.rating,
    ratingToken: message.rating_token ?? null,
    status: message.status,
  };
}

function withoutLastAnswer(turns: readonly Turn[]): readonly Turn[] {
  return turns.at(-1)?.role === 'assistant' ? turns.slice(0, -1) : turns;
}

function changeLast(turns: readonly Turn[], change: (last: Turn) => Turn): readonly Turn[] {
  const last = turns.at(-1);
  return last?.status === 'arriving' ? [...turns.slice(0, -1), change(last)] : turns;
}

function withPart(state: Conversation, part: AnswerPart): Conversation {
  switch (part.kind) {
    case 'facts': {
      const { facts } = part;
      return {
        ...state,
        crisis: facts.crisis ?? state.crisis,
        turns: changeLast(state.turns, (last) => ({
          ...last,
          answerId: facts.answer_id ?? last.answerId,
          ratingToken: facts.rating_token ?? last.ratingToken,
          notice: facts.notice || last.notice,
          sources: facts.sources.length > 0 ? facts.sources : last.sources,
          crisis: facts.crisis ?? last.crisis,
        })),
      };
    }
    case 'words':
      return {
        ...state,
        phase: 'answering',
        turns: changeLast(state.turns, (last) => ({ ...last, text: last.text + part.text })),
      };
    case 'end':
      return state;
  }
}

function settle(state: Conversation, status: MessageStatus, failure: string | null): Conversation {
  return { ...state, phase: 'idle', failure, turns: changeLast(state.turns, (last) => ({ ...last, status })) };
}
