import { CodedError, noTracer, silentLogger, type Tracer } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import { FakeClock } from '@bettertherapy/testkit';
import { SetWeights } from '../../src/duties/setWeights.js';
import type { EpochOptions, EpochParts } from '../../src/epoch/parts.js';
import type { PayChain, PayState } from '../../src/epoch/payChain.js';
import type { ExamHold } from '../../src/exam/startUpExam.js';
import { freshStore, hotkeyOf, never, self, storeAt } from './fixture.js';

const options: EpochOptions = {
  netuid: 2,
  mecid: 0,
  self,
  power: 4,
  versionKey: 12_001_000,
  firstBackoffMs: 1_000,
  maxBackoffMs: 60_000,
  enforceControls: true,
};

export function me(more: Partial<NonNullable<PayState['me']>> = {}): NonNullable<PayState['me']> {
  return { uid: 1, registeredAt: 11, permitted: true, lastUpdate: 12, ...more };
}

/** A chain of one validator: takes weights at once, or does with them what a test says. */
export class FakeChain implements PayChain {
  block = 100;
  epochIndex = 4;
  lastEpochBlock = 95;
  me: PayState['me'] = me();
  waits: boolean | null = null;
  history = new Map<number, { uids: readonly number[]; values: readonly number[] }>();
  haste: number[] = [];
  rules: PayState['rules'] = {
    rateLimitBlocks: 5,
    minAllowedWeights: 1,
    maxWeightsLimit: 65_535,
    versionKey: 0,
    mode: 'plain',
    revealPeriodEpochs: 1,
  };
  stored: { uids: readonly number[]; values: readonly number[] } = { uids: [], values: [] };
  sent = 0;
  onSend: (take: () => void) => void = (take) => take();

  reads = 0;

  state = async (): Promise<PayState> => ({
    block: this.seen(),
    epochIndex: this.epochIndex,
    lastEpochBlock: this.lastEpochBlock,
    neurons: this.neurons,
    me: this.me,
    rules: this.rules,
  });

  private seen(): number {
    this.reads += 1;
    return this.block;
  }

  neurons = [4, 1, 2, 3].map((n, uid) => ({ uid, hotkey: hotkeyOf(n), registeredAt: 10 + n }));

  weightsOf: PayChain['weightsOf'] = async (_uid, _signal, atBlock) =>
    atBlock === undefined ? this.stored : (this.history.get(atBlock) ?? this.stored);

  commitWaits = async () => this.waits;

  /** The next epoch begins in the next block. */
  nextEpoch(): void {
    this.block += 20;
    this.epochIndex += 1;
    this.lastEpochBlock = this.block;
  }

  send: PayChain['send'] = async ({ uids, values, haste, onSigned }) => {
    this.sent += 1;
    this.haste.push(haste);
    onSigned({ extrinsicHash: '0xbb', validUntil: this.block + 12 });
    this.onSend(() => {
      this.stored = { uids, values };
      if (this.me) this.me = { ...this.me, lastUpdate: this.block };
    });
    const { mode } = this.rules;
    const sealed = mode === 'timelocked';
    return {
      ...{ block: this.block, blockHash: '0xaa', extrinsicHash: '0xbb', mode },
      ...{ revealRound: sealed ? 77 : null, revealBlock: sealed ? this.block + 20 : null },
      commitEpoch: sealed ? this.epochIndex : null,
    };
  };

  mayHaveLanded = (error: unknown): boolean => error instanceof CodedError && error.code === 'LOST';
}

export function fail(code: string): never {
  throw new CodedError(code, code, { remedy: 'none' });
}

/** Two miners with one round behind them. */
export function withScores(store: Store, clock: FakeClock, voidReason: string | null = null): void {
  const round = store.rounds.begin({
    id: `r${clock.wallMs()}`,
    startedMs: clock.wallMs(),
    block: 1,
    blockHash: '0x1',
    seed: 's',
  });
  for (const stage of ['plan', 'query', 'collect', 'gate', 'judge', 'score', 'fold'] as const) {
    store.rounds.enterStage({ roundId: round.id, stage, nowMs: clock.wallMs() });
    if (stage !== 'fold') store.rounds.finishStage({ roundId: round.id, stage, outcome: {}, nowMs: clock.wallMs() });
  }
  store.averages.closeRound({
    roundId: round.id,
    results: [2, 3].map((n) => ({
      hotkey: hotkeyOf(n),
      registeredAtBlock: 10 + n,
      mean: 20 * n,
      asked: 4,
      answered: 4,
    })),
    fold: (_state, mean) => ({ ema: mean, rounds: 1 }),
    voidReason,
    outcome: {},
    nowMs: clock.wallMs(),
  });
}

export function setUp(more: Partial<EpochOptions> = {}, tracer: Tracer = noTracer) {
  const { store, file } = freshStore();
  const chain = new FakeChain();
  const clock = new FakeClock();
  const states: string[] = [];
  let ids = 0;
  const parts = (): EpochParts & { report: (ok: boolean, state: string) => void } => ({
    options: { ...options, ...more },
    store: open.store,
    chain,
    clock,
    log: silentLogger,
    tracer,
    metrics: null,
    newId: () => {
      ids += 1;
      return `w${ids}`;
    },
    examHold: () => open.hold,
    report: (_ok, state) => states.push(state),
  });
  const open: { store: Store; hold: ExamHold | null } = { store, hold: null };
  const duty = () => new SetWeights({ pollMs: () => 1_000 }, parts());
  const restart = async () => {
    await open.store.close();
    open.store = storeAt(file);
  };
  return { chain, clock, states, open, duty, restart, step: () => duty().step(never) };
}

export const intents = (store: Store) => store.weightIntents.latest(10).map(({ intent }) => intent.state);
