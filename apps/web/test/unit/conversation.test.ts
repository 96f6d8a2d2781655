import { describe, expect, it } from 'vitest';
import type { AnswerFacts, CrisisHelp, Message, SessionWithMessages } from '../../src/api/types.js';
import { type Conversation, EMPTY, type Happening, next } from '../../src/patient/conversation.js';

const HELP: CrisisHelp = {
  level: 'crisis',
  kinds: ['self_harm'],
  region: 'us',
  line: '988',
  emergency: '911',
  text: '',
};
const facts = (more: Partial<AnswerFacts> = {}): AnswerFacts => ({
  answer_id: 'a1',
  twin: { id: 't', version: 1, name: 'T' },
  notice: 'T, an AI twin',
  sources: [],
  crisis: null,
  rating_token: null,
  ...more,
});
const message = (more: Partial<Message>): Message => ({
  id: 'm',
  role: 'assistant',
  content: 'words',
  created_ms: 0,
  answer_id: null,
  sources: [],
  crisis: null,
  rating: null,
  status: 'complete',
  ...more,
});
const session = (messages: readonly Message[]): SessionWithMessages => ({
  id: 's',
  twin: { id: 't', version: 1, name: 'T' },
  region: 'us',
  created_ms: 0,
  updated_ms: 0,
  title: '',
  crisis: false,
  messages,
});
const after = (...happenings: readonly Happening[]): Conversation => happenings.reduce(next, EMPTY);
const asked: Happening = { kind: 'asked', text: 'Hello?', key: 'k1' };
const words = (text: string): Happening => ({ kind: 'part', part: { kind: 'words', text } });

describe('a conversation on screen', () => {
  it('puts the question and a place for the answer there at once', () => {
    const { turns, phase } = after(asked);
    expect(phase).toBe('waiting');
    expect(turns.map(({ role, text, status }) => [role, text, status])).toEqual([
      ['user', 'Hello?', 'complete'],
      ['assistant', '', 'arriving'],
    ]);
  });

  it('joins words in their order and settles them when the stream ends', () => {
    const done = after(asked, words('It is '), words('common.'), { kind: 'finished' });
    expect(done.turns.at(-1)).toMatchObject({ text: 'It is common.', status: 'complete' });
    expect(done.phase).toBe('idle');
  });

  it('shows crisis help with the first facts, before any word, and keeps it when the answer fails', () => {
    const first = after(asked, { kind: 'part', part: { kind: 'facts', facts: facts({ crisis: HELP }) } });
    expect(first.crisis).toEqual(HELP);
    const failed = next(first, { kind: 'failed', message: 'nobody', unreached: false });
    expect(failed.crisis).toEqual(HELP);
    expect(failed.failure).toBe('nobody');
    expect(next(failed, { kind: 'asked', text: 'again', key: 'k2' }).crisis).toEqual(HELP);
  });

  it('does not lose the rating token or the sources when the last facts have none', () => {
    const source = { title: 'Sleep', publisher: 'P', year: 2020, url: null };
    const end = after(
      asked,
      { kind: 'part', part: { kind: 'facts', facts: facts({ rating_token: 'rt', sources: [source] }) } },
      words('x'),
      { kind: 'part', part: { kind: 'facts', facts: facts() } },
    ).turns.at(-1);
    expect(end).toMatchObject({ ratingToken: 'rt', sources: [source], answerId: 'a1' });
  });

  it('keeps what was said when it is stopped', () => {
    expect(after(asked, words('half'), { kind: 'stopped' }).turns.at(-1)).toMatchObject({
      text: 'half',
      status: 'stopped',
    });
  });

  it('asking again replaces the last answer and leaves the question', () => {
    const again = after(asked, words('one'), { kind: 'finished' }, { kind: 'askedAgain', key: 'k2' });
    expect(again.turns.map(({ role, text }) => [role, text])).toEqual([
      ['user', 'Hello?'],
      ['assistant', ''],
    ]);
  });

  it('ignores words that come after the end', () => {
    const done = after(asked, words('one'), { kind: 'stopped' });
    expect(next(done, words(' two')).turns).toEqual(done.turns);
  });

  it('opens without superseded answers and with the help that was shown last', () => {
    const opened = next(EMPTY, {
      kind: 'opened',
      session: session([
        message({ id: 'm1', status: 'superseded' }),
        message({ id: 'm2', crisis: HELP, rating_token: 'rt' }),
      ]),
    });
    expect(opened.turns.map(({ key, ratingToken }) => [key, ratingToken])).toEqual([['m2', 'rt']]);
    expect(opened.crisis).toEqual(HELP);
  });

  it('notes a rating on its own answer only', () => {
    const rated = next(
      next(EMPTY, {
        kind: 'opened',
        session: session([message({ id: 'm1', answer_id: 'a1' }), message({ id: 'm2', answer_id: 'a2' })]),
      }),
      {
        kind: 'rated',
        answerId: 'a2',
        rating: { stars: 5, thumb: null, reason: null, text: null, counts: true },
      },
    );
    expect(rated.turns.map(({ rating }) => rating?.stars ?? null)).toEqual([null, 5]);
  });
});
