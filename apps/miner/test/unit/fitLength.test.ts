import { countWords } from '@bettertherapy/twins';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitLength } from '../../src/answer/fitLength.js';
import { endsSentence, splitSentences } from '../../src/answer/sentences.js';

describe('fitLength', () => {
  it.each<[string, string, number, string]>([
    ['what fits stays', 'One two three. Four five.', 10, 'One two three. Four five.'],
    ['a sentence too many goes', 'One two three. Four five.', 4, 'One two three.'],
    ['an unfinished end goes', 'One two three. Four five', 10, 'One two three.'],
    ['a question closes a sentence', 'Are you safe? Call some', 10, 'Are you safe?'],
    ['a closing quote belongs to the sentence', 'She said "rest." Then she', 10, 'She said "rest."'],
    ['an abbreviation closes nothing', 'See Dr. Lee soon. Then eat', 10, 'See Dr. Lee soon.'],
    [
      'a lone unfinished sentence is closed at its last clause',
      'Rest well today, drink some water, and then',
      10,
      'Rest well today, drink some water.',
    ],
    ['a lone unfinished sentence without clauses is closed', 'Rest well and drink', 10, 'Rest well and drink.'],
    [
      'a first sentence too long is closed at a clause',
      'One two three four, five six seven eight.',
      6,
      'One two three four.',
    ],
    ['nothing stays nothing', '', 10, ''],
  ])('%s', (_name, text, words, expected) => expect(fitLength(text, words)).toBe(expected));

  it('never has more words than asked for, and always ends a sentence', () => {
    const word = fc.constantFrom('rest', 'well,', 'today.', 'Dr.', 'and', 'eat?', '"now."', 'soup;');
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 80 }), fc.integer({ min: 1, max: 60 }), (words, max) => {
        const fitted = fitLength(words.join(' '), max);
        return countWords(fitted) <= max && endsSentence(fitted);
      }),
    );
  });
});

it('sentences put together are the text again', () => {
  fc.assert(fc.property(fc.string(), (text) => splitSentences(text).join('') === text));
});
