import { RecordingTracer } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { paysAsMeant } from '../../src/epoch/compare.js';
import { type FakeChain, fail, intents, me, setUp, withScores } from './epochFixture.js';
import { hotkeyOf } from './fixture.js';

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
