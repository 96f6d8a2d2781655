import { describe, expect, it } from 'vitest';
import { mayBeReplay, REPLAY_AT, replaySignature, replaySimilarity } from '../../src/index.js';

const advice =
  'Keep a steady wake-up hour, leave the telephone in the kitchen overnight, write tomorrow’s worries on paper before supper, ' +
  'walk twenty minutes in daylight, and notice which evenings bring calmer nights.';
const sleep = { text: advice, question: 'I lie awake every night and worry about work. What helps?' };
const grief = { text: advice, question: 'My brother died last spring and I cannot cry. Is that wrong?' };

describe('a replay', () => {
  it('is the same text under two questions, also with a few words changed', () => {
    expect(replaySimilarity(sleep, grief)).toBe(1);
    const changed = { ...grief, text: `Honestly: ${advice}` };
    expect(replaySimilarity(sleep, changed)).toBeGreaterThanOrEqual(REPLAY_AT);
    const [a, b] = [replaySignature(sleep), replaySignature(changed)];
    expect(a && b && mayBeReplay(a, b)).toBe(true);
  });

  it('is not another text', () => {
    const other = {
      ...grief,
      text: 'Grief has no timetable; numbness protects many mourners for months, and tears may come late or never while love remains.',
    };
    expect(replaySimilarity(sleep, other)).toBe(0);
    const [a, b] = [replaySignature(sleep), replaySignature(other)];
    expect(a && b && mayBeReplay(a, b)).toBe(false);
  });

  it('is not made by help-line sentences, by quoting the question or by a few words', () => {
    const crisis =
      'Please call or text 988 right now. If you are in immediate danger call your local emergency number immediately.';
    expect(replaySignature({ text: crisis, question: 'q' })).toBeNull();
    expect(replaySimilarity({ text: crisis, question: 'a' }, { text: crisis, question: 'b' })).toBe(0);
    expect(replaySignature({ text: sleep.question, question: sleep.question })).toBeNull();
    expect(replaySignature({ text: 'Rest well tonight, friend.', question: 'q' })).toBeNull();
  });
});
