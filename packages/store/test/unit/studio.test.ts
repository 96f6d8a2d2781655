import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/index.js';
import { freshStore } from './fixture.js';

const doctor = (store: Store, name = 'Dr. A', twinIds = ['dr-a'], id = 'd1') =>
  store.doctors.invite({ name, newId: () => id, twinIds, nowMs: 10, expiresMs: 100 });

function consented(store: Store) {
  doctor(store);
  store.dialogues.give({ id: 'c1', twinId: 'dr-a', doctorId: 'd1', scope: 'twin', statement: 'agreed', givenMs: 11 });
  const row = (n: number) => ({
    id: `g${n}`,
    twinId: 'dr-a',
    doctorId: 'd1',
    question: `Question ${n} about sleep`,
    answer: 'Rest.',
    masked: 1,
    consentId: 'c1',
    createdMs: 12 + n,
  });
  return { rows: [row(1), row(2)] };
}

describe('doctors', () => {
  it('keep no secret of an invitation or a session, only their hashes', () => {
    const { store } = freshStore();
    const { invitation } = doctor(store);
    const found = store.doctors.redeem(invitation, { nowMs: 20, expiresMs: 50 });
    expect(found?.doctor).toMatchObject({ id: 'd1', name: 'Dr. A' });
    expect(store.doctors.byToken(found?.token ?? '', 49)?.id).toBe('d1');
    expect(store.doctors.byToken(found?.token ?? '', 50)).toBeNull();
    expect(store.doctors.redeem(invitation, { nowMs: 21, expiresMs: 50 })).toBeNull();
    expect(store.doctors.byToken(invitation, 21)).toBeNull();
  });

  it('are invited again under the same id and never given somebody else’s twin', () => {
    const { store } = freshStore();
    doctor(store);
    expect(doctor(store, 'Dr. A', ['dr-a2'], 'ignored').doctor.id).toBe('d1');
    expect(store.doctors.twinsOf('d1')).toEqual(['dr-a', 'dr-a2']);
    expect(() => doctor(store, 'Dr. B', ['dr-a'], 'd2')).toThrow(
      expect.objectContaining({ code: 'STORE_OUT_OF_STEP' }),
    );
    expect(store.doctors.byId('d2')).toBeNull();
    expect([store.doctors.owns('d1', 'dr-a'), store.doctors.owns('d2', 'dr-a')]).toEqual([true, false]);
  });
});

describe('dialogues', () => {
  it('are saved all or none, and only on a consent of their twin that stands', () => {
    const { store } = freshStore();
    const { rows } = consented(store);
    const [first] = rows;
    if (!first) throw new Error('no row');
    const bad = [first, { ...first, id: 'g9', consentId: 'none' }];
    expect(() => store.dialogues.import(bad)).toThrow(expect.objectContaining({ code: 'STORE_OUT_OF_STEP' }));
    expect(() => store.dialogues.import([{ ...first, twinId: 'dr-b' }])).toThrow(/consent/);
    expect(store.dialogues.ofTwin('dr-a')).toEqual([]);
    store.dialogues.import(rows);
    expect(store.dialogues.ofTwin('dr-a').map((row) => row.id)).toEqual(['g2', 'g1']);
    expect(store.twinNotes.search({ books: ['twin:dr-a'], match: 'sleep', limit: 9 })).toHaveLength(2);
    expect(store.dialogues.consents('dr-a')).toEqual([expect.objectContaining({ id: 'c1', dialogues: 2 })]);
  });

  it('lose their text and their notes with their consent, and keep their ids', () => {
    const { store } = freshStore();
    store.dialogues.import(consented(store).rows);
    const at = { consentId: 'c1', twinId: 'dr-a', nowMs: 30 };
    expect(store.dialogues.withdraw({ ...at, twinId: 'dr-b' })).toBeNull();
    expect(store.dialogues.withdraw(at)?.sort()).toEqual(['g1', 'g2']);
    expect(store.dialogues.withdraw(at)).toBeNull();
    expect(store.dialogues.ofTwin('dr-a')).toEqual([]);
    expect(store.dialogues.withdrawnIds('dr-a').sort()).toEqual(['g1', 'g2']);
    expect(store.twinNotes.all(['twin:dr-a'], 9)).toEqual([]);
  });
});

describe('a correction', () => {
  const correct = (store: Store, answerId: string, n: number) =>
    store.dialogues.correct({
      dialogue: {
        id: `g${n}`,
        twinId: 'dr-a',
        doctorId: 'd1',
        question: 'Sleep?',
        answer: 'Rest.',
        masked: 0,
        createdMs: 40,
      },
      correction: {
        answerId,
        twinId: 'dr-a',
        doctorId: 'd1',
        dialogueId: `g${n}`,
        ownWords: false,
        goldId: `gold-${n}`,
        gold: { id: `gold-${n}` },
        createdMs: 40,
      },
    });

  function answered(store: Store) {
    doctor(store);
    const { id: patientId } = store.patients.create(10);
    const at = { twinId: 'dr-a', twinVersion: 1 };
    const session = {
      ...at,
      id: 's1',
      patientId,
      twinName: 'Dr. A',
      region: 'us',
      title: '',
      createdMs: 10,
      updatedMs: 10,
    };
    store.patients.openSession(session);
    const question = { id: 's1', messageId: 'q1', question: 'Why am I awake?', title: '' };
    store.patientAnswers.begin({ id: 'a1', caller: 'p', ...at, crisis: 'none', nowMs: 11, session: question });
    const message = { id: 'm1', content: 'Rest.', status: 'complete' as const, sources: [], crisis: null };
    store.patientAnswers.end({
      id: 'a1',
      state: 'answered',
      chosen: null,
      firstGoodMs: 1,
      firstWordMs: 1,
      nowMs: 12,
      message,
    });
    return patientId;
  }

  it('goes with the data of its patient, dialogue and note as well', () => {
    const { store } = freshStore();
    const patientId = answered(store);
    expect(correct(store, 'a1', 1)).not.toBeNull();
    expect(correct(store, 'a1', 2)).toBeNull();
    expect(store.twinNotes.all(['twin:dr-a'], 9)).toHaveLength(1);
    store.patients.erase(patientId);
    expect(store.dialogues.corrections('dr-a')).toEqual([]);
    expect(store.dialogues.ofTwin('dr-a')).toEqual([]);
    expect(store.twinNotes.all(['twin:dr-a'], 9)).toEqual([]);
  });

  it('stays, with nothing that leads to the patient, when the session goes by age', () => {
    const { store } = freshStore();
    answered(store);
    correct(store, 'a1', 1);
    expect(store.patients.eraseIdle(1_000, 10)).toBeGreaterThan(0);
    expect(store.patientAnswers.byId('a1')).toBeNull();
    expect(store.dialogues.corrections('dr-a')).toMatchObject([{ answerId: null, goldId: 'gold-1' }]);
    expect(store.dialogues.goldQuestions()).toEqual([{ id: 'gold-1' }]);
  });
});

describe('the audit log', () => {
  it('only grows', () => {
    const { store, file } = freshStore();
    const row = { atMs: 1, actor: 'operator', action: 'invite', twinId: 'dr-a', details: { n: 1 } };
    store.audit.add(row);
    store.audit.add({ ...row, atMs: 2 });
    expect(store.audit.ofTwin('dr-a', 9).map(({ atMs, details }) => [atMs, details])).toEqual([
      [2, { n: 1 }],
      [1, { n: 1 }],
    ]);
    const db = new Database(file);
    expect(() => db.exec('DELETE FROM audit')).toThrow(/only grows/);
    expect(() => db.exec("UPDATE audit SET actor = 'nobody'")).toThrow(/only grows/);
    db.close();
  });
});
