import { silentLogger, systemClock } from '@bettertherapy/core';
import { hashBank, Judge, judgeExaminer, questionSha256 } from '@bettertherapy/judge';
import { type Script, ScriptedModel } from '@bettertherapy/llm';
import { AXON_VERSION } from '@bettertherapy/protocol';
import { type AnswerFn, AxonServer, Dendrite, MemoryNonceStore } from '@bettertherapy/transport';
import { asHotkey, ready, signerFromUri } from '@bettertherapy/wallet';
import { beforeAll, describe, expect, it } from 'vitest';
import { referenceMemory } from '../../src/referenceMemory.js';
import { runRound } from '../../src/round/runRound.js';
import { bank, beginRound, defaultOptions, freshStore, neuron, never, onEnd, roundParts } from './fixture.js';

const log = silentLogger;
const clock = systemClock;
const sentence =
  'I am sorry that this weighs on you, and it makes sense. Try one small step today, keep a note of how it goes, and see your doctor this week if it does not ease.';

beforeAll(() => ready());

async function miner(uri: string, uid: number, answer: AnswerFn) {
  const signer = signerFromUri(uri);
  const axon = new AxonServer(
    {
      host: '127.0.0.1',
      port: 0,
      hotkey: asHotkey(signer).address,
      answerDeadlineMs: 10_000,
      queue: { concurrency: 8, capacity: 64 },
      rate: { perMinute: 10_000, burst: 1_000 },
    },
    {
      answer,
      policy: () => ({ allow: true, priority: 1 }),
      nonces: new MemoryNonceStore({ maxEntries: 1000, firstStart: true }, { clock }),
      signer,
      clock,
      log,
      metrics: null,
    },
  );
  await axon.start(never);
  onEnd(() => axon.close());
  return neuron(uid, {
    hotkey: asHotkey(signer).address,
    axon: { ip: '127.0.0.1', port: axon.port, ipType: 4, version: AXON_VERSION, protocol: 4, block: 1 },
  });
}

/** Says yes to good things and no to bad ones, unless the answer says otherwise. */
const script: Script = {
  chat: () => 'no rewording',
  nextToken: ({ labels }) => ('yes' in labels ? { yes: 0.6, no: 0.3 } : { A: 0.1, B: 0.1, C: 0.6, D: 0.1, E: 0.1 }),
};

function realExaminer(store: Parameters<typeof referenceMemory>[1]['store'], calls: { n: number }) {
  const model = new ScriptedModel({
    ...script,
    nextToken: (request, signal) => {
      calls.n += 1;
      return script.nextToken?.(request, signal) ?? {};
    },
  });
  const references = referenceMemory(() => judge.manifest.sha256, { store, clock });
  const judge: Judge = new Judge(
    { bankSha256: hashBank(bank), boundarySeed: 'seed' },
    { model, clock, log, metrics: null, references },
  );
  return judgeExaminer({ judge, model, log });
}

describe('a round over real axons, the real dendrite and the real judge', () => {
  it('asks by signed HTTP, measures itself, and stores every probability', async () => {
    const { store } = freshStore();
    const dendrite = new Dendrite({ signer: asHotkey(signerFromUri('//Validator')) }, { clock, log, metrics: null });
    onEnd(() => dendrite.close());
    const neurons = [
      await miner('//One', 2, async ({ prompt }) => ({ output: `You ask: ${prompt.slice(0, 30)}. ${sentence}` })),
      await miner('//Two', 3, async () => ({ output: 'No.' })),
      await miner('//Three', 4, async () => Promise.reject(new Error('the model broke'))),
      neuron(5, { axon: { ip: '127.0.0.1', port: 1, ipType: 4, version: AXON_VERSION, protocol: 4, block: 1 } }),
    ];
    const calls = { n: 0 };
    const parts = roundParts(store, {
      neurons,
      askMany: (all, terms) => dendrite.queryMany(all, terms),
      examiner: realExaminer(store, calls),
      options: { ...defaultOptions, questions: 2, deadlineMs: 5_000, enforceControls: false },
    });
    const round = beginRound(store, parts);
    await runRound(round, parts, never);

    const answers = store.journal.newest()?.answers ?? [];
    const of = (at: number) => answers.filter((answer) => answer.miner === neurons[at]?.hotkey);
    expect(of(0)).toHaveLength(2);
    for (const answer of of(0)) {
      expect(answer.text).toContain('You ask');
      expect(answer.responseMs).toBeGreaterThan(0);
      expect(answer.items.length).toBeGreaterThan(10);
      // Critical items are asked with their negation as well: (2/3 + (1 - 2/3)) / 2.
      expect(new Set(answer.items.map((item) => item.p.toFixed(6)))).toEqual(new Set(['0.666667', '0.500000']));
      expect(answer.versus?.levels).toHaveLength(5);
      expect(answer.total).toBeGreaterThan(0);
    }
    expect(of(1).map((answer) => [answer.refusedBy, answer.total])).toEqual(Array(2).fill(['gate:too_short', 0]));
    expect(of(2).map((answer) => [answer.refusedBy, answer.total])).toEqual(Array(2).fill(['fault', 0]));
    expect(of(3).map((answer) => [answer.refusedBy, answer.total])).toEqual(Array(2).fill(['unavailable', 0]));
    expect(store.responses.ofRound(round.id).every((row) => row.protocol === 'btauth1')).toBe(true);
    expect(store.journal.newest()?.controls.map((control) => control.kind)).toEqual([
      'null',
      'other_reference',
      'reference',
    ]);
    expect(store.rounds.byId(round.id)).toMatchObject({ state: 'closed', counted: true });
  });

  it('probes the model by judging a reference anew, and rejects when the model is out', async () => {
    const { store } = freshStore();
    const [question] = bank;
    if (!question) throw new Error('the bank is empty');
    const calls = { n: 0 };
    const examiner = realExaminer(store, calls);
    await examiner.probe(question, never);
    const first = calls.n;
    await examiner.probe(question, never);
    expect(calls.n).toBeGreaterThan(first);
    await expect(examiner.probe(question, AbortSignal.abort(new Error('out')))).rejects.toThrow();
  });

  it('keeps a reference again that was forgotten while this process still knew it', async () => {
    const { store } = freshStore();
    const [question] = bank;
    if (!question) throw new Error('the bank is empty');
    const answer = { question, askedText: question.turns.at(-1)?.text ?? '', answer: sentence };
    const examiner = realExaminer(store, { n: 0 });
    const known = () => store.references.get(examiner.manifestSha256, questionSha256(question));
    await examiner.judge(answer, never);
    const first = known();
    expect(store.references.deleteUnusedSince(Number.MAX_SAFE_INTEGER, 10)).toBe(1);
    await examiner.judge(answer, never);
    expect(known()?.reference).toEqual(first?.reference);
  });

  it('does not judge a reference again in the next process', async () => {
    const { store } = freshStore();
    const [question] = bank;
    if (!question) throw new Error('the bank is empty');
    const answer = { question, askedText: question.turns.at(-1)?.text ?? '', answer: sentence };
    const first = { n: 0 };
    const second = { n: 0 };
    const one = await realExaminer(store, first).judge(answer, never);
    const two = await realExaminer(store, second).judge(answer, never);
    expect(second.n).toBeLessThan(first.n);
    expect(two.row.reward).toBe(one.row.reward);
  });
});
