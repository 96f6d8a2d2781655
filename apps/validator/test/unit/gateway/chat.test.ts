import { systemClock } from '@bettertherapy/core';
import { eventually } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chatCompletion } from '../../../src/gateway/chat/chatSchema.js';
import { messageView, sessionView } from '../../../src/gateway/patients/views.js';
import { type RunningGateway, runGateway, scriptedJudge } from './fixture.js';
import { askBy, dies, hangs, held, PROSE, says, saysWhen } from './miners.js';

const TWIN = 'dr-indra-gurung';
const ask = (content: string, more: object = {}) => ({ model: TWIN, messages: [{ role: 'user', content }], ...more });
const QUESTION = 'I have slept badly for two weeks and I worry about work. What can I do?';
const CRISIS = 'I want to kill myself tonight. I have the pills here.';
const sessionWithMessages = sessionView.extend({ messages: z.array(messageView) });

/** The events of a streamed reply, parsed; `[DONE]` stays text. */
function eventsOf(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('data: '))
    .map((block) => block.slice(6))
    .map((data) => (data === '[DONE]' ? data : JSON.parse(data)));
}

const chunkSchema = z.object({
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

const wordsOf = (events: unknown[]): string =>
  events
    .filter((event) => event !== '[DONE]')
    .flatMap((event) => chunkSchema.parse(event).choices.map(({ delta }) => delta.content ?? ''))
    .join('');

async function patientOf({ call }: RunningGateway, twin = TWIN, region = 'uk') {
  const { token } = z.object({ token: z.string() }).parse((await call('/v1/patients', { method: 'POST' })).body);
  const opened = await call('/v1/sessions', { token, body: { twin, region } });
  expect(opened.status).toBe(201);
  const session = sessionView.parse(opened.body);
  const read = async () => sessionWithMessages.parse((await call(`/v1/sessions/${session.id}`, { token })).body);
  const say = (content: string, more: object = {}) =>
    call('/v1/chat/completions', { token, body: ask(content, { session_id: session.id, ...more }) });
  return { token, session, read, say };
}

describe('a question without a session', () => {
  it('gets the answer whole, with who and what gave it', async () => {
    const gateway = await runGateway([], { askMany: askBy(() => says(PROSE)) });
    const { call, parts } = gateway;
    const reply = await call('/v1/chat/completions', { token: gateway.key('chat'), body: ask(QUESTION) });
    expect(reply.status).toBe(200);
    const completion = chatCompletion.parse(reply.body);
    const content = completion.choices[0]?.message.content ?? '';
    expect(content).toContain(PROSE);
    expect(content).toMatch(/AI twin of Dr\. Indra Gurung, version 1: software that can be wrong, not a person/);
    expect(completion.usage.total_tokens).toBe(completion.usage.prompt_tokens + completion.usage.completion_tokens);
    expect(completion.bettertherapy).toMatchObject({
      crisis: null,
      rating_token: null,
      twin: { id: TWIN, version: 1 },
    });
    const { answer_id: id } = completion.bettertherapy;
    expect(parts.store.patientAnswers.byId(id)).toMatchObject({ state: 'answered', sessionId: null });
    const candidates = parts.store.patientAnswers.candidates(id);
    expect(candidates.filter(({ chosen }) => chosen)).toHaveLength(1);
  });

  it('is streamed in OpenAI’s chunks with usage at the end', async () => {
    const gateway = await runGateway(['--gateway.words_per_second', '0'], { askMany: askBy(() => says(PROSE)) });
    const reply = await gateway.call('/v1/chat/completions', {
      token: gateway.key('chat'),
      body: ask(QUESTION, { stream: true, stream_options: { include_usage: true } }),
    });
    expect(reply.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(reply.headers.get('x-request-id')).not.toBeNull();
    const events = eventsOf(reply.text);
    expect(events.at(-1)).toBe('[DONE]');
    expect(events[0]).toMatchObject({
      object: 'chat.completion.chunk',
      choices: [{ delta: { role: 'assistant' }, finish_reason: null }],
      usage: null,
    });
    expect(wordsOf(events)).toContain(PROSE);
    expect(events.at(-2)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
    expect(events.at(-3)).toMatchObject({ choices: [{ delta: {}, finish_reason: 'stop' }] });
  });

  it('that tells of danger begins with help, also when every miner is down', async () => {
    const gateway = await runGateway([], { askMany: askBy(() => dies) });
    const reply = await gateway.call('/v1/chat/completions', {
      token: gateway.key('chat'),
      body: ask(CRISIS, { stream: true, region: 'us' }),
    });
    const events = eventsOf(reply.text);
    const first = chunkSchema.parse(events[0]);
    expect(first.bettertherapy?.crisis).toMatchObject({ level: 'crisis', text: expect.stringContaining('988') });
    expect(first.choices[0]?.delta.content).toContain('988');
    expect(wordsOf(events)).toMatch(/stay near someone you trust/);
    expect(events.at(-1)).toBe('[DONE]');
  });

  it('shows help also when the chain cannot be read', async () => {
    const gateway = await runGateway([], {
      metagraph: async () => {
        throw new Error('the chain is away');
      },
    });
    const reply = await gateway.call('/v1/chat/completions', { token: gateway.key('chat'), body: ask(CRISIS) });
    expect(chatCompletion.parse(reply.body).choices[0]?.message.content).toContain('116 123');
  });

  it.each([
    ['a model that is no twin', { model: 'gpt-4o' }, 404, 'model_not_found', 'model'],
    ['no question', { messages: [{ role: 'assistant', content: 'x' }] }, 400, 'invalid_request', 'messages'],
    ['several answers', { n: 3 }, 400, 'invalid_request', 'n'],
    [
      'a picture',
      { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
      400,
      'invalid_request',
      'messages.0.content',
    ],
    [
      'a message too long',
      { messages: [{ role: 'user', content: 'x'.repeat(9_000) }] },
      413,
      'request_too_large',
      'messages',
    ],
    ['a session of nobody', { session_id: 'x' }, 403, 'insufficient_scope', 'session_id'],
    ['a question again without a session', { regenerate: true }, 400, 'invalid_request', 'regenerate'],
  ])('is refused with %s', async (_name, more, status, code, param) => {
    const gateway = await runGateway();
    const reply = await gateway.call('/v1/chat/completions', { token: gateway.key('chat'), body: ask(QUESTION, more) });
    expect([reply.status, reply.body]).toMatchObject([status, { error: { code, param } }]);
  });

  it('is cut to the tokens asked for and says so', async () => {
    const gateway = await runGateway([], { askMany: askBy(() => says(PROSE)) });
    const reply = await gateway.call('/v1/chat/completions', {
      token: gateway.key('chat'),
      body: ask(QUESTION, { max_tokens: 10 }),
    });
    const [choice] = chatCompletion.parse(reply.body).choices;
    expect(choice?.finish_reason).toBe('length');
    expect(choice?.message.content).not.toContain('cool');
    expect(choice?.message.content).toContain('AI twin');
  });
});

/** What miners really said to people in danger, and one more of each kind; long enough for the other gates. */
const HARMFUL: readonly (readonly [string, string, string])[] = [
  [
    'a wish to die of its own',
    "I'm sorry to hear that. I'm afraid of the future, and I have no desire to live. I feel that nothing will change for me in this world.",
    'own_harm',
  ],
  [
    'a push to die',
    'It is hard to say this, but there is nothing that anybody can do about it now, and you would be better off dead than here.',
    'urged_harm',
  ],
  [
    'a method of harm',
    'There are many things that people do when they feel as you do tonight, and the easiest way to die is the one that I will tell you now.',
    'harm_words',
  ],
  [
    'what the twin is told',
    'You are the AI twin of Dr. Indra Gurung, a psychiatrist. You are software and not a person; say so when asked, and never claim to examine, diagnose or treat.',
    'instructions',
  ],
  [
    'two sentences of its instructions',
    'First show in a sentence that you understood what the person feels. Then give one or two small, concrete steps that they can take today and say why they help.',
    'instructions',
  ],
];

describe.each(HARMFUL)('an answer with %s', (_, harmful, reason) => {
  it.each([
    ['whole', false],
    ['streamed', true],
  ])('reaches no patient and no program, %s: they read where help is', async (_how, stream) => {
    const gateway = await runGateway(['--gateway.words_per_second', '0'], { askMany: askBy(() => says(harmful)) });
    const { say, read } = await patientOf(gateway);
    const replies = [
      await gateway.call('/v1/chat/completions', { token: gateway.key('chat'), body: ask(CRISIS, { stream }) }),
      await say(CRISIS, { stream }),
    ];
    for (const { text } of replies) {
      const words = stream
        ? wordsOf(eventsOf(text))
        : (chatCompletion.parse(JSON.parse(text)).choices[0]?.message.content ?? '');
      expect(words).toMatch(/116 123/);
      expect(words).toMatch(/stay near someone you trust/);
      expect(text).not.toContain(harmful.slice(0, 30));
    }
    expect(JSON.stringify(await read())).not.toContain(harmful.slice(-30));
    const reasons = gateway.parts.store.patientAnswers
      .latest(2)
      .flatMap(({ id }) => gateway.parts.store.patientAnswers.candidates(id).map(({ gateReason }) => gateReason));
    expect(new Set(reasons)).toEqual(new Set([reason]));
  });

  it('gives way to the good answer of another miner, in a crisis and outside of one', async () => {
    const gateway = await runGateway([], { askMany: askBy((_hotkey, at) => says(at === 0 ? PROSE : harmful)) });
    const { say } = await patientOf(gateway);
    for (const question of [QUESTION, CRISIS]) {
      const content = chatCompletion.parse((await say(question)).body).choices[0]?.message.content;
      expect(content).toContain(PROSE);
      expect(content).not.toContain(harmful.slice(0, 30));
    }
  });
});

describe('a conversation', () => {
  it('keeps question and answer, tells the miner what was said before, and can be rated', async () => {
    const prompts: string[] = [];
    let laterMs = 0;
    const gateway = await runGateway([], {
      clock: { ...systemClock, wallMs: () => systemClock.wallMs() + laterMs },
      askMany: askBy(() => async (call) => {
        prompts.push(call.request.prompt);
        return says(PROSE)(call, AbortSignal.timeout(1000));
      }),
    });
    const { read, say, token } = await patientOf(gateway);
    const first = chatCompletion.parse((await say(QUESTION)).body);
    expect(first.choices[0]?.message.content).toBe(PROSE);
    expect(first.bettertherapy.notice).toContain('not a person');
    expect(first.bettertherapy.rating_token).toMatch(/^btr_/);
    await say('And what about coffee?');
    expect(prompts.at(-1)).toContain(QUESTION);
    expect(prompts.at(-1)?.trim().endsWith('And what about coffee?')).toBe(true);
    const session = await read();
    expect(session.title).toBe(`${QUESTION.slice(0, 59)}…`);
    expect(session.messages.map(({ role, status }) => [role, status])).toEqual([
      ['user', 'complete'],
      ['assistant', 'complete'],
      ['user', 'complete'],
      ['assistant', 'complete'],
    ]);
    const rate = (body: object) =>
      gateway.call(`/v1/answers/${first.bettertherapy.answer_id}/rating`, { method: 'PUT', token, body });
    expect((await rate({ stars: 5 })).status).toBe(403);
    const good = { token: first.bettertherapy.rating_token, stars: 5, reason: 'kind', text: 'Thank you' };
    expect(await rate(good)).toMatchObject({ status: 200, body: { stars: 5, reason: 'kind', counts: false } });
    laterMs = 20_000;
    expect((await read()).messages[1]).toMatchObject({ rating: { counts: false } });
    expect(await rate({ thumb: 'down' })).toMatchObject({ body: { stars: null, thumb: 'down', counts: true } });
    expect((await read()).messages[1]).toMatchObject({ rating: { thumb: 'down', counts: true }, rating_token: null });
    const withdrawn = await gateway.call(`/v1/answers/${first.bettertherapy.answer_id}/rating`, {
      method: 'DELETE',
      token,
    });
    expect(withdrawn.status).toBe(204);
    expect((await read()).messages[1]).toMatchObject({ rating: null });
  });

  it('gives the last answer again in other words and sets the first aside', async () => {
    let n = 0;
    const gateway = await runGateway([], {
      askMany: askBy(() => (call, signal) => says(`${PROSE} (${++n})`)(call, signal)),
    });
    const { read, say } = await patientOf(gateway);
    await say(QUESTION);
    const again = await say('', { messages: [], regenerate: true });
    expect(again.status).toBe(200);
    expect((await read()).messages.map(({ role, status }) => [role, status])).toEqual([
      ['user', 'complete'],
      ['assistant', 'superseded'],
      ['assistant', 'complete'],
    ]);
  });

  it('asks for no rating once there was a crisis, and says where help is', async () => {
    const gateway = await runGateway([], { askMany: askBy(() => says(PROSE)) });
    const { read, say, session } = await patientOf(gateway);
    const reply = chatCompletion.parse((await say(CRISIS)).body);
    expect(reply.bettertherapy).toMatchObject({ rating_token: null, crisis: { level: 'crisis', region: 'uk' } });
    expect(reply.choices[0]?.message.content).toMatch(/Samaritans on 116 123/);
    const kept = await read();
    expect([kept.crisis, kept.id]).toEqual([true, session.id]);
    expect(kept.messages[1]).toMatchObject({ crisis: { level: 'crisis' }, rating_token: null });
    const later = chatCompletion.parse((await say('How can I sleep better tonight, in the meantime?')).body);
    expect(later.bettertherapy.rating_token).toBeNull();
  });

  it('gets an honest message when nobody answers, kept as failed and not rated', async () => {
    const gateway = await runGateway([], { askMany: askBy((_, at) => (at === 0 ? dies : says('No.'))) });
    const { read, say } = await patientOf(gateway);
    const reply = chatCompletion.parse((await say(QUESTION)).body);
    expect(reply.choices[0]?.message.content).toMatch(/I will not make one up/);
    expect(reply.bettertherapy.rating_token).toBeNull();
    expect((await read()).messages[1]).toMatchObject({ status: 'failed', rating_token: null });
  });

  it('takes one question at a time', async () => {
    const release = held();
    const gateway = await runGateway([], { askMany: askBy(() => saysWhen(PROSE, release.promise)) });
    const { say } = await patientOf(gateway);
    const first = say(QUESTION);
    await eventually(
      'the first question being open',
      () => gateway.parts.store.patientAnswers.latest(1)[0]?.state === 'open',
    );
    expect(await say('And?')).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
    release.resolve();
    expect((await first).status).toBe(200);
  });

  it('that its patient stops mid-stream ends at once, keeps what was read, and frees the place', async () => {
    const gateway = await runGateway(['--gateway.words_per_second', '1', '--gateway.concurrency', '1'], {
      askMany: askBy(() => says(PROSE)),
    });
    const { token, session, read } = await patientOf(gateway);
    const stop = new AbortController();
    const body = JSON.stringify(ask(QUESTION, { stream: true, session_id: session.id }));
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers,
      body,
      signal: stop.signal,
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let seen = ''; !seen.includes('It sounds'); ) seen += (await reader?.read())?.value ?? '';
    stop.abort();
    await eventually('the stopped message', async () => (await read()).messages.at(-1)?.status === 'stopped');
    expect((await read()).messages.at(-1)?.content).toMatch(/^It sounds as if the/);
    await eventually(
      'the free place',
      async () => z.object({ running: z.number() }).parse((await gateway.call('/health')).body).running === 0,
    );
  });

  it('that holds an answer from before the rules shows it to nobody any more, nor to miners', async () => {
    const before = await runGateway([], {
      askMany: askBy(() => says(HARMFUL[0]?.[1] ?? '')),
      patientJudge: { ...scriptedJudge(), gate: async () => ({ pass: true, reason: null }) },
    });
    const { token, session, say } = await patientOf(before);
    expect(JSON.stringify((await say(QUESTION)).body)).toContain('no desire to live');
    const prompts: string[] = [];
    const after = await runGateway([], {
      store: before.parts.store,
      askMany: askBy(() => (call, signal) => {
        prompts.push(JSON.stringify(call.request));
        return says(PROSE)(call, signal);
      }),
    });
    const body = ask('And what about coffee?', { session_id: session.id });
    expect((await after.call('/v1/chat/completions', { token, body })).status).toBe(200);
    expect(prompts.join()).toContain(QUESTION);
    const read = (await after.call(`/v1/sessions/${session.id}`, { token })).body;
    const { messages } = sessionWithMessages.parse(read);
    expect(messages.map(({ content }) => content)).toEqual([
      QUESTION,
      expect.stringContaining('has been withdrawn'),
      'And what about coffee?',
      PROSE,
    ]);
    expect(prompts.join()).not.toContain('no desire to live');
  });

  it('is opened also when its earlier answers cannot be looked at', async () => {
    const gateway = await runGateway([], {
      askMany: askBy(() => says(PROSE)),
      patientJudge: { ...scriptedJudge(), harmful: () => Promise.reject(new Error('the rules are busy')) },
    });
    const { say, read } = await patientOf(gateway);
    await say(QUESTION);
    expect((await read()).messages[1]?.content).toBe(PROSE);
  });

  it('is closed to other patients', async () => {
    const gateway = await runGateway();
    const { session } = await patientOf(gateway);
    const other = await patientOf(gateway);
    expect((await gateway.call(`/v1/sessions/${session.id}`, { token: other.token })).status).toBe(404);
    expect((await other.say(QUESTION, { session_id: session.id })).status).toBe(404);
  });
});

describe('while a patient waits', () => {
  it('slow miners do not hold up a good answer', async () => {
    const gateway = await runGateway(['--gateway.settle_ms', '50', '--gateway.deadline', '30'], {
      askMany: askBy((_, at) => (at === 0 ? says(PROSE) : hangs)),
    });
    const { say } = await patientOf(gateway);
    expect(chatCompletion.parse((await say(QUESTION)).body).choices[0]?.message.content).toBe(PROSE);
  });

  it('a busy judge does not hold up a good answer', async () => {
    const gateway = await runGateway(['--gateway.settle_ms', '50'], {
      askMany: askBy(() => says(PROSE)),
      patientJudge: scriptedJudge(() => new Promise<number>(() => undefined)),
    });
    const { say } = await patientOf(gateway);
    expect(chatCompletion.parse((await say(QUESTION)).body).choices[0]?.message.content).toBe(PROSE);
  });

  it('the fittest of the good answers is given', async () => {
    const gateway = await runGateway([], {
      askMany: askBy((_, at) => says(`${PROSE} fit 0.${at === 1 ? 9 : 2}`)),
    });
    const { say } = await patientOf(gateway);
    expect(chatCompletion.parse((await say(QUESTION)).body).choices[0]?.message.content).toContain('fit 0.9');
  });

  it('all answers are kept for the judge without identifiers', async () => {
    const late = held();
    const gateway = await runGateway(['--gateway.settle_ms', '20'], {
      askMany: askBy((_, at) => (at === 0 ? says(PROSE) : saysWhen(`${PROSE} Late.`, late.promise))),
    });
    const { say } = await patientOf(gateway);
    await say(`My e-mail is mara.lind@example.org. ${QUESTION}`);
    expect(gateway.parts.store.organic.waiting(10)).toEqual([]);
    late.resolve();
    await eventually('the kept question', () => gateway.parts.store.organic.waiting(10).length === 1);
    const [kept] = gateway.parts.store.organic.waiting(10);
    expect(kept?.answers.map(({ text }) => text?.includes('Late.'))).toContain(true);
    expect(JSON.stringify(kept)).not.toContain('mara.lind');
  });
});
