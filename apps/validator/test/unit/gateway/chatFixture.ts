import { expect } from 'vitest';
import { z } from 'zod';
import { messageView, sessionView } from '../../../src/gateway/patients/views.js';
import type { RunningGateway } from './fixture.js';

export const TWIN = 'dr-indra-gurung';
export const ask = (content: string, more: object = {}) => ({
  model: TWIN,
  messages: [{ role: 'user', content }],
  ...more,
});
export const QUESTION = 'I have slept badly for two weeks and I worry about work. What can I do?';
export const CRISIS = 'I want to kill myself tonight. I have the pills here.';
export const sessionWithMessages = sessionView.extend({ messages: z.array(messageView) });

/** The events of a streamed reply, parsed; `[DONE]` stays text. */
export function eventsOf(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('data: '))
    .map((block) => block.slice(6))
    .map((data) => (data === '[DONE]' ? data : JSON.parse(data)));
}

export const chunkSchema = z.object({
  choices: z.array(
    z.object({ delta: z.object({ content: z.string().optional() }), finish_reason: z.string().nullable() }),
  ),
  bettertherapy: z
    .object({
      answer_id: z.string(),
      crisis: z.object({ level: z.string(), text: z.string() }).nullable(),
      rating_token: z.string().nullable(),
      sources: z.array(z.object({ title: z.string() })),
    })
    .optional(),
  usage: z.object({ total_tokens: z.number() }).nullish(),
});

export const wordsOf = (events: unknown[]): string =>
  events
    .filter((event) => event !== '[DONE]')
    .flatMap((event) => chunkSchema.parse(event).choices.map(({ delta }) => delta.content ?? ''))
    .join('');

export async function patientOf({ call }: RunningGateway, twin = TWIN, region = 'uk') {
  const { token } = z.object({ token: z.string() }).parse((await call('/v1/patients', { method: 'POST' })).body);
  const opened = await call('/v1/sessions', { token, body: { twin, region } });
  expect(opened.status).toBe(201);
  const session = sessionView.parse(opened.body);
  const read = async () => sessionWithMessages.parse((await call(`/v1/sessions/${session.id}`, { token })).body);
  const say = (content: string, more: object = {}) =>
    call('/v1/chat/completions', { token, body: ask(content, { session_id: session.id, ...more }) });
  return { token, session, read, say };
}
