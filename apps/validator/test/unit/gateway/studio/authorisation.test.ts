import { describe, expect, it } from 'vitest';
import { invite, login, runStudio, twinOf, unhappyPatient } from './fixture.js';

const UPLOAD = '1-3f2504e0-4f89-41d3-9a0c-0305e82c3301';

/** Bodies that pass each route's schema, so that a refusal is about who asks and not about what. */
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /v1/studio/login': { invitation: 'bti_none' },
  'POST /v1/studio/twins': { id: 'dr-new', name: 'Dr. New' },
  'PUT /v1/studio/twins/:id/draft': { name: 'Dr. Changed' },
  'POST /v1/studio/twins/:id/preview': { question: 'How are you?', versions: [1] },
  'POST /v1/studio/twins/:id/publish': {},
  'POST /v1/studio/twins/:id/rollback': { version: 1 },
  'POST /v1/studio/twins/:id/withdraw': { reason: 'no more' },
  'POST /v1/studio/twins/:id/adapter/uploads': { bytes: 1 },
  'PUT /v1/studio/twins/:id/adapter': { upload: UPLOAD },
  'POST /v1/studio/twins/:id/dialogues/inspect': { format: 'jsonl', text: '{}' },
  'POST /v1/studio/twins/:id/dialogues': { dialogues: [{ question: 'q', answer: 'a' }], consent_id: 'c' },
  'POST /v1/studio/twins/:id/consents': { scope: 'twin', statement: 'All patients agreed in writing.' },
  'POST /v1/studio/twins/:id/inbox/:answer/correct': { answer: 'Rest.' },
};

describe('who may do what', () => {
  it('every route of the studio and the operator, by every kind of token', async () => {
    const running = await runStudio();
    const { call, key, store, studio, base, gateway, token: own } = running;
    await studio('POST', '/twins', { id: 'dr-ada', name: 'Dr. Ada' });
    await studio('PUT', '/twins/dr-ada/draft', twinOf(base, 'dr-ada'));
    unhappyPatient(store, { twinId: 'dr-ada', consent: true });
    const before = JSON.stringify([store.twins.list(), store.audit.ofTwin('dr-ada', 99)]);
    const other = await login(running, 'Dr. Bo', 'dr-bo');
    const patient = store.patients.create(1).token;
    const strangers: readonly [string, string | undefined, readonly number[]][] = [
      ['nobody', undefined, [401]],
      ['a made-up key', 'bt_0000000000000000_0000', [401]],
      ['an invitation', invite(store, 'Dr. Cy', 'dr-cy').invitation, [401]],
      ['a chat key', key('chat'), [403]],
      ['a patient', patient, [401, 403]],
    ];
    const routes = gateway.routes.filter(({ spec }) => /^\/v1\/(studio|operator)/.test(spec.url));
    expect(routes.length).toBeGreaterThanOrEqual(30);
    for (const { spec } of routes) {
      const name = `${spec.method} ${spec.url}`;
      const path = spec.url
        .replace(':id', 'dr-ada')
        .replace(':answer', 'answer-1')
        .replace(':upload', `${UPLOAD}?at=0`)
        .replace(':consent', 'c')
        .replace(':hotkey', 'x');
      const ask = async (token: string | undefined) =>
        (await call(path, { method: spec.method, ...(token === undefined ? {} : { token }), body: BODIES[name] }))
          .status;
      if (spec.access === 'public') continue;
      for (const [who, token, expected] of strangers) expect(expected, `${name} by ${who}`).toContain(await ask(token));
      const isStudio = spec.url.startsWith('/v1/studio');
      if (isStudio) {
        expect(await ask(key('operator')), `${name} by an operator`).toBe(403);
        expect(await ask(key('studio')), `${name} by a key that speaks for no doctor`).toBe(403);
        if (spec.url.includes(':id')) expect(await ask(other), `${name} by another doctor`).toBe(404);
      } else {
        expect(await ask(own), `${name} by a doctor`).toBe(403);
      }
    }
    expect(JSON.stringify([store.twins.list(), store.audit.ofTwin('dr-ada', 99)])).toBe(before);
  });

  it('an invitation is good once, for its own doctor and twins, and not after its time', async () => {
    const running = await runStudio();
    const { call, store } = running;
    const { invitation, doctor } = invite(store, 'Dr. Bo', 'dr-bo');
    const first = await call('/v1/studio/login', { body: { invitation } });
    expect(first.body).toMatchObject({
      doctor: { id: doctor.id, name: 'Dr. Bo' },
      twins: ['dr-bo'],
      token: expect.stringMatching(/^bts_/),
    });
    expect((await call('/v1/studio/login', { body: { invitation } })).status).toBe(410);
    const late = store.doctors.invite({ name: 'Dr. Bo', newId: () => 'x', twinIds: [], nowMs: 1, expiresMs: 2 });
    expect(late.doctor.id).toBe(doctor.id);
    expect((await call('/v1/studio/login', { body: { invitation: late.invitation } })).status).toBe(410);
    const wrong = `${invite(store, 'Dr. Bo').invitation.slice(0, -4)}0000`;
    expect((await call('/v1/studio/login', { body: { invitation: wrong } })).status).toBe(410);
    expect(() => invite(store, 'Dr. Di', 'dr-bo')).toThrow(expect.objectContaining({ code: 'STORE_OUT_OF_STEP' }));
  });

  it('a doctor who logs out is out everywhere', async () => {
    const running = await runStudio();
    const { call, store, studio, token } = running;
    const open = invite(store, 'Dr. Ada');
    expect(await studio('POST', '/logout')).toEqual({ sessions: 1 });
    expect((await call('/v1/studio/twins', { token })).status).toBe(401);
    expect((await call('/v1/studio/login', { body: { invitation: open.invitation } })).status).toBe(410);
  });

  it('nobody takes a twin that is there already, whoever it belongs to', async () => {
    const running = await runStudio();
    const { studio, parts, base, call } = running;
    parts.twins.import(base);
    await studio('POST', '/twins', { id: base.id, name: 'Mine now' }, 409);
    const bo = await login(running, 'Dr. Bo', 'dr-bo');
    await studio('POST', '/twins', { id: 'dr-bo', name: 'Mine now' }, 409);
    expect((await call('/v1/studio/twins', { token: bo, body: { id: 'dr-bo', name: 'Dr. Bo' } })).status).toBe(201);
    expect((await call('/v1/studio/twins', { token: bo, body: { id: 'dr-bo', name: 'Dr. Bo' } })).status).toBe(409);
  });
});
