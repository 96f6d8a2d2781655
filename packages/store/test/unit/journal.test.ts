import { describe, expect, it } from 'vitest';
import type { FullJudgement } from '../../src/index.js';
import { answerRow, freshStore, hotkeyOf, open, plannedRound, walkToFold } from './fixture.js';

const code = (value: string) => expect.objectContaining({ code: value });

const manifest = { sha256: 'm'.repeat(64), manifest: { modelName: 'tiny' }, scoringVersion: '1', firstSeenMs: 1 };

const judgement = (requestId: string): FullJudgement => ({
  requestId,
  manifestSha256: manifest.sha256,
  reward: 0.7,
  rubric: 0.6,
  facts: null,
  lengthAdjustment: -0.01,
  caps: [{ id: 'med', limit: 0.15 }],
  judgedMs: 2500,
  tookMs: 80,
  details: { words: 42 },
  items: [
    { itemId: 'rel', text: 'answers', points: 6, critical: false, p: 0.91, undecided: false, mass: 0.98 },
    { itemId: 'emp', text: 'feels', points: 4, critical: false, p: 0.4, undecided: true, mass: 0.1 },
  ],
  versus: { levels: [0.1, 0.2, 0.4, 0.2, 0.1], value: 0.68 },
});

describe('rounds', () => {
  it('opens one at a time, numbered in order', () => {
    const { store } = freshStore();
    const first = plannedRound(store);
    expect(() => plannedRound(store, 'round-2')).toThrow(code('STORE_OUT_OF_STEP'));
    store.rounds.abandon({ roundId: first.id, reason: 'test', nowMs: 5 });
    plannedRound(store, 'round-2');
    expect(store.rounds.latest(5).map((round) => [round.id, round.number, round.state])).toEqual([
      ['round-2', 2, 'open'],
      ['round-1', 1, 'abandoned'],
    ]);
    expect(store.questions.uses()).toEqual([
      { bankId: 'sleep-00', times: 2, lastRound: 2 },
      { bankId: 'sleep-01', times: 2, lastRound: 2 },
    ]);
  });

  it('counts entries of a stage and holds their order', () => {
    const { store } = freshStore();
    const { id } = plannedRound(store);
    expect(() => store.rounds.enterStage({ roundId: id, stage: 'gate', nowMs: 1 })).toThrow(code('STORE_OUT_OF_STEP'));
    expect(store.rounds.enterStage({ roundId: id, stage: 'query', nowMs: 9 })).toMatchObject({
      entries: 2,
      intentMs: 1003,
    });
    store.rounds.finishStage({ roundId: id, stage: 'query', outcome: { answered: 3 }, nowMs: 10 });
    expect(() => store.rounds.finishStage({ roundId: id, stage: 'query', outcome: {}, nowMs: 11 })).toThrow(
      code('STORE_OUT_OF_STEP'),
    );
    expect(() => store.rounds.enterStage({ roundId: id, stage: 'query', nowMs: 12 })).toThrow(
      code('STORE_OUT_OF_STEP'),
    );
    expect(store.rounds.stages(id).map((row) => [row.stage, row.outcome])).toEqual([
      ['plan', { miners: 2 }],
      ['query', { answered: 3 }],
    ]);
  });

  it('writes nothing of a plan that breaks half way', () => {
    const { store } = freshStore();
    store.rounds.begin({ id: 'r', startedMs: 1, block: 1, blockHash: '0x1', seed: 's' });
    const question = {
      id: 'q',
      position: 0,
      bankId: 'b',
      bankVersion: 1,
      theme: 't',
      askedText: 'x',
      paraphrased: false,
      bankEntry: {},
    };
    expect(() =>
      store.rounds.commitPlan({
        roundId: 'r',
        participants: [],
        questions: [question, question],
        outcome: {},
        nowMs: 2,
      }),
    ).toThrow(/UNIQUE/);
    expect(store.questions.ofRound('r')).toEqual([]);
  });

  it('forgets ended rounds with all their texts, and keeps averages and open rounds', () => {
    const { store } = freshStore();
    const { id } = plannedRound(store);
    store.responses.record(answerRow(`${id}-r20`));
    walkToFold(store, id);
    const results = [{ hotkey: hotkeyOf(2), registeredAtBlock: 2, mean: 50, asked: 2, answered: 2 }];
    store.averages.closeRound({
      roundId: id,
      results,
      fold: (_s, mean) => ({ ema: mean, rounds: 1 }),
      voidReason: null,
      outcome: {},
      nowMs: 4000,
    });
    plannedRound(store, 'round-2');
    expect([0, 1].map((number) => store.rounds.nextEndedAfter(number)?.id)).toEqual([id, undefined]);
    expect(store.rounds.deleteEndedBefore(9999, 10)).toBe(1);
    expect(store.responses.count()).toBe(0);
    expect(store.averages.all()).toHaveLength(1);
    expect(store.averages.historyOfRound(id)).toHaveLength(1);
    expect(store.rounds.open()?.id).toBe('round-2');
    expect(store.integrityProblems()).toEqual([]);
  });
});

describe('requests and responses', () => {
  it('keep the first response of a request, and none for one that was given up', () => {
    const { store } = freshStore();
    const { id } = plannedRound(store);
    expect(store.responses.record(answerRow(`${id}-r20`, 'first'))).toBe(true);
    expect(store.responses.record(answerRow(`${id}-r20`, 'second'))).toBe(false);
    expect(store.responses.byId(`${id}-r20`)?.output).toBe('first');
    store.requests.markLost({ ids: [`${id}-r21`], reason: 'crash', nowMs: 5 });
    expect(store.responses.record(answerRow(`${id}-r21`))).toBe(false);
    expect(store.requests.unanswered(id).map((row) => row.id)).toEqual([`${id}-r30`, `${id}-r31`]);
  });

  it('ask again as a new attempt, which is the one an observer sees', () => {
    const { store } = freshStore();
    const { id } = plannedRound(store);
    store.requests.reask({ retries: [{ lostId: `${id}-r20`, newId: 'again' }], nowMs: 6 });
    expect(() => store.requests.reask({ retries: [{ lostId: `${id}-r20`, newId: 'third' }], nowMs: 7 })).toThrow(
      code('STORE_OUT_OF_STEP'),
    );
    store.responses.record(answerRow('again', 'second try'));
    const seen = store.journal
      .newest()
      ?.answers.filter((one) => one.questionId === `${id}-q0` && one.miner === hotkeyOf(2));
    expect(seen).toMatchObject([{ requestId: 'again', attempt: 2, text: 'second try' }]);
  });

  it('are all there after the file is opened again', async () => {
    const { file, store } = freshStore();
    const { id, requests } = plannedRound(store);
    expect(store.responses.recordMany(requests.map((one) => answerRow(one.id)))).toBe(4);
    await store.close();
    expect(open(file).responses.ofRound(id)).toHaveLength(4);
  });
});

describe('judgements', () => {
  it('are written once with every item, and read back as they were', () => {
    const { store } = freshStore();
    const { id } = plannedRound(store);
    store.judgements.ensureManifest(manifest);
    expect(store.judgements.record(judgement(`${id}-r20`))).toBe(true);
    expect(store.judgements.record({ ...judgement(`${id}-r20`), reward: 0.1 })).toBe(false);
    expect(store.judgements.ofRound(id)).toEqual([judgement(`${id}-r20`)]);
  });

  it('need a known manifest and probabilities in range', () => {
    const { store } = freshStore();
    const { id } = plannedRound(store);
    expect(() => store.judgements.record(judgement(`${id}-r20`))).toThrow(/FOREIGN KEY/);
    store.judgements.ensureManifest(manifest);
    const bad = judgement(`${id}-r20`);
    const items = bad.items.map((item) => ({ ...item, p: 1.5 }));
    expect(() => store.judgements.record({ ...bad, items })).toThrow(/CHECK/);
    expect(store.judgements.ofRound(id)).toEqual([]);
  });
});

describe('the journal view', () => {
  it('shows an answer with what it was scored from', () => {
    const { store } = freshStore();
    const { id, requests } = plannedRound(store);
    store.responses.recordMany(requests.map((one, i) => answerRow(one.id, i === 3 ? null : 'text')));
    store.judgements.ensureManifest(manifest);
    const gate = { requestId: `${id}-r21`, pass: false, reason: 'too_short', result: {}, gatedMs: 1 };
    store.judgements.recordGates([gate, { ...gate, requestId: `${id}-r20`, pass: true, reason: null }]);
    store.judgements.record(judgement(`${id}-r20`));
    const view = store.journal.rounds({ limit: 1 })[0];
    expect(view?.questions).toEqual([
      { id: `${id}-q0`, bankId: 'sleep-00', theme: 'sleep', text: 'Question 0?' },
      { id: `${id}-q1`, bankId: 'sleep-01', theme: 'sleep', text: 'Question 1?' },
    ]);
    const byId = new Map(view?.answers.map((one) => [one.requestId, one]));
    expect(byId.get(`${id}-r20`)).toMatchObject({
      miner: hotkeyOf(2),
      responseMs: 1234.5,
      refusedBy: null,
      items: [
        { id: 'rel', p: 0.91, points: 6 },
        { id: 'emp', p: 0.4, points: 4 },
      ],
      versus: { value: 0.68 },
      reward: 0.7,
      total: null,
    });
    expect(byId.get(`${id}-r21`)?.refusedBy).toBe('gate:too_short');
    expect(byId.get(`${id}-r31`)?.refusedBy).toBe('timeout');
    expect(store.journal.rounds({ after: 1, limit: 5 })).toEqual([]);
  });
});

describe('meta', () => {
  it('makes a value once', () => {
    const { store } = freshStore();
    expect(store.meta.getOrCreate('secret', () => 'first')).toBe('first');
    expect(store.meta.getOrCreate('secret', () => 'second')).toBe('first');
    expect(store.meta.get('other')).toBeNull();
  });
});

describe('judged references', () => {
  it('are kept by judge and question, the first one standing', () => {
    const { store } = freshStore();
    const row = { manifestSha256: 'm', questionSha256: 'q', reference: { rubric: 0.8 }, judgedMs: 5 };
    store.references.keep(row);
    store.references.keep({ ...row, reference: { rubric: 0.1 }, judgedMs: 9 });
    expect(store.references.get('m', 'q')).toEqual({ ...row, usedMs: 9 });
    expect(store.references.get('other', 'q')).toBeNull();
  });

  it('are forgotten when no round that is kept can need them', () => {
    const { store } = freshStore();
    const keep = (questionSha256: string, judgedMs: number): void =>
      store.references.keep({ manifestSha256: 'm', questionSha256, reference: {}, judgedMs });
    const left = (): string[] => ['old', 'used', 'late'].filter((sha) => store.references.get('m', sha) !== null);
    for (const [sha, ms] of [
      ['old', 10],
      ['used', 10],
      ['late', 50],
    ] as const)
      keep(sha, ms);
    keep('used', 40);
    store.rounds.begin({ id: 'r', startedMs: 5, block: 1, blockHash: '0x1', seed: 's' });
    expect(store.references.deleteUnusedSince(30, 10)).toBe(0);
    store.rounds.abandon({ roundId: 'r', reason: 'test', nowMs: 6 });
    // Still the newest round, of which evidence may be asked.
    expect(store.references.deleteUnusedSince(30, 10)).toBe(0);
    store.rounds.begin({ id: 's', startedMs: 45, block: 2, blockHash: '0x2', seed: 's' });
    expect(store.references.deleteUnusedSince(30, 10)).toBe(1);
    expect(left()).toEqual(['used', 'late']);
    expect([store.references.deleteUnusedSince(99, 1), store.references.deleteUnusedSince(99, 1)]).toEqual([1, 0]);
    expect(left()).toEqual(['late']);
  });
});
