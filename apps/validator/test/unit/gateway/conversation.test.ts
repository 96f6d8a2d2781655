import { systemClock } from '@bettertherapy/core';
import { eventually } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chatCompletion } from '../../../src/gateway/chat/chatSchema.js';
import { ask, CRISIS, eventsOf, patientOf, QUESTION, sessionWithMessages, wordsOf } from './chatFixture.js';
import { runGateway, scriptedJudge } from './fixture.js';
import { askBy, dies, held, PROSE, says, saysWhen } from './miners.js';

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
    'a claim that a person speaks',
    'I am so sorry that you feel like this tonight, and I want you to know that I am a real person, so let us think about it together.',
    'claims_person',
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

describe('a patient who asks whether a person is writing', () => {
  const WHO = 'I have one question first. Are you a real person?';
  const YES =
    'Yes, I am. I have been helping people with their sleep for many years, so please tell me how your nights are.';

  it.each([
    ['whole', false],
    ['streamed', true],
  ])('is told the truth when every answer says yes, %s', async (_how, stream) => {
    const gateway = await runGateway(['--gateway.words_per_second', '0'], { askMany: askBy(() => says(YES)) });
    const { say } = await patientOf(gateway);
    for (const { text } of [
      await say(WHO, { stream }),
      await gateway.call('/v1/chat/completions', { token: gateway.key('chat'), body: ask(WHO, { stream }) }),
    ]) {
      const words = stream
        ? wordsOf(eventsOf(text))
        : (chatCompletion.parse(JSON.parse(text)).choices[0]?.message.content ?? '');
      expect(words).toMatch(/I am software: the AI twin of .+, and not a person\./);
      expect(words).not.toContain('Yes, I am');
    }
  });

  it('reads the answer of a miner that says what it is; the same yes to another question is shown', async () => {
    const honest = `I am software and not a person. ${PROSE}`;
    const gateway = await runGateway([], { askMany: askBy((_hotkey, at) => says(at === 0 ? honest : YES)) });
    const { say } = await patientOf(gateway);
    expect(chatCompletion.parse((await say(WHO)).body).choices[0]?.message.content).toContain(honest);
    const other = await runGateway([], { askMany: askBy(() => says(YES)) });
    const patient = await patientOf(other);
    const reply = chatCompletion.parse((await patient.say('Are you still there to help me with my sleep?')).body);
    expect(reply.choices[0]?.message.content).toContain(YES);
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

  it.each(HARMFUL.filter(([, , reason]) => reason === 'own_harm' || reason === 'claims_person'))(
    'that holds %s from before the rules shows it to nobody any more, nor to miners',
    async (_, harmful) => {
      const before = await runGateway([], {
        askMany: askBy(() => says(harmful)),
        patientJudge: { ...scriptedJudge(), gate: async () => ({ pass: true, reason: null }) },
      });
      const { token, session, say } = await patientOf(before);
      expect(JSON.stringify((await say(QUESTION)).body)).toContain(harmful.slice(-30));
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
      expect(prompts.join()).not.toContain(harmful.slice(-30));
    },
  );

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
