import { join } from 'node:path';
import { type LogFields, type Logger, silentLogger, systemClock } from '@bettertherapy/core';
import { temporaryFolder, type WandbFault, type WandbRun, WandbServer } from '@bettertherapy/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { TelemetryFailures, uploadInProcess, WandbSpool, WandbUploader } from '../../src/index.js';

const API_KEY = '0123456789abcdef0123456789abcdef01234567';
const DAY_MS = 24 * 3_600_000;
const START_MS = 1_750_000_000_000;
const signal = new AbortController().signal;

const cleanups: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function newServer(more: { readonly takesBytes?: number } = {}): Promise<WandbServer> {
  const server = new WandbServer({ apiKey: API_KEY, entity: 'clinic', ...more });
  await server.start();
  cleanups.push(() => server.close());
  return server;
}

function newFolder(): string {
  const folder = temporaryFolder('wandb');
  cleanups.push(() => folder.remove());
  return folder.path;
}

/** A log that keeps its lines as text. */
function recordingLog(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const write = (level: string) => (message: string, fields?: LogFields) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  };
  const log: Logger = {
    ...silentLogger,
    ...{ debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    child: () => log,
  };
  return { log, lines };
}

/** Spool and uploader as a validator's start makes them; the upload runs in a real process with the real SDK. */
function start(dir: string, baseUrl: string, more: { apiKey?: string; deadline?: { ms: number } } = {}) {
  const { log, lines } = recordingLog();
  const newRunId = (ms: number): string => `run-${(ms - START_MS) / DAY_MS}`;
  const spool = new WandbSpool({ dir: join(dir, 'wandb'), maxBytes: 1_000_000, runMs: DAY_MS, newRunId }, { log });
  const uploader = new WandbUploader(
    {
      baseUrl,
      apiKey: more.apiKey ?? API_KEY,
      project: 'rounds',
      entity: null,
      notes: 'a validator under test',
      runName: (ms) => `validator ${new Date(ms).toISOString()}`,
      ...{ everyMs: 1_000, firstRetryMs: 10, maxRetryMs: 20 },
    },
    {
      spool,
      upload: (job, at) =>
        uploadInProcess({ deadlineMs: more.deadline?.ms ?? 30_000, env: process.env, clock: systemClock }, job, at),
      config: () => ({ version: '0.1.0', judge_manifest_sha256: 'ff' }),
      clock: systemClock,
      log,
      failures: new TelemetryFailures(),
    },
  );
  return { spool, uploader, lines };
}

function addRounds(spool: WandbSpool, from: number, to: number, startMs = START_MS): void {
  for (let round = from; round <= to; round += 1) {
    spool.add({ round, atMs: startMs + round * 1_000, scalars: { round, 'reward/mean': round / 100 } });
  }
}

const roundsOf = (run: WandbRun | undefined): unknown[] => (run?.history ?? []).map((line) => line.round);
const upTo = (n: number, from = 1): number[] => Array.from({ length: n - from + 1 }, (_, at) => from + at);

describe.concurrent('rounds on wandb', () => {
  it('arrive in smaller uploads where a server takes no large ones', async () => {
    const server = await newServer({ takesBytes: 20_000 });
    const { spool, uploader, lines } = start(newFolder(), server.url);
    addRounds(spool, 1, 250);
    while (await uploader.sendNext(signal));
    expect([...server.runs.values()].map(roundsOf)).toEqual([upTo(250)]);
    expect([server.overwritten, server.gaps, spool.size.dropped]).toEqual([0, 0, 0]);
    expect(lines.filter((line) => line.includes('less goes in one from here on')).length).toBeGreaterThan(0);
  });

  it('are lines of one run that goes on after a restart and is renewed after a day', async () => {
    const server = await newServer();
    const dir = newFolder();
    const first = start(dir, server.url);
    addRounds(first.spool, 1, 3);
    expect(await first.uploader.sendNext(signal)).toBe(true);
    const second = start(dir, server.url);
    addRounds(second.spool, 3, 5);
    expect(await second.uploader.sendNext(signal)).toBe(true);
    expect(await second.uploader.sendNext(signal)).toBe(false);
    const startedMs = START_MS + 1_000;
    const runId = `run-${1_000 / DAY_MS}`;
    const run = server.runs.get(`clinic/rounds/${runId}`);
    expect(roundsOf(run)).toEqual(upTo(5));
    expect(run?.history.map((line) => line._step)).toEqual(upTo(4, 0));
    expect(run?.history.map((line) => line._timestamp)).toEqual(upTo(5).map((n) => START_MS / 1000 + n));
    expect(run).toMatchObject({
      displayName: `validator ${new Date(startedMs).toISOString()}`,
      notes: 'a validator under test',
      config: { version: { value: '0.1.0' }, judge_manifest_sha256: { value: 'ff' } },
      finishes: 2,
    });
    expect(run?.summary).toMatchObject({ round: 5 });

    addRounds(second.spool, 6, 7, START_MS + DAY_MS);
    expect(await second.uploader.sendNext(signal)).toBe(true);
    expect([...server.runs.values()].map(roundsOf)).toEqual([upTo(5), upTo(7, 6)]);
    expect([server.overwritten, server.gaps]).toEqual([0, 0]);
  });

  it.for<readonly [WandbFault, RegExp]>([
    ['error', /answers with an error/],
    ['garbage', /Unable to determine default entity/],
    ['no run', /the server made no run/],
    ['lines refused', /refused lines with status 500/],
    ['lines garbage', /not wandb/],
    ['answer lost', /refused lines with status 502/],
    ['hang', /took longer than/],
  ])('are kept while the server has the fault "%s", and sent when it is over', async ([fault, words], { expect }) => {
    const server = await newServer();
    const deadline = { ms: fault === 'hang' ? 1_500 : 30_000 };
    const { spool, uploader, lines } = start(newFolder(), server.url, { deadline });
    addRounds(spool, 1, 2);
    server.fault = fault;
    expect(await uploader.sendNext(signal)).toBe(false);
    addRounds(spool, 3, 3);
    const warnings = lines.filter((line) => line.startsWith('warn'));
    expect(warnings).toEqual([expect.stringMatching(words)]);
    expect(spool.size).toMatchObject({ lines: 3, dropped: 0 });

    server.fault = 'none';
    deadline.ms = 30_000;
    expect(await uploader.sendNext(signal)).toBe(true);
    expect([...server.runs.values()].map(roundsOf)).toEqual([upTo(3)]);
    expect(spool.size.lines).toBe(0);
    expect([server.overwritten, server.gaps]).toEqual([0, 0]);
  });

  it('are kept while nothing listens, and lose nothing over a restart of both sides', async ({ expect }) => {
    const server = await newServer();
    const dir = newFolder();
    const first = start(dir, server.url);
    addRounds(first.spool, 1, 2);
    expect(await first.uploader.sendNext(signal)).toBe(true);
    await server.close();
    addRounds(first.spool, 3, 4);
    expect(await first.uploader.sendNext(signal)).toBe(false);
    expect(first.lines.join('\n')).toMatch(/ECONNREFUSED/);
    await server.start();
    const second = start(dir, server.url);
    addRounds(second.spool, 5, 5);
    expect(await second.uploader.sendNext(signal)).toBe(true);
    expect([...server.runs.values()].map(roundsOf)).toEqual([upTo(5)]);
    expect([server.overwritten, server.gaps]).toEqual([0, 0]);
  });

  it('are kept when the key is wrong, and the key stands in no line of the log', async ({ expect }) => {
    const server = await newServer();
    const apiKey = 'f'.repeat(40);
    const { spool, uploader, lines } = start(newFolder(), server.url, { apiKey });
    addRounds(spool, 1, 1);
    expect(await uploader.sendNext(signal)).toBe(false);
    expect(lines.join('\n')).toMatch(/Fatal HTTP error \(401\)/);
    expect(lines.join('\n')).not.toContain(apiKey);
    expect(lines.join('\n')).not.toContain(Buffer.from(`api:${apiKey}`).toString('base64'));
    expect(spool.size.lines).toBe(1);
  });

  it('stop being sent at once when the validator stops', async ({ expect }) => {
    const server = await newServer();
    server.fault = 'hang';
    const { spool, uploader } = start(newFolder(), server.url);
    addRounds(spool, 1, 1);
    const stop = new AbortController();
    const running = uploader.run(stop.signal);
    stop.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    expect(spool.size.lines).toBe(1);
  });
});
