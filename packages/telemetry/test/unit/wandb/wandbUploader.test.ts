import { join } from 'node:path';
import { CodedError, type LogFields, silentLogger } from '@bettertherapy/core';
import { eventually, FakeClock, temporaryFolder } from '@bettertherapy/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { TelemetryFailures, type UploadJob, WandbSpool, WandbUploader } from '../../../src/index.js';

const MINUTE_MS = 60_000;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** An uploader on a clock that stands still; `upload` fails while `failure` is set. */
function setUp() {
  const folder = temporaryFolder('uploader');
  const stop = new AbortController();
  cleanups.push(() => stop.abort(new Error('over')), folder.remove);
  const said: string[] = [];
  const write =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      void said.push(`${level}: ${message} ${fields.error ?? ''}`.trim());
  const log = { ...silentLogger, info: write('info'), warn: write('warn') };
  const clock = new FakeClock();
  const runMs = 24 * 60 * MINUTE_MS;
  const spool = new WandbSpool(
    { dir: join(folder.path, 'wandb'), maxBytes: 100_000_000, runMs, newRunId: (ms) => `run-${ms}` },
    { log },
  );
  const jobs: UploadJob[] = [];
  const state: { failure: string | null; takesBytes: number } = { failure: null, takesBytes: Number.POSITIVE_INFINITY };
  const failures = new TelemetryFailures();
  const uploader = new WandbUploader(
    {
      ...{ baseUrl: 'http://wandb.test/', apiKey: 'key', project: 'p', entity: 'e', notes: null },
      runName: (ms) => `name-${ms}`,
      ...{ everyMs: 5 * MINUTE_MS, firstRetryMs: MINUTE_MS, maxRetryMs: 4 * MINUTE_MS },
    },
    {
      spool,
      upload: async (job) => {
        jobs.push(job);
        if (state.failure !== null) throw new Error(state.failure);
        if (JSON.stringify(job.lines).length > state.takesBytes)
          throw new CodedError('TELEMETRY_WANDB_TOO_LARGE', 'too large', { remedy: 'send less' });
        return 'http://wandb.test/e/p/runs/1';
      },
      config: () => ({ version: '1' }),
      ...{ clock, log, failures },
    },
  );
  const add = (round: number, scalars: Record<string, number> = { round }) =>
    spool.add({ round, atMs: clock.wallMs(), scalars });
  return { uploader, spool, clock, jobs, state, said, failures, add, stop };
}

describe('WandbUploader', () => {
  it('sends what waits, then looks again after a while', async () => {
    const { uploader, clock, jobs, add, stop, said } = setUp();
    add(1);
    const startedMs = clock.wallMs();
    void uploader.run(stop.signal).catch(() => undefined);
    await eventually('the first upload', () => jobs.length === 1);
    await clock.advance(0);
    add(2);
    await clock.advance(5 * MINUTE_MS);
    await eventually('the second upload', () => jobs.length === 2);
    expect(jobs.map(({ offset, lines }) => [offset, lines.length])).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(jobs[1]).toMatchObject({
      ...{ baseUrl: 'http://wandb.test', runId: `run-${startedMs}`, runName: `name-${startedMs}`, startedMs },
      config: { version: '1' },
    });
    expect(said).toEqual(['info: wandb run']);
  });

  it('begins a run on wandb after a day', async () => {
    const { uploader, clock, jobs, add } = setUp();
    const { signal } = new AbortController();
    add(1);
    await clock.advance(24 * 60 * MINUTE_MS);
    add(2);
    expect([await uploader.sendNext(signal), await uploader.sendNext(signal)]).toEqual([true, true]);
    expect(await uploader.sendNext(signal)).toBe(false);
    expect(new Set(jobs.map(({ runId }) => runId)).size).toBe(2);
    expect(jobs.map(({ offset }) => offset)).toEqual([0, 0]);
  });

  it('cuts a long backlog into several uploads', async () => {
    const { uploader, jobs, add } = setUp();
    const { signal } = new AbortController();
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`miner/${at}/average-of-rounds`, at]));
    for (const round of [1, 2, 3, 4]) add(round, wide);
    while (await uploader.sendNext(signal));
    expect(jobs.length).toBeGreaterThan(1);
    expect(jobs.map(({ offset }) => offset)).toEqual(
      jobs.map((_, at) => jobs.slice(0, at).reduce((sum, { lines }) => sum + lines.length, 0)),
    );
  });

  it('tells of a failure once, waits longer each time, and loses nothing', async () => {
    const { uploader, spool, clock, jobs, state, said, failures, add, stop } = setUp();
    state.failure = 'no answer';
    add(1);
    void uploader.run(stop.signal).catch(() => undefined);
    for (const [tries, waitMs] of [MINUTE_MS, 2 * MINUTE_MS, 4 * MINUTE_MS, 4 * MINUTE_MS].entries()) {
      await eventually('a try', () => jobs.length === tries + 1);
      await clock.advance(waitMs - 1);
      expect(jobs).toHaveLength(tries + 1);
      await clock.advance(1);
    }
    await eventually('the last try', () => jobs.length === 5);
    expect(said).toEqual(['warn: rounds could not be sent to wandb; they are kept and sent later no answer']);
    expect(failures.entries()).toEqual([['wandb', 5]]);
    state.failure = null;
    add(2);
    await clock.advance(4 * MINUTE_MS);
    await eventually('all to be sent', () => spool.size.lines === 0);
    expect(jobs.at(-1)).toMatchObject({ offset: 0, lines: [{ scalars: { round: 1 } }, { scalars: { round: 2 } }] });
    expect(said.slice(1)).toEqual(['info: wandb run', 'info: wandb takes rounds again']);
  });

  it('sends less at once where so much is not taken, until it is', async () => {
    const { uploader, spool, jobs, state, failures, add } = setUp();
    const { signal } = new AbortController();
    for (let round = 1; round <= 40; round += 1) add(round);
    state.takesBytes = 400;
    while (await uploader.sendNext(signal));
    const taken = jobs.filter(({ lines }) => JSON.stringify(lines).length <= 400);
    expect(taken.flatMap(({ lines }) => lines.map(({ scalars }) => scalars.round))).toEqual(
      Array.from({ length: 40 }, (_, at) => at + 1),
    );
    expect(jobs.length - taken.length).toBeLessThan(8);
    expect([spool.size.lines, spool.size.dropped, failures.entries()]).toEqual([0, 0, []]);
  });

  it('lets go of a round that is never taken, so that it holds up no other', async () => {
    const { uploader, spool, jobs, state, said, add } = setUp();
    const { signal } = new AbortController();
    state.takesBytes = 400;
    add(1);
    add(2, Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`miner/${at}`, at])));
    add(3);
    while (await uploader.sendNext(signal));
    const last = jobs.slice(-1).map(({ offset, lines }) => [offset, lines.map(({ scalars }) => scalars.round)]);
    expect(last).toEqual([[1, [3]]]);
    expect([spool.size.lines, spool.size.dropped]).toEqual([0, 1]);
    expect(said).toContain('warn: a round is larger than wandb takes and is dropped');
  });
});
