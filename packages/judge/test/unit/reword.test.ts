import { ScriptedModel } from '@bettertherapy/llm';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Question, questionText } from '../../src/question.js';
import { checkRewording, reword, topUp } from '../../src/reword.js';
import { bankQuestion, scriptedJudge } from '../support/scripted.js';

let question: Question;
beforeAll(async () => {
  question = await bankQuestion('anxiety-01');
});

const GOOD =
  'About 2 times a week I get panic attacks while riding the train to work: my heart races, my hands tingle and I feel sure I am dying, and after 10 minutes it is gone. Last month a check of my heart came back normal. What should I do when one starts?';
const says = (text: string) => new ScriptedModel({ chat: () => text });

describe('checkRewording', () => {
  it('accepts a faithful rewording', () => expect(checkRewording(question, GOOD)).toBeNull());

  it.each<[string, () => string, string]>([
    ['nothing', () => ' ', 'empty'],
    ['the question itself', () => questionText(question), 'too_similar'],
    [
      'something else',
      () =>
        'My cat has been limping since Tuesday and does not eat much, so I wonder if I have to take her to the vet or if it can wait until my next free day at the end of the month?',
      'too_different',
    ],
    ['a change of numbers', () => GOOD.replace('10 minutes', '30 minutes'), 'numbers_changed'],
    ['a new risk', () => GOOD.replace('What should', 'Sometimes I want to kill myself. What should'), 'risk_changed'],
    ['a lost question', () => GOOD.replace(/What should.*$/u, 'That is how it goes for me.'), 'not_a_question'],
    [
      'another language',
      () =>
        'Etwa 2 Mal in der Woche bekomme ich im Zug zur Arbeit Panikattacken, mein Herz rast, meine Hände kribbeln, und nach 10 Minuten ist es vorbei. Was kann ich tun, wenn es wieder anfängt?',
      'wrong_language',
    ],
    ['advice', () => GOOD.replace('What should I do', 'You should see a doctor. What should I do'), 'gives_advice'],
    ['a summary', () => 'Panic attacks on the train 2 times, 10 minutes?', 'length'],
    ['an announcement', () => `Rewritten message: ${GOOD}`, 'not_plain'],
  ])('refuses %s', (_, text, fault) => expect(checkRewording(question, text())).toBe(fault));
});

describe('reword', () => {
  it('takes the model’s wording when it is valid, without quotes and announcement', async () => {
    const result = await reword(says(`Here is the rewritten message: "${GOOD}"`), question, 1, {});
    expect(result).toEqual({ text: GOOD, origin: 'model', refusedBecause: null, failure: null });
  });

  it('falls back to the authored paraphrase with the number of the seed, then to the question', async () => {
    const results = await Promise.all([0, 1].map((seed) => reword(says('I am here to help!'), question, seed, {})));
    expect(results.map((result) => result.text)).toEqual(question.paraphrases.slice(0, 2));
    expect(results[0]).toMatchObject({ origin: 'authored', refusedBecause: 'length' });
    const bare = await reword(says(''), { ...question, paraphrases: [] }, 3, {});
    expect(bare).toMatchObject({ text: questionText(question), origin: 'original', refusedBecause: 'empty' });
  });

  it('goes on when the model fails and says why, but not when the caller aborts', async () => {
    const broken = new ScriptedModel({
      chat: () => {
        throw new Error('out of memory');
      },
    });
    expect(await reword(broken, question, 0, {})).toMatchObject({
      origin: 'authored',
      failure: expect.stringContaining('out of memory'),
    });
    const stopped = { signal: AbortSignal.abort(new Error('stopped')) };
    await expect(reword(broken, question, 0, stopped)).rejects.toThrow('stopped');
  });

  it('every authored paraphrase of the bank is offered by the judge', async () => {
    const { judge } = scriptedJudge({ chat: () => '' });
    expect(question.paraphrases).toContain(await judge.paraphrase(question, undefined, 5));
  });
});

describe('topUp', () => {
  it('makes a private, unreviewed question whose rubric stays, and nothing from a text that loses the problem', async () => {
    const variant = await topUp(says(GOOD), question, 7);
    expect(variant).toMatchObject({
      id: 'anxiety-01-v7',
      reference: question.reference,
      rubric: question.rubric,
      visibility: 'private',
      review: { status: 'unreviewed' },
    });
    expect(variant && questionText(variant)).toBe(GOOD);
    expect(await topUp(says('What is the weather like?'), question, 7)).toBeNull();
  });
});
