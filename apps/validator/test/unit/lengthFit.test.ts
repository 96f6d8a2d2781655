import type { ExaminedAnswer } from '@bettertherapy/judge';
import { describe, expect, it } from 'vitest';
import { runRound } from '../../src/round/runRound.js';
import {
  answerText,
  beginRound,
  examiner,
  freshStore,
  goodReply,
  hotkeyOf,
  neuron,
  never,
  roundParts,
} from './fixture.js';

const neurons = [2, 3, 4, 5, 6, 7].map((n) => neuron(n));

/** Rewards words: 0.1 for each factor of e. */
function wordy(seen: ExaminedAnswer[]) {
  const script = examiner((answer) => 0.2 + 0.1 * Math.log(answer.split(' ').length));
  const judge: typeof script.judge = async (answer, signal) => {
    seen.push(answer);
    const { row, ...rest } = await script.judge(answer, signal);
    const words = answer.answer.split(' ').length;
    return { ...rest, row: { ...row, details: { gate: { pass: true }, words } } };
  };
  return { ...script, judge };
}

/** Each miner twice as long as the one before it. */
const longer = async (target: { hotkey: string }, request: { prompt: string }) => {
  const at = neurons.findIndex((one) => one.hotkey === target.hotkey);
  const text = answerText(target.hotkey, request.prompt);
  return goodReply(Array.from({ length: at + 1 }, (_, i) => text.replaceAll(' ', `x${i} `)).join(' '));
};

describe('length control', () => {
  it('is fitted on the rounds before and handed to the judge with every answer', async () => {
    const { store } = freshStore();
    const seen: ExaminedAnswer[] = [];
    const parts = roundParts(store, { neurons, askOne: longer, examiner: wordy(seen) });
    const first = beginRound(store, parts);
    await runRound(first, parts, never);
    expect(store.lengthFits.ofRound(first.id)).toMatchObject({ fit: null });
    expect(seen.every((answer) => answer.lengthFit === null)).toBe(true);

    const before = seen.length;
    const second = beginRound(store, parts);
    await runRound(second, parts, never);
    const fit = store.lengthFits.ofRound(second.id)?.fit;
    expect(fit?.slope).toBeCloseTo(0.1, 6);
    expect(fit?.samples).toBe(24);
    expect(seen.slice(before)).toHaveLength(24);
    for (const answer of seen.slice(before)) expect(answer.lengthFit).toEqual(fit);
  });

  it('stays as it was when the round is resumed', async () => {
    const { store } = freshStore();
    const seen: ExaminedAnswer[] = [];
    const parts = roundParts(store, { neurons, askOne: longer, examiner: wordy(seen) });
    const round = beginRound(store, parts);
    const kept = { slope: 0.03, sd: 0.4, samples: 99 };
    store.lengthFits.keep({ roundId: round.id, fit: kept, fittedMs: 1 });
    await runRound(round, parts, never);
    expect(seen.map((answer) => answer.lengthFit)).toEqual(seen.map(() => kept));
    expect(seen.map(({ answer }) => answer).some((answer) => answer.startsWith(hotkeyOf(2).slice(2, 8)))).toBe(true);
  });

  it('learns nothing from capped and gated answers or another judge', async () => {
    const { store } = freshStore();
    const script = wordy([]);
    const capped: typeof script.judge = async (answer, signal) => {
      const { row, ...rest } = await script.judge(answer, signal);
      return { ...rest, row: { ...row, caps: [{ code: 'verbose', limit: 0.6 }] } };
    };
    const parts = roundParts(store, { neurons, askOne: longer, examiner: { ...script, judge: capped } });
    await runRound(beginRound(store, parts), parts, never);
    const next = { ...parts, examiner: script };
    const second = beginRound(store, next);
    await runRound(second, next, never);
    expect(store.lengthFits.ofRound(second.id)?.fit).toBeNull();
    const other = { ...parts, examiner: { ...script, manifestSha256: 'e'.repeat(64) } };
    const third = beginRound(store, other);
    await runRound(third, other, never);
    expect(store.lengthFits.ofRound(third.id)?.fit).toBeNull();
  });
});
