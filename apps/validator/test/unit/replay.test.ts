import { describe, expect, it } from 'vitest';
import { runRound } from '../../src/round/runRound.js';
import {
  type AskOne,
  answerText,
  bank,
  beginRound,
  defaultOptions,
  freshStore,
  goodReply,
  hotkeyOf,
  neuron,
  never,
  roundParts,
} from './fixture.js';

const canned = Array.from({ length: 40 }, (_, i) => `canned${i}`).join(' ');
const cheat = hotkeyOf(2);
const askOne: AskOne = async (target, request) =>
  goodReply(target.hotkey === cheat ? canned : answerText(target.hotkey, `${request.prompt} ${request.requestId}`));

describe('an answer given before to another question', () => {
  const options = { ...defaultOptions, questions: 1 };
  const neurons = [neuron(2), neuron(3)];

  async function rounds(ids: readonly string[], laterMs = 60_000) {
    const { store } = freshStore();
    const results = [];
    for (const id of ids) {
      const parts = roundParts(store, {
        neurons,
        askOne,
        options,
        bank: bank.filter((question) => question.id === id),
      });
      await parts.clock.advance(laterMs * results.length);
      await runRound(beginRound(store, parts), parts, never);
      const answers = store.journal.newest()?.answers ?? [];
      results.push(answers.map(({ miner, refusedBy, total }) => ({ cheat: miner === cheat, refusedBy, total })));
    }
    return { store, results };
  }

  it('earns nothing, says so in the journal, is no strike, and costs others nothing', async () => {
    const { store, results } = await rounds(['sleep-01', 'grief-01']);
    expect(results[0]).toContainEqual({ cheat: true, refusedBy: null, total: 79 });
    expect(results[1]).toContainEqual({ cheat: true, refusedBy: 'gate:replayed', total: 0 });
    expect(results[1]).toContainEqual({ cheat: false, refusedBy: null, total: 79 });
    expect(store.strikes.of(cheat, 12)).toEqual([]);
  });

  it('may be given again to the same question', async () => {
    const { results } = await rounds(['sleep-01', 'sleep-01']);
    expect(results[1]).toContainEqual({ cheat: true, refusedBy: null, total: 79 });
  });

  it('is forgotten after 30 days', async () => {
    const { results } = await rounds(['sleep-01', 'grief-01'], 31 * 24 * 60 * 60_000);
    expect(results[1]).toContainEqual({ cheat: true, refusedBy: null, total: 79 });
  });

  it('is found within one round as well, and one of them counts', async () => {
    const { store } = freshStore();
    const parts = roundParts(store, { neurons, askOne });
    await runRound(beginRound(store, parts), parts, never);
    const own = store.journal.newest()?.answers.filter(({ miner }) => miner === cheat) ?? [];
    expect(own.map(({ refusedBy }) => refusedBy).sort()).toEqual([...Array(3).fill('gate:replayed'), null]);
  });
});
