import { CodedError } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';
import { runRound } from '../../src/round/runRound.js';
import {
  type AskOne,
  answerText,
  beginRound,
  defaultOptions,
  examiner,
  freshStore,
  goodReply,
  never,
  roundParts,
  storeAt,
} from './fixture.js';

/** Miners of which the first few answer, then nothing gets through any more. */
function cutOffAfter(answers: number): AskOne {
  let asked = 0;
  return async (target, request) => {
    asked += 1;
    if (asked > answers) throw new Error('cut off');
    return goodReply(answerText(target.hotkey, request.prompt));
  };
}

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
    const { store, round, parts } = await crash({ askOne: cutOffAfter(5) });
    expect(store.responses.count()).toBe(5);
    const kept = store.responses.ofRound(round.id).map((row) => row.requestId);
    await runRound(round, parts, never);
    const view = store.journal.newest();
    expect(view?.answers.map((answer) => answer.attempt).sort()).toEqual([1, 1, 1, 1, 1, 2, 2, 2]);
    expect(view?.answers.filter((answer) => kept.includes(answer.requestId))).toHaveLength(5);
    expect(store.scores.ofRound(round.id)).toHaveLength(8);
  });

  it('while asking, long ago, gives the others up without blame', async () => {
    const { store, round, parts } = await crash({ askOne: cutOffAfter(5) });
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
