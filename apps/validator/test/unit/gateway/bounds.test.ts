import { systemClock } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';
import { MOST_MESSAGES } from '../../../src/gateway/chat/chatRoutes.js';
import { MOST_CONSENTS, MOST_DIALOGUES_KEPT, MOST_VERSIONS } from '../../../src/gateway/studio/bounds.js';
import { runGateway } from './fixture.js';
import { login, runStudio, studioClient, twinOf, unhappyPatient } from './studio/fixture.js';

const STATEMENT = 'I may use these dialogues; nobody can be recognised.';
const full = expect.objectContaining({ error: expect.objectContaining({ code: 'limit_reached' }) });

describe('one address', () => {
  it('becomes so many patients an hour, counted where the proxy saw it; a program with a key is not held up', async () => {
    const { call, key } = await runGateway(['--gateway.new_patients', '2', '--gateway.trust_proxy', 'true']);
    const become = (address: string, token?: string) =>
      call('/v1/patients', {
        method: 'POST',
        headers: { 'x-forwarded-for': address },
        ...(token === undefined ? {} : { token }),
      });
    const first = await become('198.51.100.7');
    expect(first.status).toBe(201);
    const second = await become('203.0.113.9, 198.51.100.7');
    expect(second).toMatchObject({ status: 429, body: { error: { code: 'rate_limit_exceeded' } } });
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(3_000);
    const { token } = first.body as { token: string };
    expect((await become('198.51.100.7', token)).status).toBe(429);
    expect((await call('/v1/patients/me', { token, headers: { 'x-forwarded-for': '198.51.100.7' } })).status).toBe(200);
    expect((await become('198.51.100.8')).status).toBe(201);
    expect((await become('2001:db8::1')).status).toBe(201);
    expect((await become('2001:db8::ffff')).status).toBe(429);
    expect((await become('198.51.100.7', key('chat'))).status).toBe(201);
  });

  it('finds no other way in: a conversation needs a patient', async () => {
    const { call } = await runGateway();
    expect((await call('/v1/sessions', { body: { twin: 'dr-indra-gurung' } })).status).toBe(401);
  });
});

describe('one conversation', () => {
  it('holds so many messages; then a new one is begun, and help in a crisis still comes', async () => {
    const { call, parts } = await runGateway();
    const { token } = (await call('/v1/patients', { method: 'POST' })).body as { token: string };
    const twin = 'dr-indra-gurung';
    const session = (await call('/v1/sessions', { token, body: { twin } })).body as { id: string };
    const head = { twinId: twin, twinVersion: 1 };
    for (let n = 0; n < MOST_MESSAGES / 2; n += 1) {
      parts.store.patientAnswers.begin({
        id: `a${n}`,
        caller: 'p',
        ...head,
        crisis: 'none',
        nowMs: 1,
        session: { id: session.id, messageId: `q${n}`, question: 'Why?', title: '' },
      });
      const message = { id: `m${n}`, content: 'So.', status: 'complete' as const, sources: [], crisis: null };
      const times = { firstGoodMs: 1, firstWordMs: 1, nowMs: 2 };
      parts.store.patientAnswers.end({ id: `a${n}`, state: 'answered', chosen: null, ...times, message });
    }
    const say = (content: string) =>
      call('/v1/chat/completions', {
        token,
        body: { model: twin, session_id: session.id, messages: [{ role: 'user', content }] },
      });
    expect(await say('I sleep badly. What helps?')).toMatchObject({ status: 403, body: full });
    expect(await say('I want to kill myself tonight.')).toMatchObject({
      status: 200,
      body: { bettertherapy: { crisis: { level: 'crisis' } } },
    });
  });
});

describe('one doctor', () => {
  it('makes so many twins and no more, whatever state they are in; another doctor still may', async () => {
    const running = await runGateway(['--gateway.doctor_twins', '2']);
    const ada = studioClient(running, await login(running, 'Dr. Ada', 'dr-ada'));
    await ada('POST', '/twins', { id: 'dr-ada', name: 'Dr. Ada' });
    await ada('POST', '/twins', { id: 'dr-ada-2', name: 'Dr. Ada' });
    await ada('PUT', '/twins/dr-ada-2/draft', { summary: 'a draft' });
    expect(await ada('POST', '/twins', { id: 'dr-ada-3', name: 'Dr. Ada' }, 403)).toEqual(full);
    expect(running.parts.store.twins.get('dr-ada-3')).toBeNull();
    const bo = studioClient(running, await login(running, 'Dr. Bo'));
    await bo('POST', '/twins', { id: 'dr-bo', name: 'Dr. Bo' });
  });
});

describe('one twin', () => {
  it('keeps so many dialogues, imported and corrected; withdrawing a consent makes room', async () => {
    const { studio, store, base, parts } = await runStudio();
    parts.twins.import(twinOf(base, 'dr-ada'));
    const consent = async () =>
      (await studio<{ id: string }>('POST', '/twins/dr-ada/consents', { scope: 'twin', statement: STATEMENT })).id;
    const [many, few] = [await consent(), await consent()];
    const doctorId = store.doctors.all().find(({ name }) => name === 'Dr. Ada')?.id ?? '';
    store.dialogues.import(
      Array.from({ length: MOST_DIALOGUES_KEPT - 1 }, (_, n) => ({
        id: `d${n}`,
        twinId: 'dr-ada',
        doctorId,
        question: 'q?',
        answer: 'a.',
        masked: 0,
        consentId: many,
        createdMs: 1,
      })),
    );
    unhappyPatient(store, { twinId: 'dr-ada', consent: true });
    const importing = (n: number, status?: number) => {
      const dialogues = Array.from({ length: n }, () => ({ question: 'q?', answer: 'a.' }));
      return studio('POST', '/twins/dr-ada/dialogues', { dialogues, consent_id: few }, status);
    };
    expect(await importing(2, 403)).toEqual(full);
    await importing(1);
    expect(await importing(1, 403)).toEqual(full);
    const answer =
      'Get up at the same hour each day, also after a bad night, and leave the bed when sleep does not come. If it goes on for a month, please see a doctor near you.';
    const correct = (status?: number) => studio('POST', '/twins/dr-ada/inbox/answer-1/correct', { answer }, status);
    expect(await correct(403)).toEqual(full);
    await studio('POST', `/twins/dr-ada/consents/${many}/withdraw`);
    await correct();
    await importing(1);
  });

  it('has so many consents and so many versions', async () => {
    const { studio, store, base, parts } = await runStudio();
    parts.twins.import(twinOf(base, 'dr-ada'));
    const doctorId = store.doctors.all().find(({ name }) => name === 'Dr. Ada')?.id ?? '';
    const given = { twinId: 'dr-ada', doctorId, scope: 'twin' as const, statement: STATEMENT, givenMs: 1 };
    for (let n = 1; n < MOST_CONSENTS; n += 1) store.dialogues.give({ ...given, id: `c${n}` });
    const consent = { scope: 'twin', statement: STATEMENT };
    await studio('POST', '/twins/dr-ada/consents', consent);
    expect(await studio('POST', '/twins/dr-ada/consents', consent, 403)).toEqual(full);

    const make = (version: number) => ({ pack: '{}', sha256: String(version).padStart(64, '0') });
    for (let n = 2; n < MOST_VERSIONS; n += 1) {
      store.twins.freeze({ id: 'dr-ada', make, nowMs: systemClock.wallMs() });
    }
    await studio('PUT', '/twins/dr-ada/draft', twinOf(base, 'dr-ada'));
    expect(await studio('POST', '/twins/dr-ada/submit')).toMatchObject({ version: MOST_VERSIONS });
    await studio('PUT', '/twins/dr-ada/draft', twinOf(base, 'dr-ada'));
    expect(await studio('POST', '/twins/dr-ada/submit', undefined, 403)).toEqual(full);
    expect(store.twins.get('dr-ada')?.draft).not.toBeNull();
  });
});
