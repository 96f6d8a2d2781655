import { CodedError, silentLogger } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import { FakeClock } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { SetWeights } from '../../src/duties/setWeights.js';
import type { EpochOptions, EpochParts } from '../../src/epoch/parts.js';
import type { PayChain, PayState } from '../../src/epoch/payChain.js';
import { sameWeights } from '../../src/epoch/verify.js';
import { freshStore, hotkeyOf, never, self, storeAt } from './fixture.js';

const options: EpochOptions = {
  netuid: 2,
  mecid: 0,
  self,
  power: 4,
  versionKey: 12_001_000,
  maxAttempts: 3,
  firstBackoffMs: 1_000,
  maxBackoffMs: 60_000,
  enforceControls: true,
};

/** A chain of one validator: takes weights at once, or does with them what a test says. */
class FakeChain implements PayChain {
  readonly mortalityBlocks = 64;
  block = 100;
  epochIndex = 4;
  me: PayState['me'] = { uid: 1, permitted: true, lastUpdate: 10 };
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
    neurons: [1, 2, 3].map((n) => ({ uid: n, hotkey: hotkeyOf(n), registeredAt: 10 + n })),
    me: this.me,
    rules: this.rules,
  });

  private seen(): number {
    this.reads += 1;
    return this.block;
  }

  weightsOf = async () => this.stored;

  send: PayChain['send'] = async ({ uids, values }) => {
    this.sent += 1;
    this.onSend(() => {
      this.stored = { uids, values };
      if (this.me) this.me = { ...this.me, lastUpdate: this.block };
    });
    return { block: this.block, blockHash: '0xaa', extrinsicHash: '0xbb' };
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

function setUp(more: Partial<EpochOptions> = {}) {
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
    metrics: null,
    newId: () => {
      ids += 1;
      return `w${ids}`;
    },
    report: (_ok, state) => states.push(state),
  });
  const open = { store };
  const duty = () => new SetWeights({ pollMs: () => 1_000 }, parts());
  const restart = async () => {
    await open.store.close();
    open.store = storeAt(file);
  };
  return { chain, clock, states, open, duty, restart, step: () => duty().step(never) };
}

const intents = (store: Store) => store.weightIntents.latest(10).map(({ intent }) => intent.state);

describe('the weight duty', () => {
  it('sets once per epoch, verifies what the chain holds, and sets again in the next', async () => {
    const { chain, clock, open, step } = setUp();
    withScores(open.store, clock);
    await step();
    expect(chain.sent).toBe(1);
    expect(chain.stored.uids).toEqual([2, 3]);
    chain.block += 8;
    await step();
    expect([chain.sent, intents(open.store)]).toEqual([1, ['verified']]);
    chain.epochIndex += 1;
    await step();
    expect(chain.sent).toBe(2);
  });

  it.each([
    ['it is not registered', (c: FakeChain) => Object.assign(c, { me: null }), 'not_registered'],
    [
      'it has no permit yet',
      (c: FakeChain) => Object.assign(c, { me: { uid: 1, permitted: false, lastUpdate: 0 } }),
      'no_permit',
    ],
    [
      'the rate limit holds',
      (c: FakeChain) => Object.assign(c, { me: { uid: 1, permitted: true, lastUpdate: 96 } }),
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

  it('does not wait for the rate limit when it never set weights', async () => {
    const { chain, clock, open, step } = setUp();
    withScores(open.store, clock);
    chain.me = { uid: 1, permitted: true, lastUpdate: 0 };
    chain.block = 2;
    await step();
    expect(chain.sent).toBe(1);
  });

  it('backs off after a refusal and gives the window up after a few', async () => {
    const { chain, clock, open, step, states } = setUp();
    withScores(open.store, clock);
    chain.onSend = () => fail('CHAIN_NO_PERMIT');
    for (let i = 0; i < 10; i += 1) {
      await step();
      await clock.advance(i === 0 ? 900 : 60_000);
    }
    expect(chain.sent).toBe(3);
    expect(states[1]).toBe('backing_off');
    expect(states.at(-1)).toBe('window_given_up');
    expect(intents(open.store)).toEqual(['failed', 'failed', 'failed']);
    chain.onSend = (take) => take();
    chain.epochIndex += 1;
    await step();
    expect(chain.sent).toBe(4);
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
    // Its 64 blocks began when it was signed, a few after the intent.
    chain.block += 64 + 8;
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

  it('sees timelocked weights only after their reveal', async () => {
    const { chain, clock, open, step } = setUp();
    withScores(open.store, clock);
    chain.rules = { ...chain.rules, mode: 'timelocked' };
    let revealed: () => void = () => undefined;
    chain.onSend = (take) => {
      revealed = take;
    };
    await step();
    await step();
    expect(intents(open.store)).toEqual(['submitted']);
    chain.epochIndex += 1;
    chain.me = { uid: 1, permitted: true, lastUpdate: chain.block };
    await step();
    expect(intents(open.store)).toEqual(['submitted']);
    revealed();
    await step();
    expect(intents(open.store)).toEqual(['verified']);
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

describe('two weight vectors', () => {
  it.each([
    ['in another order', { uids: [3, 2], values: [5, 9] }, true],
    ['with a zero more', { uids: [2, 3, 4], values: [9, 5, 0] }, true],
    ['with another value', { uids: [2, 3], values: [9, 6] }, false],
    ['with one less', { uids: [2], values: [9] }, false],
  ])('%s are the same: %s', (_name, other, expected) => {
    expect(sameWeights({ uids: [2, 3], values: [9, 5] }, other)).toBe(expected);
  });
});
