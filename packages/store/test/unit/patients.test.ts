import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/index.js';
import { freshStore, hotkeyOf } from './fixture.js';

const CANARY = 'zanzibar-turquoise-velocipede';

/** A patient with one session of this twin. */
function patientWithSession(store: Store, n = 1) {
  const { id: patientId, token } = store.patients.create(1_000);
  const session = store.patients.openSession({
    id: `session-${n}`,
    patientId,
    twinId: 'dr-a',
    twinVersion: 2,
    twinName: 'Dr. A',
    region: 'us',
    title: '',
    createdMs: 1_000,
    updatedMs: 1_000,
  });
  return { patientId, token, session };
}

function ask(store: Store, sessionId: string | null, id: string, question: string | null = `${CANARY}?`) {
  store.patientAnswers.begin({
    id,
    caller: 'patient:x',
    twinId: 'dr-a',
    twinVersion: 2,
    crisis: 'none',
    nowMs: 2_000,
    session: sessionId === null ? null : { id: sessionId, messageId: `m-${id}`, question, title: 'About sleep' },
  });
  const candidate = (n: number) => ({
    hotkey: hotkeyOf(n),
    registeredAtBlock: n,
    uid: n,
    requestId: `${id}-${n}`,
    explored: n === 3,
  });
  store.patientAnswers.intend(id, [candidate(2), candidate(3)]);
}

function answer(store: Store, id: string, content = `Rest, ${CANARY}.`, chosen = 2) {
  return store.patientAnswers.end({
    id,
    state: 'answered',
    chosen: hotkeyOf(chosen),
    firstGoodMs: 700,
    firstWordMs: 900,
    nowMs: 3_000,
    message: { id: `a-${id}`, content, status: 'complete', sources: [], crisis: null },
  });
}

const words = { stars: 4, thumb: null, reason: 'kind', text: CANARY };

function rate(store: Store, ids: { patientId: string; sessionId: string; answerId: string; token?: string }) {
  const { patientId, sessionId, answerId, token = `hash-${answerId}` } = ids;
  return store.ratings.add({ ...words, answerId, patientId, sessionId, tokenSha256: token, nowMs: 4_000 });
}

describe('a patient', () => {
  it('is found by the token alone, and by no other', () => {
    const { store } = freshStore();
    const { patientId, token } = patientWithSession(store);
    expect(store.patients.find(token)).toMatchObject({ id: patientId, trainingConsent: false });
    expect(store.patients.find(`${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`)).toBeNull();
    expect(store.patients.find(token.replace('btp_', 'bt_'))).toBeNull();
    expect(JSON.stringify(store.patients.export(patientId))).not.toContain(token.split('_')[2]);
  });

  it('sees only sessions of their own', () => {
    const { store } = freshStore();
    const { session } = patientWithSession(store);
    const other = store.patients.create(1_000).id;
    expect(store.patients.sessionOf(other, session.id)).toBeNull();
    expect(store.patients.eraseSession(other, session.id)).toBe(false);
    expect(store.patients.sessions(other, 10)).toEqual([]);
  });

  it('takes everything along when deleted: file, log and exports hold no word of it', () => {
    const { store, file } = freshStore();
    const { patientId, session } = patientWithSession(store);
    ask(store, session.id, 'q1');
    store.organic.keep({
      question: {
        answerId: 'q1',
        twinId: 'dr-a',
        twinVersion: 2,
        lang: 'en',
        turns: [{ role: 'user', text: CANARY }],
        crisis: false,
        askedMs: 2_000,
      },
      answers: [
        { hotkey: hotkeyOf(2), registeredAtBlock: 2, text: `About ${CANARY}`, responseMs: 100, gateReason: null },
      ],
    });
    answer(store, 'q1');
    rate(store, { patientId, sessionId: session.id, answerId: 'q1' });
    store.ratings.report({ id: 'r1', answerId: 'q1', patientId, reason: 'wrong', text: CANARY, createdMs: 5_000 });
    const filesWith = () =>
      readdirSync(dirname(file)).filter((name) => readFileSync(join(dirname(file), name)).includes(CANARY));
    expect(filesWith().length).toBeGreaterThan(0);
    expect(store.patients.erase(patientId)).toBe(true);
    expect(store.truncateLog()).toBe(true);
    expect(filesWith()).toEqual([]);
    expect(store.patientAnswers.byId('q1')).toBeNull();
    expect(store.organic.waiting(10)).toEqual([]);
    expect(store.ratings.standing(0, 10)).toEqual([]);
    expect(store.integrityProblems()).toEqual([]);
  });

  it('is forgotten when nobody came back for long', () => {
    const { store } = freshStore();
    const { patientId } = patientWithSession(store);
    expect(store.patients.eraseIdle(1_000, 10)).toBe(0);
    expect(store.patients.eraseIdle(1_001, 10)).toBe(2);
    expect(store.patients.export(patientId)).toBeNull();
  });
});

describe('a question of a patient', () => {
  it('is there before anybody answers, and a second one waits its turn', () => {
    const { store } = freshStore();
    const { session, patientId } = patientWithSession(store);
    ask(store, session.id, 'q1');
    expect(store.patients.messages(session.id)).toMatchObject([{ role: 'user', content: `${CANARY}?` }]);
    expect(store.patients.sessionOf(patientId, session.id)?.title).toBe('About sleep');
    expect(() => ask(store, session.id, 'q2')).toThrow(expect.objectContaining({ code: 'STORE_OUT_OF_STEP' }));
    expect(answer(store, 'q1')).toBe(true);
    expect(answer(store, 'q1')).toBe(false);
    ask(store, session.id, 'q3');
    expect(store.patients.messages(session.id).map(({ role, position }) => [role, position])).toEqual([
      ['user', 0],
      ['assistant', 1],
      ['user', 2],
    ]);
  });

  it('asked again sets the former answer aside and adds no question', () => {
    const { store } = freshStore();
    const { session } = patientWithSession(store);
    expect(() => ask(store, session.id, 'q0', null)).toThrow(expect.objectContaining({ code: 'STORE_OUT_OF_STEP' }));
    ask(store, session.id, 'q1');
    answer(store, 'q1');
    ask(store, session.id, 'q2', null);
    answer(store, 'q2', 'Another.', 3);
    expect(store.patients.messages(session.id).map(({ role, status }) => [role, status])).toEqual([
      ['user', 'complete'],
      ['assistant', 'superseded'],
      ['assistant', 'complete'],
    ]);
    expect(store.patientAnswers.withPatient('q2')).toMatchObject({ miner: hotkeyOf(3), sessionCrisis: false });
  });

  it('that was open when the process ended is lost, and the session goes on', () => {
    const { store } = freshStore();
    const { session } = patientWithSession(store);
    ask(store, session.id, 'q1');
    expect(store.patientAnswers.loseOpen(9_000)).toBe(1);
    expect(store.patientAnswers.byId('q1')?.state).toBe('lost');
    ask(store, session.id, 'q2');
  });

  it('of a program without a session leaves no text', () => {
    const { store, file } = freshStore();
    ask(store, null, 'q1');
    store.patientAnswers.recordCandidate({
      answerId: 'q1',
      hotkey: hotkeyOf(2),
      statusCode: 200,
      responseMs: 700,
      refusedBy: null,
      gatePass: true,
      gateReason: null,
    });
    answer(store, 'q1');
    store.truncateLog();
    expect(readFileSync(file).includes(CANARY)).toBe(false);
    expect(store.patientAnswers.counts(0)).toEqual([
      { hotkey: hotkeyOf(2), asked: 1, good: 1 },
      { hotkey: hotkeyOf(3), asked: 1, good: 0 },
    ]);
    expect(store.patientAnswers.deleteSessionless(2_001)).toBe(1);
    expect(store.patientAnswers.candidates('q1')).toEqual([]);
  });
});

describe('a rating', () => {
  it('is made once, changed and withdrawn by its patient, and counts for the miner whose answer was shown', () => {
    const { store } = freshStore();
    const { patientId, session } = patientWithSession(store);
    ask(store, session.id, 'q1');
    answer(store, 'q1', 'x', 3);
    const ids = { patientId, sessionId: session.id, answerId: 'q1' };
    expect(rate(store, ids)).toMatchObject({ stars: 4, turns: 1, talkedMs: 2_000 });
    expect(rate(store, ids)).toBeNull();
    expect(store.ratings.standing(0, 10)).toMatchObject([{ hotkey: hotkeyOf(3), stars: 4, crisis: false, turns: 1 }]);
    const change = { ...words, ...ids, stars: 1, nowMs: 5_000 };
    expect(store.ratings.change({ ...change, patientId: 'somebody' })).toBeNull();
    expect(store.ratings.change(change)).toMatchObject({ stars: 1 });
    expect(store.ratings.withdraw('q1', patientId, 6_000)).toBe(true);
    expect(store.ratings.withdraw('q1', patientId, 6_000)).toBe(false);
    expect(store.ratings.byAnswer('q1')).toMatchObject({ text: null, withdrawnMs: 6_000 });
    expect(store.ratings.standing(0, 10)).toEqual([]);
    expect(store.patients.messages(session.id)[1]?.rating).toBeNull();
  });

  it('is as of the conversation when it was last changed; a clock that went back makes it no shorter than nothing', () => {
    const { store } = freshStore();
    const { patientId, session } = patientWithSession(store);
    const ids = { patientId, sessionId: session.id, answerId: 'q1' };
    ask(store, session.id, 'q1');
    answer(store, 'q1');
    rate(store, ids);
    ask(store, session.id, 'q2');
    const change = { ...words, ...ids, nowMs: 22_000 };
    expect(store.ratings.change(change)).toMatchObject({ turns: 2, talkedMs: 20_000, createdMs: 4_000 });
    expect(store.ratings.standing(0, 10)).toMatchObject([{ turns: 2, talkedMs: 20_000 }]);
    answer(store, 'q2');
    ask(store, session.id, 'q3', null);
    expect(store.ratings.change({ ...change, nowMs: 1_000 })).toMatchObject({ turns: 2, talkedMs: 0 });
  });

  it('cannot be made with a token that another answer used', () => {
    const { store } = freshStore();
    const { patientId, session } = patientWithSession(store);
    for (const id of ['q1', 'q2']) {
      ask(store, session.id, id);
      answer(store, id);
    }
    const at = { patientId, sessionId: session.id, token: 'same' };
    expect(rate(store, { ...at, answerId: 'q1' })).not.toBeNull();
    expect(rate(store, { ...at, answerId: 'q2' })).toBeNull();
  });
});

describe('organic questions', () => {
  it('wait for the judge oldest first, and their totals are kept by miner', () => {
    const { store } = freshStore();
    const { session } = patientWithSession(store);
    ask(store, session.id, 'q1');
    const question = {
      answerId: 'q1',
      twinId: 'dr-a',
      twinVersion: 2,
      lang: 'en',
      turns: [{ role: 'user' as const, text: 'How?' }],
      crisis: false,
      askedMs: 2_000,
    };
    const said = { hotkey: hotkeyOf(2), registeredAtBlock: 2, text: 'So.', responseMs: 100, gateReason: null };
    expect(store.organic.keep({ question, answers: [said] })).toBe(true);
    expect(store.organic.keep({ question: { ...question, answerId: 'gone' }, answers: [said] })).toBe(false);
    expect(store.organic.waiting(10)).toMatchObject([{ answerId: 'q1', answers: [{ text: 'So.' }] }]);
    store.organic.recordReward({
      answerId: 'q1',
      hotkey: hotkeyOf(2),
      reward: 0.6,
      total: 72,
      details: {},
      nowMs: 5_000,
    });
    store.organic.markJudged('q1', 5_000);
    expect(store.organic.waiting(10)).toEqual([]);
    expect(store.organic.totalsSince(5_000)).toMatchObject([{ hotkey: hotkeyOf(2), reward: 0.6, total: 72 }]);
    expect(store.organic.deleteBefore(2_001)).toBe(1);
  });
});
