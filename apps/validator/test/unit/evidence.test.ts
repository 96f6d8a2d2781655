import { silentLogger, systemClock } from '@bettertherapy/core';
import {
  checkRow,
  evidenceText,
  type OpenedEvidence,
  openEvidence,
  replayRound,
  scoreCard,
} from '@bettertherapy/evidence';
import { gate, hashBank, Judge, judgeExaminer, SMALL_JUDGE } from '@bettertherapy/judge';
import type { Store } from '@bettertherapy/store';
import { asHotkey, ready, signerFromUri, verify } from '@bettertherapy/wallet';
import { beforeAll, describe, expect, it } from 'vitest';
import { SealEvidence } from '../../src/duties/sealEvidence.js';
import type { PayState } from '../../src/epoch/payChain.js';
import type { EvidenceBook } from '../../src/evidence/evidenceBook.js';
import { referenceMemory } from '../../src/referenceMemory.js';
import { runRound } from '../../src/round/runRound.js';
import { answerOf, bookOf, moody } from './evidenceFixture.js';
import {
  bank,
  beginRound,
  deadReply,
  defaultOptions,
  freshStore,
  goodReply,
  neuron,
  never,
  roundParts,
} from './fixture.js';

const signer = asHotkey(signerFromUri('//Validator'));
const log = silentLogger;
const ROUNDS = 3;

beforeAll(() => ready());

interface Flags {
  readonly alpha: number;
  readonly organicShare: number;
}
const FLAGS: Flags = { alpha: defaultOptions.alpha, organicShare: defaultOptions.organicShare };

/** Rounds folded with `FLAGS` and sealed by a validator that was started anew with `flagsAtSeal`. */
async function playRounds(store: Store, flagsAtSeal = FLAGS, rounds = ROUNDS): Promise<EvidenceBook> {
  const neurons = [1, 2, 3, 4, 5, 6].map((n) => neuron(n));
  const judge: Judge = new Judge(
    { bankSha256: hashBank(bank), boundarySeed: 'test', profile: SMALL_JUDGE },
    {
      model: moody,
      clock: systemClock,
      log,
      metrics: null,
      references: referenceMemory(() => judge.manifest.sha256, { store, clock: systemClock }),
    },
  );
  const parts = roundParts(store, {
    neurons,
    examiner: judgeExaminer({ judge, model: moody, log }),
    options: { ...defaultOptions, enforceControls: false, questions: 2 },
    askOne: async (target, request) => {
      const uid = neurons.find(({ hotkey }) => hotkey === target.hotkey)?.uid ?? 0;
      const text = answerOf(uid, request.prompt);
      return text === null ? deadReply : goodReply(text, { responseMs: 4_000 * uid });
    },
  });
  const book = bookOf(store, signer, flagsAtSeal);
  const chain: PayState = {
    block: 120,
    epochIndex: 6,
    lastEpochBlock: 115,
    neurons: neurons.map(({ uid, hotkey, registeredAt }) => ({ uid, hotkey, registeredAt })),
    me: null,
    rules: {
      rateLimitBlocks: 0,
      minAllowedWeights: 1,
      maxWeightsLimit: 65_535,
      versionKey: 0,
      mode: 'plain',
      revealPeriodEpochs: 1,
    },
  };
  const seal = new SealEvidence({ everyMs: 1_000 }, { store, book, chain: async () => chain, clock: parts.clock, log });
  for (let n = 1; n <= rounds; n += 1) {
    const round = beginRound(store, parts);
    await runRound(round, parts, never);
    expect(await seal.sealNext(never)).toBe(true);
  }
  expect(await seal.sealNext(never)).toBe(false);
  return book;
}

const isSignedBy = (address: string, text: string, signature: string): boolean =>
  address === signer.address && verify(new TextEncoder().encode(text), Buffer.from(signature, 'hex'), signer.publicKey);

function textOf(book: EvidenceBook, number: number): string {
  const found = book.file(number);
  if (!found) throw new Error(`round ${number} is not sealed`);
  expect(found.changed).toBe(false);
  return evidenceText(found.file);
}

describe('evidence of rounds', () => {
  let texts: string[] = [];
  let opened: OpenedEvidence[] = [];

  it('is signed, continues itself, and every score, average and weight follows from it bit for bit', async () => {
    const fresh = freshStore();
    const book = await playRounds(fresh.store);
    texts = [1, 2, 3].map((number) => textOf(book, number));
    opened = texts.map((text) => openEvidence(text, isSignedBy));
    expect(opened.map(({ faults }) => faults)).toEqual([[], [], []]);
    expect(checkRow(opened, { number: 3, sha256: opened[2]?.sha256 ?? '' })).toEqual([]);
    const reports = opened.map(({ evidence }) => replayRound(evidence));
    expect(reports.flatMap(({ findings }) => findings)).toEqual([]);
    expect(reports.map(({ answers, folds, weights }) => ({ answers, folds, weights }))).toEqual(
      Array.from({ length: ROUNDS }, () => ({ answers: 10, folds: 5, weights: true })),
    );
    const answers = opened.flatMap(({ evidence }) => evidence.answers);
    // The cases that the arithmetic has branches for were all there.
    expect(answers.some(({ score }) => score.copyOf !== null)).toBe(true);
    expect(answers.some(({ gate }) => gate?.pass === false)).toBe(true);
    expect(answers.some(({ text }) => text === null)).toBe(true);
    expect(answers.some(({ judgement }) => (judgement?.caps.length ?? 0) > 0)).toBe(true);
    expect(answers.some(({ score }) => score.total > 20)).toBe(true);
    expect(opened[2]?.evidence.weights?.result?.values).toContain(65_535);
  });

  it('states the settings of the fold when a flag was changed before the seal', async () => {
    const fresh = freshStore();
    const book = await playRounds(fresh.store, { alpha: 0.5, organicShare: 0 }, 2);
    const sealed = [1, 2].map((number) => openEvidence(textOf(book, number), isSignedBy).evidence);
    expect(sealed.map(({ settings }) => settings)).toEqual([1, 2].map(() => ({ ...FLAGS, power: 4 })));
    expect(sealed.flatMap((evidence) => replayRound(evidence).findings)).toEqual([]);
    const claimed = structuredClone(sealed[1]);
    if (!claimed) throw new Error('there is no second round');
    claimed.settings.alpha = 0.5;
    expect(
      replayRound(claimed)
        .findings.map(({ where }) => where)
        .join(),
    ).toContain('emaAfter');
  });

  it('any changed byte is detected', () => {
    const text = texts[1] ?? '';
    expect(text.length).toBeGreaterThan(1_000);
    for (let at = 7; at < text.length - 2; at += Math.ceil(text.length / 150)) {
      const changed = `${text.slice(0, at)}${text[at] === '7' ? '8' : '7'}${text.slice(at + 1)}`;
      let verdict: string;
      try {
        verdict = openEvidence(changed, isSignedBy).faults.join();
      } catch (error) {
        verdict = String(error);
      }
      expect(verdict, `byte ${at}`).not.toBe('');
    }
  });

  it.each([
    ['a digit that no number has room for', (text: string) => text.replace(/(\.\d{8,})/, '$10')],
    ['a space between members', (text: string) => text.replace(',', ', ')],
    ['a line more at the end', (text: string) => `${text}\n`],
  ])('%s is detected, though it says the same', (_name, change) => {
    const text = texts[1] ?? '';
    const changed = change(text);
    expect(changed).not.toBe(text);
    expect(JSON.parse(changed)).toEqual(JSON.parse(text));
    expect(openEvidence(changed, isSignedBy).faults).toEqual(['text']);
  });

  it.each<{ name: string; where: RegExp; change: (evidence: OpenedEvidence['evidence']) => void }>([
    {
      name: 'a probability',
      where: /judgement/,
      change: ({ answers }) => {
        const judged = answers.find(({ judgement }) => (judgement?.rubric ?? null) !== null)?.judgement;
        const item = judged?.items.find(({ points, undecided }) => points > 0 && !undecided);
        if (item) item.p = 0;
      },
    },
    {
      name: 'a time',
      where: /time|total/,
      change: ({ answers }) => {
        const fast = answers.find(({ score }) => score.time > 0);
        if (fast) fast.responseMs += 30_000;
      },
    },
    {
      name: 'an answer moved to a question that nobody asked',
      where: /questionId/,
      change: ({ answers }) => {
        const [first] = answers;
        if (first) first.questionId = 'nowhere';
      },
    },
    {
      name: 'a total',
      where: /total/,
      change: ({ answers }) => {
        const paid = answers.find(({ score }) => score.total > 0);
        if (paid) paid.score.total += 1e-6;
      },
    },
    {
      name: 'a copy that is not told',
      where: /copyOf/,
      change: ({ answers }) => {
        const copier = answers.find(({ score }) => score.copyOf !== null);
        if (copier) copier.score.copyOf = null;
      },
    },
    {
      name: 'an average',
      where: /emaAfter/,
      change: ({ folds }) => {
        const fold = folds.find(({ emaAfter }) => emaAfter > 0);
        if (fold) fold.emaAfter += 1e-9;
      },
    },
    {
      name: 'a rating that never was',
      where: /mean/,
      change: ({ folds }) => {
        const fold = folds.find(({ mean }) => mean > 0);
        if (fold) fold.inputs.rating = { n: 20, mean: 1, globalMean: 0.5, share: 0.1 };
      },
    },
    {
      name: 'a weight',
      where: /weights/,
      change: ({ weights }) => {
        if (weights?.result) weights.result.values = weights.result.values.map((value) => Math.max(0, value - 1));
      },
    },
  ])('$name that does not follow is named', ({ where, change }) => {
    const evidence = structuredClone(opened[2]?.evidence);
    if (!evidence) throw new Error('there is no third round');
    change(evidence);
    const { findings } = replayRound(evidence);
    expect(findings.map((finding) => finding.where).join('\n')).toMatch(where);
  });

  it('of a round under earlier gates follows bit for bit, though an answer in it would be stopped today', () => {
    const evidence = structuredClone(opened[2]?.evidence);
    const paid = evidence?.answers.find(({ score }) => score.total > 20 && score.copyOf === null);
    if (!evidence || !paid) throw new Error('nobody was paid in the third round');
    paid.text = `${paid.text} I'm afraid of the future, and I have no desire to live.`;
    for (const manifest of Object.values(evidence.manifests)) Object.assign(manifest, { gatesVersion: '1.1.0' });
    const asked = evidence.questions.find(({ id }) => id === paid.questionId);
    const question = bank.find(({ id }) => id === asked?.bankId) ?? bank[0];
    if (!question) throw new Error('the bank is empty');
    expect(gate({ question, askedText: asked?.askedText ?? '', answer: paid.text })).toMatchObject({
      reason: 'own_harm',
    });
    expect(replayRound(evidence).findings).toEqual([]);
  });

  it('a round left out and an average that was moved between rounds are told', () => {
    expect(checkRow(opened.slice(1), null)).toEqual([]);
    const without = opened.filter((_, at) => at !== 1);
    expect(checkRow(without, null).map(({ fault }) => fault)).toContain('missing_before');
    expect(checkRow(opened, { number: 3, sha256: '0'.repeat(64) }).map(({ fault }) => fault)).toEqual([
      'not_committed',
    ]);
  });

  it('tells a miner all parts of its score, its place, the course of its average, and why it is low', () => {
    const rounds = opened.map(({ evidence }) => evidence);
    const cardOf = (uid: number) => scoreCard(rounds, neuron(uid).hotkey);
    const card = cardOf(2);
    expect(card).toMatchObject({ hotkey: neuron(2).hotkey, validator: signer.address });
    expect(card.rounds.map(({ number, counted }) => [number, counted])).toEqual([1, 2, 3].map((n) => [n, true]));
    for (const [at, { answers, fold }] of card.rounds.entries()) {
      const totals = answers.map(({ score }) => score.total);
      expect(totals).toHaveLength(2);
      expect(fold?.mean).toBeCloseTo((totals[0] ?? 0) / 2 + (totals[1] ?? 0) / 2, 9);
      expect(fold?.made.questionsMean).toBe(fold?.mean);
      expect(fold?.emaBefore).toBe(card.rounds[at - 1]?.fold?.emaAfter ?? null);
      for (const { askedText, bankId, rank, best, score, gated } of answers) {
        expect([askedText, bankId].every((text) => text !== null && text.length > 0)).toBe(true);
        expect(gated).toBe('passed');
        expect(rank.of).toBe(5);
        expect(rank.place === 1).toBe(score.total === best);
      }
    }
    expect(card.standing?.average).toBe(card.rounds.at(-1)?.fold?.emaAfter);
    const places = [2, 3, 4, 5, 6].map((uid) => cardOf(uid).standing?.rank.place ?? 0);
    expect([...places].sort()).toEqual([1, 2, 3, 4, 4]);
    const shares = [2, 3, 4, 5, 6].map((uid) => cardOf(uid).standing?.share ?? 0);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    const whyOf = (uid: number) => cardOf(uid).why.map(({ code }) => code);
    expect(whyOf(4)).toContain('copies');
    expect(whyOf(5)).toEqual(expect.arrayContaining(['strikes', 'gate:injection', 'nothing_earned']));
    expect(whyOf(6)).toEqual(expect.arrayContaining(['refused:timeout', 'too_few_judged']));
  });
});
