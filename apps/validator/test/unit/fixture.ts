import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Metagraph, MetagraphNeuron } from '@bettertherapy/chain';
import {
  encodeSs58,
  type Hotkey,
  noTracer,
  parseColdkey,
  parseHotkey,
  silentLogger,
  type Tracer,
} from '@bettertherapy/core';
import type { Examiner } from '@bettertherapy/judge';
import { type Question, questionSchema } from '@bettertherapy/judge';
import { migrate, openStore, type Store } from '@bettertherapy/store';
import { FakeClock, temporaryFolder } from '@bettertherapy/testkit';
import { afterEach } from 'vitest';
import type { AskCall, AskMany, AskReply } from '../../src/round/askMany.js';
import type { RoundOptions, RoundParts } from '../../src/round/parts.js';

export const repositoryRoot = resolve(import.meta.dirname, '../../../..');
export const migrationsDir = join(repositoryRoot, 'migrations');

const cleanups: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export function onEnd(cleanup: () => void | Promise<void>): void {
  cleanups.push(cleanup);
}

export const hotkeyOf = (n: number): Hotkey => parseHotkey(encodeSs58(new Uint8Array(32).fill(n)));
export const self = hotkeyOf(1);

export const bank: Question[] = readFileSync(join(repositoryRoot, 'packages/judge/bank/questions.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => questionSchema.parse(JSON.parse(line)));

export function neuron(n: number, more: Partial<MetagraphNeuron> = {}): MetagraphNeuron {
  return {
    uid: n,
    hotkey: hotkeyOf(n),
    coldkey: parseColdkey(encodeSs58(new Uint8Array(32).fill(100 + n))),
    axon: { ip: `10.0.0.${n}`, port: 8091, ipType: 4, version: 12_001_000, protocol: 4, block: 1 },
    active: true,
    validatorPermit: false,
    lastUpdate: 0,
    emission: 0n,
    dividends: 0,
    incentive: 0,
    consensus: 0,
    registeredAt: 10 + n,
    alphaStake: 0n,
    taoStake: 0n,
    totalStake: 0n,
    ...more,
  };
}

export function metagraphOf(neurons: readonly MetagraphNeuron[]): Metagraph {
  return {
    netuid: 2,
    mecid: 0,
    block: 100,
    blockHash: '0x64',
    tempo: 20,
    lastStep: 90,
    blocksSinceLastStep: 10,
    maxUids: 256,
    ownerHotkey: self,
    ownerColdkey: neuron(1).coldkey,
    neurons,
  };
}

export function storeAt(file: string, tracer?: Tracer): Store {
  const identity = { genesis: '0x00', netuid: 2, hotkey: self };
  const store = openStore({ file, migrationsDir, identity }, { tracer });
  onEnd(() => store.close());
  return store;
}

export function freshStore(tracer?: Tracer): { store: Store; file: string } {
  const folder = temporaryFolder('validator');
  onEnd(() => folder.remove());
  const file = join(folder.path, 'validator.sqlite');
  migrate({ file, migrationsDir });
  return { store: storeAt(file, tracer), file };
}

export const goodReply = (text: string, more: Partial<AskReply> = {}): AskReply => ({
  ok: true,
  statusCode: 200,
  statusMessage: 'Success',
  output: text,
  responseMs: 1500,
  protocol: 'btauth1',
  axonProcessMs: 1400,
  ...more,
});

export const deadReply: AskReply = {
  ok: false,
  statusCode: 408,
  statusMessage: 'timeout',
  output: null,
  responseMs: 40_000,
  protocol: 'btauth1',
  axonProcessMs: null,
};

/** An answer that is unlike all others: words that spell who and what. */
export const answerText = (miner: string, prompt: string): string =>
  Array.from({ length: 40 }, (_, i) => `${miner.slice(2, 8)}${i}${digest(prompt)}`).join(' ');

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

export type AskOne = (target: AskCall['target'], request: AskCall['request']) => Promise<AskReply>;

/** Asks one by one at the same time, as the dendrite does. */
const askManyBy =
  (askOne: AskOne): AskMany =>
  (calls, { onReply }) =>
    Promise.all(calls.map(async ({ target, request }, at) => onReply(await askOne(target, request), at)));

/** Judges by a number in the answer, so that tests choose rewards. */
export function examiner(rewardOf: (answer: string) => number | null = () => 0.7): Examiner & { judged: string[] } {
  const judged: string[] = [];
  return {
    judged,
    modelName: 'scripted',
    manifestSha256: 'f'.repeat(64),
    manifest: { modelName: 'scripted' },
    gate: ({ answer }) =>
      answer.includes('CHEAT')
        ? { pass: false, reason: 'injection', strike: true, result: { pass: false } }
        : { pass: true, reason: null, strike: false, result: { pass: true } },
    judge: async ({ answer }) => {
      judged.push(answer);
      const reward = rewardOf(answer);
      return {
        gateReason: null,
        strike: false,
        row: {
          manifestSha256: 'f'.repeat(64),
          reward,
          rubric: reward,
          facts: null,
          lengthAdjustment: 0,
          caps: [],
          details: {},
          items: [
            {
              itemId: 'rel',
              text: 'answers',
              points: 6,
              critical: false,
              p: reward ?? 0.5,
              mass: 1,
              undecided: reward === null,
            },
          ],
          versus: { levels: [0, 0, 1, 0, 0], value: reward },
        },
      };
    },
    probe: async () => undefined,
    controlKinds: ['reference', 'null'],
    control: async (kind, question) => {
      const [reward, low, high] = kind === 'null' ? ([0, 0, 0.05] as const) : ([0.7, 0.63, 0.77] as const);
      return { kind, bankId: question.id, reward, low, high, pass: true };
    },
    paraphrase: async (question) => question.turns.at(-1)?.text ?? '',
    variant: async () => null,
  };
}

export const defaultOptions: RoundOptions = {
  netuid: 2,
  self,
  questions: 4,
  deadlineMs: 40_000,
  alpha: 0.1,
  maxPerIp: 14,
  maxPerColdkey: 15,
  stakeLimit: 4096n * 10n ** 9n,
  privateIps: true,
  maxMiners: 256,
  newcomerRounds: 10,
  reaskWithinMs: 300_000,
  maxAttempts: 3,
  enforceControls: true,
  organicShare: 0.2,
};

let ids = 0;

export function roundParts(
  store: Store,
  more: Partial<RoundParts> & { readonly neurons?: readonly MetagraphNeuron[]; readonly askOne?: AskOne } = {},
): RoundParts & { readonly clock: FakeClock } {
  const clock = new FakeClock();
  const { neurons, askOne, ...parts } = more;
  const graph = metagraphOf(neurons ?? [neuron(1), neuron(2), neuron(3)]);
  const answers: AskOne = async (target, request) => goodReply(answerText(target.hotkey, request.prompt));
  return {
    options: defaultOptions,
    store,
    metagraph: async () => graph,
    bank,
    askMany: askManyBy(askOne ?? answers),
    examiner: examiner(),
    // Stages sleep 0 ms between chunks; a clock that never waits keeps these tests in real time.
    log: silentLogger,
    tracer: noTracer,
    metrics: null,
    refused: null,
    isPassing: () => false,
    isFatal: () => false,
    newId: () => {
      ids += 1;
      return `id-${String(ids).padStart(8, '0')}`;
    },
    ...parts,
    clock: Object.assign(clock, { sleep: () => Promise.resolve() }),
  };
}

export const never = new AbortController().signal;

export function beginRound(store: Store, parts: RoundParts, id = parts.newId()) {
  return store.rounds.begin({ id, startedMs: parts.clock.wallMs(), block: 100, blockHash: '0x64', seed: `seed-${id}` });
}
