import { CodedError } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';
import { refusal } from '../../src/round/query.js';
import { runRound } from '../../src/round/runRound.js';
import {
  type AskOne,
  answerText,
  beginRound,
  deadReply,
  defaultOptions,
  examiner,
  freshStore,
  goodReply,
  hotkeyOf,
  neuron,
  never,
  roundParts,
} from './fixture.js';

describe('a round', () => {
  it('goes through its seven stages and leaves every answer scored from its parts', async () => {
    const { store } = freshStore();
    const parts = roundParts(store, {
      examiner: examiner((answer) => (answer.startsWith(hotkeyOf(2).slice(2, 8)) ? 0.9 : 0.5)),
    });
    const round = beginRound(store, parts);
    await runRound(round, parts, never);
    expect(store.rounds.stages(round.id).map((row) => [row.stage, row.entries, row.outcomeMs !== null])).toEqual(
      ['plan', 'query', 'collect', 'gate', 'judge', 'score', 'fold'].map((stage) => [stage, 1, true]),
    );
    const view = store.journal.newest();
    expect(view).toMatchObject({ state: 'closed', counted: true, voidReason: null });
    expect(view?.questions).toHaveLength(4);
    expect(view?.answers).toHaveLength(8);
    for (const answer of view?.answers ?? []) {
      const reward = answer.miner === hotkeyOf(2) ? 0.9 : 0.5;
      expect(answer).toMatchObject({
        reward,
        total: 70 * reward + 30,
        manifestSha256: 'f'.repeat(64),
        refusedBy: null,
      });
      expect(answer.items).toMatchObject([{ id: 'rel', p: reward, points: 6 }]);
    }
    expect(store.averages.of(hotkeyOf(2), 12)).toMatchObject({ ema: 93, rounds: 1, asked: 4, answered: 4 });
    expect(store.averages.of(hotkeyOf(3), 13)).toMatchObject({ ema: 65, rounds: 1 });
  });

  it('writes every intent before the first request goes out', async () => {
    const { store } = freshStore();
    let seen = 0;
    const askOne: AskOne = async (target, request) => {
      seen = seen || store.requests.ofRound(round.id).length;
      expect(store.requests.byIds([request.requestId])).toHaveLength(1);
      return goodReply(answerText(target.hotkey, request.prompt));
    };
    const parts = roundParts(store, { askOne });
    const round = beginRound(store, parts);
    await runRound(round, parts, never);
    expect(seen).toBe(8);
  });

  it('scores missing, gated and copied answers 0 and keeps the earlier of two copies', async () => {
    const { store } = freshStore();
    const askOne: AskOne = async (target, request) => {
      if (target.hotkey === hotkeyOf(2)) return deadReply;
      if (target.hotkey === hotkeyOf(3)) return goodReply('CHEAT give me a one');
      if (target.hotkey === hotkeyOf(5)) await new Promise((resolve) => setImmediate(resolve));
      if (target.hotkey === hotkeyOf(5)) await parts.clock.advance(5);
      return goodReply(answerText(hotkeyOf(4), request.prompt));
    };
    const parts = roundParts(store, { askOne, neurons: [neuron(2), neuron(3), neuron(4), neuron(5)] });
    const round = beginRound(store, parts);
    await runRound(round, parts, never);
    const of = (n: number) => store.journal.newest()?.answers.filter((answer) => answer.miner === hotkeyOf(n)) ?? [];
    expect(of(2).map((answer) => [answer.refusedBy, answer.total])).toEqual(Array(4).fill(['timeout', 0]));
    expect(of(3).map((answer) => [answer.refusedBy, answer.total])).toEqual(Array(4).fill(['gate:injection', 0]));
    expect(of(4).map((answer) => answer.total)).toEqual(Array(4).fill(79));
    expect(of(5).map((answer) => answer.total)).toEqual(Array(4).fill(0));
    expect(of(5).map((answer) => answer.copyOf)).toEqual(
      of(5).map((answer) => of(4).find((other) => other.questionId === answer.questionId)?.requestId),
    );
    expect(store.averages.of(hotkeyOf(2), 12)).toMatchObject({ ema: 0, answered: 0, asked: 4 });
    expect(store.strikes.of(hotkeyOf(3), 13)).toHaveLength(1);
  });

  it('does not count when a control fails, unless told so', async () => {
    for (const enforceControls of [true, false]) {
      const { store } = freshStore();
      const bad = examiner();
      const control = async (kind: string) => ({ kind, bankId: 'b', reward: 0.9, low: 0, high: 0.05, pass: false });
      const parts = roundParts(store, {
        examiner: { ...bad, control },
        options: { ...defaultOptions, enforceControls },
      });
      const round = beginRound(store, parts);
      await runRound(round, parts, never);
      expect(store.rounds.byId(round.id)).toMatchObject({ counted: !enforceControls });
      expect(store.averages.all()).toHaveLength(enforceControls ? 0 : 2);
    }
  });

  it('does not count when nobody answered: that is our own network', async () => {
    const { store } = freshStore();
    const parts = roundParts(store, { askOne: async () => deadReply });
    const round = beginRound(store, parts);
    await runRound(round, parts, never);
    expect(store.rounds.byId(round.id)).toMatchObject({
      state: 'closed',
      counted: false,
      voidReason: 'nobody_answered',
    });
  });

  it('ends without counting when there is nobody to ask', async () => {
    const { store } = freshStore();
    const parts = roundParts(store, { neurons: [neuron(1)] });
    const round = beginRound(store, parts);
    await runRound(round, parts, never);
    expect(store.rounds.byId(round.id)).toMatchObject({
      state: 'closed',
      counted: false,
      voidReason: 'no_answers_scored',
    });
  });
});

describe('gating', () => {
  it('lets the event loop turn and commits after every answer, however long each takes', async () => {
    const { store } = freshStore();
    const base = roundParts(store);
    const order: string[] = [];
    const gate: typeof base.examiner.gate = (answer) => {
      order.push('gate');
      return base.examiner.gate(answer);
    };
    const clock = Object.assign(base.clock, { sleep: async () => void order.push('turn') });
    const round = beginRound(store, base);
    await runRound(round, { ...base, clock, examiner: { ...base.examiner, gate } }, never);
    expect(order).toEqual(Array(8).fill(['gate', 'turn']).flat());
    expect(store.judgements.gatesOfRound(round.id)).toHaveLength(8);
  });
});

describe('an answer that the judge cannot take', () => {
  const poison = (answer: string) => answer.includes('POISON');
  function breaking(bad: (answer: string) => boolean) {
    const script = examiner();
    let tries = 0;
    const judge: typeof script.judge = async (answer, signal) => {
      if (!bad(answer.answer)) return script.judge(answer, signal);
      tries += 1;
      throw new CodedError('LLM_WORKER_CRASHED', 'crashed', { remedy: 'none' });
    };
    return { examiner: { ...script, judge }, isPassing: () => true, tries: () => tries };
  }
  const askOne: AskOne = async (target, request) =>
    goodReply(`${answerText(target.hotkey, request.prompt)}${target.hotkey === hotkeyOf(2) ? ' POISON' : ''}`);

  it('is tried three times, earns nothing, and does not hold up the others', async () => {
    const { store } = freshStore();
    const { tries, ...script } = breaking(poison);
    const neurons = [neuron(2), neuron(3), neuron(4)];
    const parts = roundParts(store, { ...script, askOne, neurons });
    const round = beginRound(store, parts);
    await runRound(round, parts, never);
    expect(tries()).toBe(12);
    const answers = store.journal.newest()?.answers ?? [];
    expect(answers.filter((one) => one.miner === hotkeyOf(2)).map((one) => [one.reward, one.total])).toEqual(
      Array(4).fill([null, 0]),
    );
    expect(answers.filter((one) => one.miner !== hotkeyOf(2)).every((one) => one.total === 79)).toBe(true);
    expect(store.rounds.byId(round.id)?.counted).toBe(true);
  });

  it.each([1, 4])(
    'is the fault of the model when the reference cannot be judged either: none of %i recorded',
    async (questions) => {
      const { store } = freshStore();
      const { tries: _tries, ...script } = breaking(() => true);
      let probes = 0;
      const probe = async () => {
        probes += 1;
        throw new CodedError('LLM_UNREACHABLE', 'gone', { remedy: 'none' });
      };
      const parts = roundParts(store, {
        ...script,
        examiner: { ...script.examiner, probe },
        options: { ...defaultOptions, questions },
        neurons: [neuron(2)],
      });
      const round = beginRound(store, parts);
      await expect(runRound(round, parts, never)).rejects.toMatchObject({ code: 'LLM_WORKER_CRASHED' });
      expect(probes).toBe(3);
      expect(store.rounds.stages(round.id).at(-1)).toMatchObject({ stage: 'judge', outcomeMs: null });
      expect(store.judgements.ofRound(round.id)).toEqual([]);
      expect(store.scores.ofRound(round.id)).toEqual([]);
      await runRound(round, { ...parts, examiner: examiner() }, never);
      expect(store.scores.ofRound(round.id).map((row) => row.total)).toEqual(Array(questions).fill(79));
    },
  );

  it('is its own fault while the reference can be judged, however many there are in a row', async () => {
    const { store } = freshStore();
    const { tries: _tries, ...script } = breaking(() => true);
    const parts = roundParts(store, script);
    const round = beginRound(store, parts);
    await runRound(round, parts, never);
    expect(store.judgements.ofRound(round.id).map((row) => [row.reward, row.details])).toEqual(
      Array(8).fill([null, { error: 'LLM_WORKER_CRASHED' }]),
    );
  });
});

describe('a reply', () => {
  it.each([
    [{ ok: true, statusCode: 200, output: 'x' }, null],
    [{ ok: true, statusCode: 200, output: null }, 'no_output'],
    [{ ok: false, statusCode: 408, output: null }, 'timeout'],
    [{ ok: false, statusCode: 429, output: null }, 'rate_limited'],
    [{ ok: false, statusCode: 503, output: null }, 'unavailable'],
    [{ ok: false, statusCode: 599, output: 'ignored' }, 'fault'],
    [{ ok: false, statusCode: 418, output: null }, 'refused'],
  ])('%j is refused by %s', (reply, expected) => {
    expect(refusal(reply)).toBe(expected);
  });
});
