import { silentLogger, systemClock } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import { TelemetryFailures, WandbSpool } from '@bettertherapy/telemetry';
import { temporaryFolder } from '@bettertherapy/testkit';
import { asHotkey, ready, signerFromUri } from '@bettertherapy/wallet';
import { describe, expect, it } from 'vitest';
import { SpoolRounds } from '../../src/duties/spoolRounds.js';
import { openWandb } from '../../src/openWandb.js';
import { validatorConfig } from '../../src/options.js';
import { runRound } from '../../src/round/runRound.js';
import { openTelemetry } from '../../src/telemetry.js';
import { roundScalars } from '../../src/wandb/roundScalars.js';
import {
  answerText,
  beginRound,
  deadReply,
  examiner,
  freshStore,
  goodReply,
  hotkeyOf,
  neuron,
  never,
  onEnd,
  roundParts,
} from './fixture.js';

function newFolder(): string {
  const folder = temporaryFolder('validator');
  onEnd(() => folder.remove());
  return folder.path;
}

/** A round in which 2 answers fast and well, 3 slowly and with an order to the judge, and 4 not at all. */
async function playRound(store: Store): Promise<string> {
  const parts = roundParts(store, {
    neurons: [neuron(1), neuron(2), neuron(3), neuron(4, { incentive: 65_535 })],
    askOne: async (target, request) => {
      if (target.hotkey === hotkeyOf(4)) return deadReply;
      const text = answerText(target.hotkey, request.prompt);
      return target.hotkey === hotkeyOf(3) ? goodReply(`${text} CHEAT`, { responseMs: 25_000 }) : goodReply(text);
    },
    examiner: examiner(() => 0.7),
  });
  const round = beginRound(store, parts);
  await runRound(round, parts, never);
  return round.id;
}

function roundOf(store: Store, id: string) {
  const round = store.rounds.byId(id);
  if (!round) throw new Error(`no round ${id}`);
  return round;
}

function setWeights(store: Store): void {
  const entry = (n: number, share: number) => ({
    ...{ hotkey: hotkeyOf(n), registeredAtBlock: 10 + n, uid: n, score: 1, share },
  });
  store.weightIntents.create({
    ...{ id: 'intent', window: 'w', netuid: 2, mecid: 0, block: 90, epochIndex: 4, mode: 'plain', versionKey: 1 },
    ...{ uids: [2, 3], values: [65_535, 21_845], entries: [entry(2, 0.75), entry(3, 0.25)] },
    ...{ scoringVersion: '1', lastUpdateBefore: 0, createdMs: 1 },
  });
  store.weightIntents.recordOutcome({
    ...{ intentId: 'intent', atMs: 2, ok: true, block: 91, blockHash: '0x5b', extrinsicHash: '0x01' },
    ...{ errorCode: null, errorMessage: null, mode: 'plain' as const },
  });
  store.weightIntents.recordVerification({
    ...{ intentId: 'intent', atMs: 3, block: 92, match: false, uids: [2, 3], values: [1, 1] },
  });
}

describe('roundScalars', () => {
  it('tells a round in numbers: counts, means, gates, controls, places, and each miner', async () => {
    const { store } = freshStore();
    const id = await playRound(store);
    const scalars = roundScalars(roundOf(store, id), store);
    expect(scalars).toMatchObject({
      ...{ round: 1, block: 100, counted: 1, questions: 4, miners: 3, asked: 12, answered: 8 },
      ...{ 'quality/mean': 70, 'time/mean': 100, 'caps/all': 0, 'gates/all': 4, 'gates/injection': 4 },
      ...{ 'controls/passed': 1, 'controls/null/reward': 0, 'controls/reference/low': 0.63 },
      'leaderboard/1/uid': 2,
    });
    expect(scalars.answer_rate).toBeCloseTo(8 / 12);
    const two = `miner/${hotkeyOf(2)}`;
    expect(scalars).toMatchObject({
      ...{ [`${two}/uid`]: 2, [`${two}/reward`]: 0.7, [`${two}/quality`]: 70, [`${two}/answered`]: 1 },
      [`${two}/average`]: scalars['leaderboard/1/average'],
      [`miner/${hotkeyOf(4)}/answered`]: 0,
      [`miner/${hotkeyOf(4)}/incentive`]: 1,
    });
    expect(Object.keys(scalars)).not.toContain(`${two}/weight_meant`);
    expect(Object.values(scalars).every(Number.isFinite)).toBe(true);
  });

  it('tells weights meant beside weights on chain', async () => {
    const { store } = freshStore();
    const id = await playRound(store);
    setWeights(store);
    const of = (n: number) => `miner/${hotkeyOf(n)}`;
    expect(roundScalars(roundOf(store, id), store)).toMatchObject({
      ...{ 'weights/miners': 2, 'weights/block': 90, 'weights/match': 0 },
      ...{ [`${of(2)}/weight_meant`]: 0.75, [`${of(2)}/weight_on_chain`]: 0.5 },
      ...{ [`${of(3)}/weight_meant`]: 0.25, [`${of(3)}/weight_on_chain`]: 0.5 },
    });
  });

  it('holds nothing that anybody wrote', async () => {
    const { store } = freshStore();
    const id = await playRound(store);
    const text = JSON.stringify(roundScalars(roundOf(store, id), store));
    for (const { output } of store.responses.ofRound(id)) if (output) expect(text).not.toContain(output);
    for (const { askedText } of store.questions.ofRound(id)) expect(text).not.toContain(askedText);
  });
});

describe('the duty that spools rounds', () => {
  function spoolOf(dir: string): WandbSpool {
    return new WandbSpool({ dir, maxBytes: 1e6, runMs: 1e9, newRunId: String }, { log: silentLogger });
  }

  it('takes each closed round once and in order, beginning with those that close after its first start', async () => {
    const { store } = freshStore();
    await playRound(store);
    const spool = spoolOf(newFolder());
    const failures = new TelemetryFailures();
    const duty = new SpoolRounds({ everyMs: 1 }, { store, spool, clock: systemClock, log: silentLogger, failures });
    expect(duty.spoolNext()).toBe(false);
    expect(spool.size.lines).toBe(0);
    await playRound(store);
    await playRound(store);
    expect([duty.spoolNext(), duty.spoolNext(), duty.spoolNext()]).toEqual([true, true, false]);
    expect(spool.next(1e6)?.lines.map(({ round }) => round)).toEqual([2, 3]);
  });

  it('goes on when a round cannot be kept, tells of it once, and takes it in later', async () => {
    const { store } = freshStore();
    const spool = spoolOf(newFolder());
    const warnings: string[] = [];
    const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
    const failures = new TelemetryFailures();
    const parts = { store, clock: systemClock, log, failures };
    spool.startAfter(0);
    let full = true;
    const filling = new Proxy(spool, {
      get: (target, name) => {
        if (name === 'add' && full)
          return () => {
            throw new Error('ENOSPC');
          };
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const duty = new SpoolRounds({ everyMs: 1 }, { ...parts, spool: filling });
    await playRound(store);
    expect([duty.spoolNext(), duty.spoolNext()]).toEqual([false, false]);
    expect(warnings).toHaveLength(1);
    full = false;
    expect(duty.spoolNext()).toBe(true);
    expect(spool.size.lines).toBe(1);
  });
});

describe('openWandb', () => {
  async function open(args: readonly string[], env: Record<string, string> = {}) {
    await ready();
    const dir = newFolder();
    const argv = ['--netuid', '2', '--subtensor.network', 'local', '--data.dir', dir, '--health.port', 'off', ...args];
    const parsed = validatorConfig.parse({ argv, env, readText: () => null });
    if (parsed.kind !== 'run') throw new Error('expected options');
    const said: string[] = [];
    const log = {
      ...silentLogger,
      info: (message: string) => void said.push(message),
      warn: (message: string) => void said.push(message),
      child: () => log,
    };
    const { store } = freshStore();
    const signer = asHotkey(signerFromUri('//Validator'));
    const telemetry = { ...openTelemetry(parsed.config, false), log };
    const parts = { telemetry, store, signer, examiner: examiner(), uid: 1, env: process.env };
    return { duties: openWandb(parsed.config, parts), said, store, dir };
  }

  it.each<readonly [string, readonly string[], Record<string, string>, readonly string[], RegExp | null]>([
    ['is off by itself without a key, in one line', [], {}, [], /^wandb is off: no key is set$/],
    ['is off when told so, silently', ['--wandb.off'], { WANDB_API_KEY: 'k' }, [], null],
    ['keeps and sends with a key', [], { WANDB_API_KEY: 'k' }, ['wandb rounds', 'wandb upload'], null],
    ['only keeps when offline', ['--wandb.offline'], { WANDB_API_KEY: 'k' }, ['wandb rounds'], /kept for wandb/],
    ['only keeps when offline, also without a key', ['--wandb.offline'], {}, ['wandb rounds'], /kept for wandb/],
  ])('%s', async (_name, args, env, names, line) => {
    const { duties, said } = await open(args, env);
    expect(duties.map(({ name }) => name)).toEqual(names);
    expect(said).toEqual(line === null ? [] : [expect.stringMatching(line)]);
  });
});
