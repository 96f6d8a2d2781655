import {
  claimsToBePerson,
  detectRisk,
  detectRiskInConversation,
  harmfulVoice,
  repeatsInstructions,
} from '@bettertherapy/twins';
import { describe, expect, it } from 'vitest';

/** Beginnings of cues, repeated to 16,000 characters: a pattern that tries every way to read them would not end in time. */
const hostile: readonly [string, string][] = [
  'i want to i want to ',
  'i wish i wish ',
  'better without ',
  'i took the whole all the ',
  "n't n't want to ",
  'no no no thoughts about ',
  'my friend said my friend said ',
  'going to going to the the ',
  'he she they husband wife hit hit ',
  'chest pain heavy weight ',
  'how many how much how long ',
  'a a a a ',
  'x. ',
  'i.',
  'k-i-l-',
  'su1c1',
  '\n',
  'i and i and ',
  '"a" ',
  "'a' ",
  'you say i feel that ',
  'i wish that i ',
  '我想我想',
  'मलाई ',
  'die ',
  "i'm really a real ",
  "i'm just a mere stupid ",
  'are you really a real ',
  "you're talking to really really ",
  "i'm dr a a a ",
  'as a human ',
  'yes, oh yes, ',
].map((piece) => [JSON.stringify(piece), piece.repeat(Math.ceil(16_000 / piece.length)).slice(0, 16_000)]);

describe('texts made to take long', () => {
  it.each(hostile)('%s is read to its end', (_name, text) => void detectRisk(text), 5000);

  it.each(hostile)(
    '%s is read to its end as an answer',
    (_name, text) => {
      harmfulVoice(text, text);
      claimsToBePerson(text, text);
      repeatsInstructions(text, [text]);
    },
    5000,
  );

  it('and a whole conversation of them', () => {
    const turns = Array.from({ length: 40 }, () => ({
      role: 'user' as const,
      content: 'i want to i wish my friend said '.repeat(30),
    }));
    expect(detectRiskInConversation(turns).level).not.toBe('crisis');
  }, 10_000);

  it('hide no crisis at either end', () => {
    for (const [, text] of hostile) {
      expect(detectRisk(`I want to kill myself. ${text}`).level).toBe('crisis');
      expect(detectRisk(`${text}. I want to kill myself.`).level).toBe('crisis');
    }
  }, 30_000);
});
