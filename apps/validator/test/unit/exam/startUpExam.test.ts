import { silentLogger } from '@bettertherapy/core';
import type { ExamMemory, ExamReport } from '@bettertherapy/judge';
import type { Store } from '@bettertherapy/store';
import { FakeClock } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { StartUpExam, type StartUpExamOptions } from '../../../src/exam/startUpExam.js';
import { freshStore, never } from '../fixture.js';
import { examReport } from './report.js';

const FAILED = examReport({ spearman: 0.1, passed: false });
const ANSWERS = 4;

/** An exam of four answers; `ends` says how each try goes, last one for ever: a report, or a fault after two answers. */
function exam(store: Store, change: Partial<StartUpExamOptions> = {}, ...ends: (ExamReport | Error)[]) {
  const clock = new FakeClock();
  const states: [boolean, string][] = [];
  const judged: number[] = [];
  const taken: ExamReport[] = [];
  const duty = new StartUpExam(
    { level: 'require', manifestSha256: 'm', paperSha256: 'p', modelIsPinned: true, ...change },
    {
      store,
      take: async (memory: ExamMemory, onJudged) => {
        const end = ends.length > 1 ? ends.shift() : ends[0];
        for (let at = 0; at < ANSWERS; at += 1) {
          if (end instanceof Error && at === 2) throw end;
          if (memory.get('sleep-01', at) === undefined) {
            judged.push(at);
            memory.set('sleep-01', at, 0.5);
          }
          onJudged(at + 1, ANSWERS);
        }
        if (end === undefined || end instanceof Error) throw new Error('the model is away');
        return end;
      },
      isFatal: (error) => error instanceof RangeError,
      clock,
      log: silentLogger,
      metrics: { examTaken: (report) => taken.push(report) },
      report: (ok, state) => states.push([ok, state]),
    },
  );
  return { duty, clock, states, judged, taken };
}

describe('the exam of a judge at the start', () => {
  it('is taken once for a manifest, which may judge and pay then, and after a restart at once', async () => {
    const { store } = freshStore();
    const { duty, states, taken } = exam(store, {}, examReport());
    expect([duty.state, duty.mayJudge, duty.hold]).toEqual(['pending', false, 'exam_pending']);
    await duty.run(never);
    expect([duty.state, duty.mayJudge, duty.hold, duty.failure()]).toEqual(['passed', true, null, null]);
    expect(states.at(-1)).toEqual([true, 'exam passed']);
    expect(states).toContainEqual([true, 'exam: 2 of 4 answers']);
    expect(taken).toEqual([examReport()]);
    const again = exam(store, {}, FAILED);
    expect(again.duty.mayJudge).toBe(true);
    await again.duty.run(never);
    expect([again.judged, again.duty.result]).toEqual([[], examReport()]);
    // The next judge has its own exam to pass; meanwhile what this one found is paid.
    const next = exam(store, { manifestSha256: 'n' }, FAILED);
    expect([next.duty.mayJudge, next.duty.hold]).toEqual([false, null]);
    await next.clock.advance(10);
    await next.duty.run(never);
    expect([next.duty.mayJudge, next.duty.hold]).toEqual([false, 'exam_failed']);
  });

  it('goes on after a restart with the first answer that is not judged', async () => {
    const { store } = freshStore();
    const stop = new AbortController();
    const first = exam(store, {}, new Error('cut off'));
    const running = first.duty.run(stop.signal);
    await first.clock.advance(1);
    stop.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    expect(first.states.at(-1)).toEqual([false, 'exam interrupted']);
    expect([first.duty.state, first.duty.interruptions]).toEqual(['pending', 1]);
    const second = exam(store, {}, examReport());
    await second.duty.run(never);
    expect([first.judged, second.judged]).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('is tried again and again while the model is away, and ends the app when it is gone for good', async () => {
    const { store } = freshStore();
    const { duty, clock } = exam(store, {}, new Error('away'), new Error('away'), examReport());
    const running = duty.run(never);
    await clock.advance(2_500);
    expect(duty.interruptions).toBe(2);
    await clock.advance(10_000);
    await running;
    expect([duty.state, duty.interruptions]).toEqual(['passed', 0]);
    await expect(exam(freshStore().store, {}, new RangeError('gone')).duty.run(never)).rejects.toThrow('gone');
  });

  it.each([
    ['require', false, 'exam_failed', false],
    ['warn', true, null, true],
  ] as const)('failed where the level is %s', async (level, mayJudge, hold, ready) => {
    const { store } = freshStore();
    const { duty, states } = exam(store, { level }, FAILED);
    expect(duty.mayJudge).toBe(level === 'warn');
    await duty.run(never);
    expect([duty.mayJudge, duty.hold, duty.failure()]).toEqual([mayJudge, hold, FAILED]);
    expect(states.at(-1)).toEqual([ready, 'exam failed']);
  });

  it('failed by known weights is not taken again; another model begins its own, and pays once it passed', async () => {
    const { store } = freshStore();
    await exam(store, {}, FAILED).duty.run(never);
    const same = exam(store, {}, examReport());
    await same.duty.run(never);
    expect([same.duty.state, same.judged]).toEqual(['failed', []]);
    const other = exam(store, { manifestSha256: 'n' }, examReport());
    // Until then the averages are those of a judge that failed.
    expect([other.duty.state, other.duty.hold, other.duty.failure()]).toEqual(['pending', 'exam_failed', FAILED]);
    await other.clock.advance(10);
    await other.duty.run(never);
    expect([other.judged.length, other.duty.hold, other.duty.failure()]).toEqual([ANSWERS, null, null]);
  });

  it('failed by a model behind a server is taken anew after a restart, every answer of it', async () => {
    const { store } = freshStore();
    await exam(store, { modelIsPinned: false }, FAILED).duty.run(never);
    const again = exam(store, { modelIsPinned: false }, examReport());
    expect([again.duty.state, again.duty.failure()]).toEqual(['pending', FAILED]);
    await again.duty.run(never);
    expect([again.judged.length, again.duty.state, again.duty.failure()]).toEqual([ANSWERS, 'passed', null]);
  });

  it('is not asked for where it is off, whatever was before', async () => {
    const { store } = freshStore();
    await exam(store, {}, FAILED).duty.run(never);
    const { duty, judged, states } = exam(store, { level: 'off' }, FAILED);
    await duty.run(never);
    expect([duty.state, duty.mayJudge, duty.hold, duty.failure(), judged]).toEqual(['off', true, null, null, []]);
    expect(states).toEqual([[true, 'exam off']]);
  });
});
