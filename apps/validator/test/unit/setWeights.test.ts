import { CodedError, noTracer, silentLogger, type Tracer } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import { FakeClock, RecordingTracer } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { SetWeights } from '../../src/duties/setWeights.js';
import { paysAsMeant } from '../../src/epoch/compare.js';
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

function me(more: Partial<NonNullable<PayState['me']>> = {}): NonNullable<PayState['me']> {
  return { uid: 1, registeredAt: 11, permitted: true, lastUpdate: 12, ...more };
}

/** A chain of one validator: takes weights at once, or does with them what a test says. */
class FakeChain implements PayChain {
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

function fail(code: string): never {
  throw new CodedError(code, code, { remedy: 'none' });
}

/** Two miners with one round behind them. */
function withScores(store: Store, clock: FakeClock, voidReason: string | null = null): void {
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

function setUp(more: Partial<EpochOptions> = {}, tracer: Tracer = noTracer) {
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

const intents = (store: Store) => store.weightIntents.latest(10).map(({ intent }) => intent.state);

describe('the weight duty', () => {
  it('is one trace from the intent to what the chain holds', async () => {
    const tracer = new RecordingTracer();
    const { chain, clock, open, step } = setUp({}, tracer);
    withScores(open.store, clock);
    await step();
    chain.block += 8;
    await step();
    await step();
    const { id, window } = open.store.weightIntents.latest(1)[0]?.intent ?? {};
    expect(tracer.spans.map(({ name, parent, failure }) => [name, parent?.name ?? null, failure])).toEqual([
      ['weights', null, null],
      ['weights intent', 'weights', null],
      ['weights submit', 'weights', null],
      ['weights verify', null, null],
    ]);
    const [weights, , submit, verify] = tracer.spans;
    expect([weights?.options.traceOf, verify?.options.traceOf]).toEqual([id, id]);
    expect(weights?.attributes).toMatchObject({ 'bt.intent.window': window, 'bt.miners': 2, 'bt.outcome': 'set' });
    expect(submit?.attributes).toMatchObject({ 'bt.block': expect.any(Number) });
    expect(verify?.attributes).toMatchObject({ 'bt.outcome': 'verified' });
  });

  it('sets once per epoch, verifies what the chain holds, and sets again in the next', async () => {
    const { chain, clock, open, step } = setUp();
    withScores(open.store, clock);
    await step();
    expect(chain.sent).toBe(1);
    expect(chain.stored.uids).toEqual([2, 3]);
    chain.block += 8;
    await step();
    expect([chain.sent, intents(open.store)]).toEqual([1, ['verified']]);
    chain.nextEpoch();
    await step();
    expect(chain.sent).toBe(2);
  });

  it.each([
    ['it is not registered', (c: FakeChain) => Object.assign(c, { me: null }), 'not_registered'],
    ['it has no permit yet', (c: FakeChain) => Object.assign(c, { me: me({ permitted: false }) }), 'no_permit'],
    [
      'the rate limit holds',
      (c: FakeChain) => Object.assign(c, { me: me({ lastUpdate: 96 }), lastEpochBlock: 97 }),
      'rate_limit',
    ],
    [
      'the subnet asks for a newer build',
      (c: FakeChain) => Object.assign(c, { rules: { ...c.rules, versionKey: 99_000_000 } }),
      'version_too_old',
    ],
  ])('sends nothing while %s', async (_name, change, reason) => {
    const { chain, clock, open, step, states } = setUp();
    withScores(open.store, clock);
    change(chain);
    await step();
    expect([chain.sent, states]).toEqual([0, [reason]]);
    expect(intents(open.store)).toEqual([]);
  });

  it('sends nothing without scores, nor while the controls fail', async () => {
    const { chain, clock, open, step, states } = setUp();
    await step();
    withScores(open.store, clock);
    await clock.advance(1);
    withScores(open.store, clock, 'controls_failed');
    await step();
    expect([chain.sent, states]).toEqual([0, ['no_scores', 'controls_failing']]);
  });

  it('sends nothing while the exam of the judge does not allow it', async () => {
    const { chain, clock, open, step, states } = setUp();
    withScores(open.store, clock);
    open.hold = 'exam_failed';
    await step();
    open.hold = 'exam_pending';
    await step();
    expect([chain.sent, states]).toEqual([0, ['exam_failed', 'exam_pending']]);
    open.hold = null;
    await step();
    expect(chain.sent).toBe(1);
  });

  it('does not wait for the rate limit when it never set weights', async () => {
    const { chain, clock, open, step } = setUp();
    withScores(open.store, clock);
    chain.me = me({ lastUpdate: 0 });
    chain.block = 2;
    chain.lastEpochBlock = 1;
    await step();
    expect(chain.sent).toBe(1);
  });

  it('backs off after each refusal, and goes on until the window closes', async () => {
    const { chain, clock, open, step, states } = setUp();
    withScores(open.store, clock);
    chain.onSend = () => fail('CHAIN_NO_PERMIT');
    for (let i = 0; i < 12; i += 1) {
      await step();
      await clock.advance(i === 0 ? 900 : 60_000);
    }
    expect(chain.sent).toBe(11);
    expect(states.slice(0, 2)).toEqual(['refused', 'backing_off']);
    chain.onSend = (take) => take();
    await step();
    await step();
    expect([chain.sent, states.at(-1)]).toEqual([12, 'window_done']);
  });

  it('sends nothing in an epoch in which the chain has weights of it already, whoever sent them', async () => {
    const { chain, clock, open, step, states } = setUp();
    withScores(open.store, clock);
    chain.me = me({ lastUpdate: 95 });
    chain.rules = { ...chain.rules, rateLimitBlocks: 0 };
    await step();
    expect([chain.sent, states]).toEqual([0, ['window_done']]);
    chain.nextEpoch();
    await step();
    expect(chain.sent).toBe(1);
  });

  it('when the answer was lost, asks the chain before it sends again: they had landed', async () => {
    const { chain, clock, open, step, restart } = setUp();
    withScores(open.store, clock);
    chain.onSend = (take) => {
      take();
      fail('LOST');
    };
    await step();
    expect(intents(open.store)).toEqual(['intended']);
    await restart();
    chain.block += 7;
    await step();
    expect(chain.sent).toBe(1);
    await step();
    expect(intents(open.store)).toEqual(['verified']);
  });

  it('when the answer was lost, sends again only once they can no longer land', async () => {
    const { chain, clock, open, step, restart, states } = setUp();
    withScores(open.store, clock);
    chain.onSend = () => fail('LOST');
    await step();
    await restart();
    chain.block += 12;
    await step();
    expect([chain.sent, states.at(-1)]).toEqual([1, 'intent_open']);
    chain.block += 1;
    chain.onSend = (take) => take();
    await step();
    expect([chain.sent, states.at(-1), intents(open.store)]).toEqual([1, 'backing_off', ['failed']]);
    await clock.advance(1_000);
    await step();
    expect(chain.sent).toBe(2);
    expect(intents(open.store)).toEqual(['submitted', 'failed']);
  });

  it('when the process ended before it signed, sends at once', async () => {
    const { chain, clock, open, step, restart } = setUp();
    withScores(open.store, clock);
    const send = chain.send;
    chain.send = () => fail('LOST');
    await step();
    expect(intents(open.store)).toEqual(['intended']);
    await restart();
    chain.send = send;
    await step();
    await clock.advance(1_000);
    await step();
    expect([chain.sent, intents(open.store)]).toEqual([1, ['submitted', 'failed']]);
  });

  it('does not take the block of a new registration for that of its weights', async () => {
    const { chain, clock, open, step } = setUp();
    withScores(open.store, clock);
    chain.onSend = () => fail('LOST');
    await step();
    chain.block += 13;
    chain.me = me({ registeredAt: 105, lastUpdate: 105 });
    await step();
    expect(intents(open.store)).toEqual(['failed']);
  });

  describe('with commit-reveal', () => {
    async function committed() {
      const set = setUp();
      withScores(set.open.store, set.clock);
      set.chain.rules = { ...set.chain.rules, mode: 'timelocked' };
      set.chain.waits = true;
      let reveal: () => void = () => undefined;
      set.chain.onSend = (take) => {
        reveal = () => {
          const { me: before } = set.chain;
          take();
          // A reveal moves no LastUpdate; the commit did.
          set.chain.me = before;
        };
        set.chain.me = me({ lastUpdate: set.chain.block });
      };
      await set.step();
      return { ...set, reveal: () => reveal() };
    }

    it('sees the weights only after their reveal, which may come late in its epoch', async () => {
      const { chain, open, step, reveal } = await committed();
      await step();
      chain.nextEpoch();
      chain.me = me({ permitted: false, lastUpdate: 100 });
      await step();
      chain.block += 10;
      await step();
      expect(intents(open.store)).toEqual(['submitted']);
      reveal();
      chain.waits = false;
      await step();
      expect(intents(open.store)).toEqual(['verified']);
    });

    it('tells a commit that the chain dropped as soon as it is gone, and commits again for an earlier round', async () => {
      const { chain, open, step } = await committed();
      chain.nextEpoch();
      chain.waits = false;
      chain.block += 3;
      await step();
      expect(intents(open.store)).toEqual(['submitted', 'mismatch']);
      expect(chain.haste).toEqual([0, 1]);
    });

    it('tells a commit that was never opened when its epoch is over, although the next was opened in that block', async () => {
      const { chain, open, step } = await committed();
      chain.nextEpoch();
      await step();
      expect(intents(open.store)).toEqual(['submitted', 'submitted']);
      chain.nextEpoch();
      chain.history.set(chain.lastEpochBlock - 1, { uids: [3], values: [1] });
      await step();
      expect(intents(open.store)).toEqual(['submitted', 'submitted', 'mismatch']);
      expect(chain.haste).toEqual([0, 0, 1]);
    });

    it('finds an opened commit in the last block of its epoch, although the next one lies over it', async () => {
      const { chain, open, step } = await committed();
      const [intent] = open.store.weightIntents.latest(1);
      chain.nextEpoch();
      chain.nextEpoch();
      chain.history.set(chain.lastEpochBlock - 1, intent?.intent ?? { uids: [], values: [] });
      await step();
      expect(intents(open.store).at(-1)).toBe('verified');
    });

    it('knows the epoch of a commit whose answer was lost', async () => {
      const { chain, clock, open, step } = setUp();
      withScores(open.store, clock);
      chain.rules = { ...chain.rules, mode: 'timelocked' };
      chain.onSend = () => {
        chain.me = me({ lastUpdate: chain.block });
        fail('LOST');
      };
      await step();
      await step();
      expect(open.store.weightIntents.latest(1)[0]?.outcome).toMatchObject({ mode: 'timelocked', commitEpoch: 4 });
    });

    it('does not judge an epoch in which it did not run and that later weights lie over', async () => {
      const { chain, clock, open, step } = await committed();
      chain.nextEpoch();
      await clock.advance(1);
      await step();
      for (let i = 0; i < 3; i += 1) chain.nextEpoch();
      chain.stored = { uids: [3], values: [1] };
      await step();
      expect(intents(open.store).slice(1)).toEqual(['mismatch', 'superseded']);
    });
  });

  it('says so when the chain holds other weights than were set', async () => {
    const { chain, clock, open, step } = setUp();
    withScores(open.store, clock);
    await step();
    chain.stored = { uids: [3], values: [65_535] };
    await step();
    expect(intents(open.store)).toEqual(['submitted']);
    chain.block += 3;
    await step();
    expect(intents(open.store)).toEqual(['mismatch']);
  });

  it('reads the chain once where there is nothing to settle', async () => {
    const { chain, clock, open, step } = setUp();
    withScores(open.store, clock);
    await step();
    expect([chain.sent, chain.reads]).toEqual([1, 1]);
  });

  it('goes on after the chain could not be read', async () => {
    const { chain, clock, open, duty } = setUp();
    withScores(open.store, clock);
    const read = chain.state;
    chain.state = () => Promise.reject(new Error('down'));
    const stop = new AbortController();
    const running = duty()
      .run(stop.signal)
      .catch((reason) => reason);
    await clock.advance(2_500);
    chain.state = read;
    await clock.advance(1_000);
    expect(chain.sent).toBe(1);
    stop.abort('stopped');
    expect(await running).toBe('stopped');
  });
});

describe('what is stored and what was meant', () => {
  const seat = (uid: number, n: number, registeredAt = 10 + n) => ({ uid, hotkey: hotkeyOf(n), registeredAt });
  const neurons = [seat(0, 1), seat(1, 2), seat(2, 3), seat(3, 4)];
  const entry = (uid: number, n: number) => ({
    uid,
    hotkey: hotkeyOf(n),
    registeredAtBlock: 10 + n,
    score: 1,
    share: 1,
  });
  const intent = { uids: [1, 2], values: [5, 9], entries: [entry(1, 2), entry(2, 3)] };
  const trimmed = [seat(0, 1), seat(1, 3), seat(2, 4)];
  it.each([
    ['the same in another order', { uids: [2, 1], values: [9, 5] }, neurons, true],
    ['the same with a zero more', { uids: [1, 2, 3], values: [5, 9, 0] }, neurons, true],
    ['another value', { uids: [1, 2], values: [5, 8] }, neurons, false],
    ['one weight less', { uids: [1], values: [5] }, neurons, false],
    ['one weight more', { uids: [1, 2, 3], values: [5, 9, 1] }, neurons, false],
    ['a weight on a uid that is gone', { uids: [1, 2, 9], values: [5, 9, 1] }, neurons, false],
    ['a subnet trimmed and renumbered', { uids: [1], values: [9] }, trimmed, true],
    ['a uid registered anew after the set', intent, neurons.with(1, seat(1, 7, 101)), true],
    ['a uid registered anew before the set', intent, neurons.with(1, seat(1, 7, 99)), false],
  ])('%s', (_name, seen, now, expected) => {
    expect(paysAsMeant(intent, seen, { neurons: now, sentBlock: 100 })).toBe(expected);
  });
});
