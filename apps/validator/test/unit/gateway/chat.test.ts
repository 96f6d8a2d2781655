import { eventually } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { chatCompletion } from '../../../src/gateway/chat/chatSchema.js';
import { ask, CRISIS, chunkSchema, eventsOf, patientOf, QUESTION, TWIN, wordsOf } from './chatFixture.js';
import { runGateway, scriptedJudge } from './fixture.js';
import { askBy, dies, hangs, held, PROSE, says, saysWhen } from './miners.js';

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
