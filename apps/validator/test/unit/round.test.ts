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
  storeAt,
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

describe('a round cut off by a restart', () => {
  /** Runs until `stop` throws, then opens the file again as a new process would. */
  async function crash(broken: Parameters<typeof roundParts>[1]) {
    const { store, file } = freshStore();
    const parts = roundParts(store, { isFatal: () => true, ...broken });
    const round = beginRound(store, parts);
    await expect(runRound(round, parts, never)).rejects.toThrow('cut off');
    await store.close();
    const again = storeAt(file);
    return { store: again, round, parts: roundParts(again) };
  }

  it('while judging goes on with the answers not yet judged', async () => {
    const script = examiner();
    let left = 3;
    const judge: typeof script.judge = async (answer, signal) => {
      left -= 1;
      if (left < 0) throw new Error('cut off');
      return script.judge(answer, signal);
    };
    const { store, round, parts } = await crash({ examiner: { ...script, judge } });
    const second = examiner();
    await runRound(round, { ...parts, examiner: second }, never);
    expect(second.judged).toHaveLength(5);
    expect(new Set([...script.judged, ...second.judged]).size).toBe(8);
    expect(store.rounds.stages(round.id).find((row) => row.stage === 'judge')?.entries).toBe(2);
    expect(store.averages.all().map((row) => row.rounds)).toEqual([1, 1]);
  });

  it('while asking keeps the answers it has and asks the others again', async () => {
    let asked = 0;
    const askOne: AskOne = async (target, request) => {
      asked += 1;
      if (asked > 5) throw new Error('cut off');
      return goodReply(answerText(target.hotkey, request.prompt));
    };
    const { store, round, parts } = await crash({ askOne });
    expect(store.responses.count()).toBe(5);
    const kept = store.responses.ofRound(round.id).map((row) => row.requestId);
    await runRound(round, parts, never);
    const view = store.journal.newest();
    expect(view?.answers.map((answer) => answer.attempt).sort()).toEqual([1, 1, 1, 1, 1, 2, 2, 2]);
    expect(view?.answers.filter((answer) => kept.includes(answer.requestId))).toHaveLength(5);
    expect(store.scores.ofRound(round.id)).toHaveLength(8);
  });

  it('while asking, long ago, gives the others up without blame', async () => {
    let asked = 0;
    const askOne: AskOne = async (target, request) => {
      asked += 1;
      if (asked > 5) throw new Error('cut off');
      return goodReply(answerText(target.hotkey, request.prompt));
    };
    const { store, round, parts } = await crash({ askOne });
    await parts.clock.advance(defaultOptions.reaskWithinMs);
    await runRound(round, parts, never);
    expect(store.scores.ofRound(round.id)).toHaveLength(5);
    expect(store.averages.all().map((row) => row.ema)).toEqual(store.averages.all().map(() => 79));
    expect(
      store.journal.newest()?.answers.filter((answer) => answer.refusedBy === 'cut off by a restart'),
    ).toHaveLength(3);
  });

  it('again and again is asked a bounded number of times', async () => {
    const { store, round, parts } = await crash({
      askOne: async () => {
        throw new Error('cut off');
      },
    });
    const broken = { ...parts, askMany: async () => Promise.reject(new Error('cut off')) };
    for (let i = 0; i < 2; i += 1) await expect(runRound(round, broken, never)).rejects.toThrow('cut off');
    await runRound(round, parts, never);
    expect(Math.max(...store.requests.ofRound(round.id).map((row) => row.attempt))).toBe(3);
    expect(store.requests.ofRound(round.id).every((row) => row.lostMs !== null)).toBe(true);
    expect(store.rounds.byId(round.id)).toMatchObject({ counted: false, voidReason: 'no_answers_scored' });
  });

  it('between stages is neither asked, scored nor folded twice', async () => {
    const { store, file } = freshStore();
    const parts = roundParts(store);
    const round = beginRound(store, parts);
    for (let stage = 0; stage < 7; stage += 1) {
      const seen = stopAfterOneStage();
      const stopping = roundParts(store, { log: seen.log });
      const pass = runRound(round, stopping, seen.signal);
      if (stage < 6) await expect(pass).rejects.toBeInstanceOf(CodedError);
      else await pass;
    }
    expect(store.rounds.byId(round.id)?.state).toBe('closed');
    expect(store.averages.all().map((row) => row.rounds)).toEqual([1, 1]);
    expect(store.requests.ofRound(round.id)).toHaveLength(8);
    await store.close();
    expect(storeAt(file).integrityProblems()).toEqual([]);
  });

  function stopAfterOneStage() {
    const controller = new AbortController();
    const stop = new CodedError('TEST_STOP', 'stop', { remedy: 'none' });
    const log = { ...silent(), info: (message: string) => message === 'stage finished' && controller.abort(stop) };
    return { signal: controller.signal, log: { ...log, child: () => log as never } };
  }

  function silent() {
    const nothing = (): void => undefined;
    return { trace: nothing, debug: nothing, warn: nothing, error: nothing, fatal: nothing };
  }
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
