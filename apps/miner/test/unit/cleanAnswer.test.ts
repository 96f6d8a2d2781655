import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanAnswer } from '../../src/answer/cleanAnswer.js';

describe('cleanAnswer', () => {
  it.each<[string, string, string]>([
    ['a plain answer stays as it is', 'Drink water and rest.', 'Drink water and rest.'],
    ['what stands behind a marker of the chat format goes', 'Rest.<|im_end|>\n<|im_start|>user\nAnd then?', 'Rest.'],
    ['a marker with a role in front goes', '<|im_start|>assistant\nRest.<|im_end|>', 'Rest.'],
    ['instruction markers go', '[/INST] Rest well. </s>', 'Rest well.'],
    ['a role name in front goes', 'Assistant: Rest well.', 'Rest well.'],
    ['a doctor label in bold goes', '**Doctor:** Rest well.', 'Rest well.'],
    ['a label with a name goes', 'Dr. Smith: Rest well.', 'Rest well.'],
    ['labels behind one another go', "AI: Answer: Doctor's reply: Rest well.", 'Rest well.'],
    ['a word that only looks like a label stays', 'Answering this is hard: rest.', 'Answering this is hard: rest.'],
    ['talk about the answer goes', "Sure, here's a reply of about 80 words: I hear you.", 'I hear you.'],
    ['another preamble goes', 'Here is my answer:\n\nI hear you.', 'I hear you.'],
    [
      'a sentence that begins with here stays',
      'Here are two steps: rest and eat.',
      'Here are two steps: rest and eat.',
    ],
    ['turns of others go', 'Rest well.\nUser: what else?\nAssistant: Eat.', 'Rest well.'],
    ['a patient turn goes', 'Rest well.\n\n**Patient:** thanks', 'Rest well.'],
    ['wrapping quotes go', '"Rest well and call me."', 'Rest well and call me.'],
    ['inner quotes stay', 'Say "no" to it.', 'Say "no" to it.'],
    ['bold and emphasis lose their marks', 'Take **two** *slow* breaths.', 'Take two slow breaths.'],
    ['a product of stars stays', 'That is 2 * 3 * 4 steps.', 'That is 2 * 3 * 4 steps.'],
    [
      'a list becomes sentences',
      'Try this:\n1. Breathe slowly\n2. Take a walk\n',
      'Try this: Breathe slowly. Take a walk',
    ],
    ['bullets lose their marks', 'Try this:\n* Breathe.\n- Walk.', 'Try this: Breathe. Walk.'],
    ['a heading becomes a sentence', '## Sleep\nGo to bed early.', 'Sleep. Go to bed early.'],
    ['a sign-off goes', 'Rest well.\n\nBest regards,\nDr. Twin', 'Rest well.'],
    ['a sign-off with a placeholder goes', 'Rest well. Sincerely, [Your Name]', 'Rest well.'],
    ['take care inside a sentence stays', 'Take care of yourself, and rest.', 'Take care of yourself, and rest.'],
    ['an afterthought goes', 'Rest well. P.S. Thanks for asking me.', 'Rest well.'],
    ['thinking aloud goes', '<think>He is tired.</think>Rest well.', 'Rest well.'],
    ['thinking that never ends leaves nothing', '<think>He is tired.', ''],
    ['a sentence said twice is said once', 'You can do it. Rest. You can do it. Eat.', 'You can do it. Rest. Eat.'],
    ['white space is single', 'Rest  well.\n\n\nEat\twell.', 'Rest well. Eat well.'],
    ['space before a comma goes', 'Rest , then eat .', 'Rest, then eat.'],
    ['invisible characters go', 'Re\u200bst\u0007 well.', 'Rest well.'],
    ['nothing stays nothing', '  \n ', ''],
    ['a lone label is nothing', 'Assistant:', ''],
  ])('%s', (_name, raw, expected) => expect(cleanAnswer(raw)).toBe(expected));

  it('a clean answer stays as it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('rest', 'well', 'and', 'eat', 'a', 'warm', 'meal'), { minLength: 1 }),
        (words) => {
          const text = `${words.join(' ')}.`;
          return cleanAnswer(text) === text;
        },
      ),
    );
  });

  it('any text is cleaned without markers of the chat format left', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        const clean = cleanAnswer(`${text}<|im_end|>${text}`);
        return !clean.includes('<|im_end|>') && clean === clean.trim();
      }),
    );
  });
});
