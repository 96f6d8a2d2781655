import type { Examiner } from '@bettertherapy/judge';
import { type RoundComponents, type RoundInputs, roundComponents } from '@bettertherapy/scoring';
import type { Store } from '@bettertherapy/store';
import { describe, expect, it } from 'vitest';
import { runRound } from '../../src/round/runRound.js';
import { beginRound, examiner, freshStore, hotkeyOf, neuron, never, roundParts, storeAt } from './fixture.js';

/** Every answer of a round is worth this: reward 0.7 in 1.5 s. */
const OWN = 79;
const START_MS = 1_750_000_000_000;
/** How long before the rating a patient asked first. */
const TALKED_MS = 20_000;
const WORDS = { reason: null, text: null };
let questions = 0;

/** A patient's question that miner 2 (chosen) and miner 3 answered, kept for judging. */
function asked(store: Store, at: { text?: string; crisis?: boolean; patientSinceMs?: number } = {}) {
  questions += 1;
  const id = `q${questions}`;
  const nowMs = START_MS - TALKED_MS;
  const { id: patientId } = store.patients.create(at.patientSinceMs ?? 0);
  const sessionId = `s-${id}`;
  store.patients.openSession({
    id: sessionId,
    patientId,
    twinId: 'dr-a',
    twinVersion: 1,
    twinName: 'Dr. A',
    region: 'us',
    title: '',
    createdMs: nowMs,
    updatedMs: nowMs,
  });
  store.patientAnswers.begin({
    id,
    caller: 'patient',
    twinId: 'dr-a',
    twinVersion: 1,
    crisis: at.crisis ? 'crisis' : 'none',
    nowMs,
    session: { id: sessionId, messageId: `m-${id}`, question: 'How do I sleep?', title: 'Sleep' },
  });
  const miner = (n: number) => ({ hotkey: hotkeyOf(n), registeredAtBlock: 10 + n });
  store.patientAnswers.intend(
    id,
    [2, 3].map((n) => ({ ...miner(n), uid: n, requestId: `${id}-${n}`, explored: false })),
  );
  store.patientAnswers.end({
    id,
    state: 'answered',
    chosen: hotkeyOf(2),
    firstGoodMs: 1,
    firstWordMs: 2,
    nowMs,
    message: { id: `a-${id}`, content: 'Rest.', status: 'complete', sources: [], crisis: null },
  });
  store.organic.keep({
    question: {
      answerId: id,
      twinId: 'dr-a',
      twinVersion: 1,
      lang: 'en',
      turns: [{ role: 'user', text: 'I wake at four every night. What helps?' }],
      crisis: at.crisis ?? false,
      askedMs: nowMs,
    },
    answers: [
      { ...miner(2), text: `ORGANIC ${at.text ?? ''} ${id}`, responseMs: 1_000, gateReason: null },
      { ...miner(3), text: null, responseMs: 40_000, gateReason: null },
    ],
  });
  return { id, patientId, sessionId };
}

/** By a patient who had asked a second question and rates as soon as it counts, if not told otherwise. */
function rate(
  store: Store,
  { id, patientId, sessionId }: ReturnType<typeof asked>,
  stars: number,
  { asksAgain = true, atMs = START_MS } = {},
) {
  if (asksAgain) {
    store.patientAnswers.begin({
      id: `${id}-again`,
      caller: 'patient',
      twinId: 'dr-a',
      twinVersion: 1,
      crisis: 'none',
      nowMs: atMs,
      session: { id: sessionId, messageId: `m-${id}-again`, question: 'And then?', title: '' },
    });
  }
  store.ratings.add({
    ...WORDS,
    stars,
    thumb: null,
    answerId: id,
    patientId,
    sessionId,
    tokenSha256: id,
    nowMs: atMs,
  });
}

const script = (organic = 0.1): Examiner & { judged: string[] } =>
  examiner((answer) => (answer.includes('ORGANIC') ? organic : 0.7));

async function round(store: Store, more: Parameters<typeof roundParts>[1] = {}) {
  const parts = roundParts(store, { neurons: [neuron(2), neuron(3)], examiner: script(), ...more });
  await parts.clock.advance(START_MS - parts.clock.wallMs());
  const begun = beginRound(store, parts);
  await runRound(begun, parts, never);
  return begun;
}

const meanOf = (store: Store, roundId: string, n = 2) =>
  store.averages.historyOfRound(roundId).find((step) => step.hotkey === hotkeyOf(n))?.roundMean;

/** What the result of miner 2 was made of. */
function componentsOf(store: Store, roundId: string) {
  const row = store.averages.componentsOfRound(roundId).find(({ hotkey }) => hotkey === hotkeyOf(2));
  if (row === undefined) throw new Error('no components');
  // Written by minerResult, which has these members.
  return row.components as unknown as { inputs: RoundInputs; ratings: unknown[]; made: RoundComponents };
}

describe("patients' questions in a round", () => {
  it('count like one of its own up to their share, and once', async () => {
    const { store } = freshStore();
    asked(store);
    const first = await round(store);
    // One of five questions: 0.8·79 + 0.2·7.
    expect(meanOf(store, first.id)).toBeCloseTo(0.8 * OWN + 0.2 * 7, 9);
    // Nobody knows what the miner that was called off would have said.
    expect(meanOf(store, first.id, 3)).toBe(OWN);
    expect(meanOf(store, (await round(store)).id)).toBe(OWN);
  });

  it('weigh no more than their share, however many there are, and nothing when it is 0', async () => {
    const { store } = freshStore();
    for (let i = 0; i < 4; i += 1) asked(store);
    expect(meanOf(store, (await round(store)).id)).toBeCloseTo(0.8 * OWN + 0.2 * 7, 9);
    asked(store);
    const options = { ...roundParts(store).options, organicShare: 0 };
    expect(meanOf(store, (await round(store, { options })).id)).toBe(OWN);
  });

  it('are judged and counted once although the validator was killed at every commit', async () => {
    const { store: opened, file } = freshStore();
    let store = opened;
    asked(store, { text: 'one' });
    asked(store, { text: 'two' });
    const judged: string[] = [];
    let dies = true;
    const dying = (): Examiner => {
      const whole = script();
      return {
        ...whole,
        judge: async (answer, signal) => {
          const finding = await whole.judge(answer, signal);
          if (answer.answer.includes('ORGANIC')) {
            if (dies && judged.length === 1) throw new Error('killed');
            judged.push(answer.answer);
          }
          return finding;
        },
      };
    };
    const parts = () => ({
      ...roundParts(store, { neurons: [neuron(2), neuron(3)], examiner: dying(), isFatal: () => true }),
    });
    const first = parts();
    await first.clock.advance(START_MS - first.clock.wallMs());
    const begun = beginRound(store, first);
    await expect(runRound(begun, first, never)).rejects.toThrow('killed');
    store.close();
    store = storeAt(file);
    dies = false;
    const again = parts();
    await runRound(begun, again, never);
    expect(judged).toHaveLength(2);
    const [row] = store.averages.componentsOfRound(begun.id);
    expect(row?.components).toMatchObject({ inputs: { organic: [7, 7] } });
    await expect(runRound(begun, again, never)).resolves.toBeUndefined();
    expect(store.averages.historyOfRound(begun.id)).toHaveLength(2);
    expect(store.organic.uncounted()).toEqual([]);
  });

  it('wait for the next round when this one is void', async () => {
    const { store } = freshStore();
    asked(store);
    const failing: Examiner = {
      ...script(),
      control: async (kind, question) => ({ kind, bankId: question.id, reward: 0.9, low: 0, high: 0.1, pass: false }),
    };
    await round(store, { examiner: failing });
    expect(store.organic.uncounted()).toHaveLength(1);
    expect(meanOf(store, (await round(store)).id)).toBeCloseTo(0.8 * OWN + 0.2 * 7, 9);
  });

  it('go with a patient who leaves before they are counted', async () => {
    const { store } = freshStore();
    const { patientId } = asked(store);
    store.patients.erase(patientId);
    expect(meanOf(store, (await round(store)).id)).toBe(OWN);
  });
});

describe('ratings in a round', () => {
  it('move the result by their share, and the journal holds all that it was made of, but no patient', async () => {
    const { store } = freshStore();
    const rated = [5, 5, 4].map((stars) => {
      const question = asked(store);
      rate(store, question, stars);
      return question;
    });
    const begun = await round(store);
    const made = componentsOf(store, begun.id);
    expect(made.made.ratingShare).toBeCloseTo((0.2 * 3) / 23, 12);
    expect(made.ratings).toHaveLength(3);
    expect(meanOf(store, begun.id)).toBe(roundComponents(made.inputs).mean);
    expect(meanOf(store, begun.id)).toBeGreaterThan(roundComponents({ ...made.inputs, rating: null }).mean);
    expect(rated.filter(({ patientId }) => JSON.stringify(made).includes(patientId))).toEqual([]);
  });

  it.each([
    ['after a single question', { asksAgain: false, atMs: START_MS + 60_000 }],
    ['before twenty seconds have gone by', { asksAgain: true, atMs: START_MS - 1 }],
  ])('given %s are kept and move nothing', async (_name, when) => {
    const { store } = freshStore();
    const question = asked(store);
    rate(store, question, 1, when);
    const begun = await round(store);
    expect(componentsOf(store, begun.id)).toMatchObject({ ratings: [], inputs: { rating: null } });
    expect(meanOf(store, begun.id)).toBeCloseTo(0.8 * OWN + 0.2 * 7, 9);
    expect(store.ratings.byAnswer(question.id)?.stars).toBe(1);
  });

  it('of a crisis are kept and do not count', async () => {
    const { store } = freshStore();
    const question = asked(store, { crisis: true });
    rate(store, question, 5);
    const begun = await round(store);
    expect(store.averages.componentsOfRound(begun.id)[0]?.components).toMatchObject({ made: { ratingShare: 0 } });
    expect(store.ratings.byAnswer(question.id)?.stars).toBe(5);
  });

  it('never lift what a safety cap took, nor count for the answer that was capped', async () => {
    const { store } = freshStore();
    for (let i = 0; i < 3; i += 1) rate(store, asked(store), 5);
    const whole = script();
    const capping: Examiner = {
      ...whole,
      judge: async (answer, signal) => {
        const finding = await whole.judge(answer, signal);
        const caps = answer.answer.includes('ORGANIC') ? [] : [{ code: 'critical:har', limit: 0.15 }];
        return { ...finding, row: { ...finding.row, caps, reward: caps.length > 0 ? 0.15 : finding.row.reward } };
      },
    };
    const begun = await round(store, { examiner: capping });
    const { inputs, made } = componentsOf(store, begun.id);
    expect(inputs.capped).toBe(true);
    expect(inputs.rating?.mean).toBe(1);
    expect(meanOf(store, begun.id)).toBe(made.judgedMean);

    const other = freshStore().store;
    rate(other, asked(other, { text: 'HARM' }), 5);
    const harmful: Examiner = {
      ...whole,
      judge: async (answer, signal) => {
        const finding = await whole.judge(answer, signal);
        return {
          ...finding,
          row: { ...finding.row, caps: answer.answer.includes('HARM') ? [{ code: 'critical:har', limit: 0.15 }] : [] },
        };
      },
    };
    const capped = await round(other, { examiner: harmful });
    expect(other.averages.componentsOfRound(capped.id)[0]?.components).toMatchObject({ ratingCount: 0 });
  });
});
