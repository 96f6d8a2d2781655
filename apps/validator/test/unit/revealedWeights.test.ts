import { describe, expect, it } from 'vitest';
import { fail, intents, me, setUp, withScores } from './epochFixture.js';

describe('weights with commit-reveal', () => {
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
