import { CodedError } from '@bettertherapy/core';
import { ANSWER_WORDS, countWords, namesCrisisHelp } from '@bettertherapy/twins';
import { describe, expect, it } from 'vitest';
import { CRISIS, GOOD, make, type Say, SENTENCE } from './answererFixture.js';

describe('Answerer', () => {
  it('asks the model as the persona and bounds the answer', async () => {
    const { ask, requests, events } = make(() => GOOD.repeat(5));
    const output = await ask('I sleep badly.');
    expect(countWords(output)).toBeLessThanOrEqual(ANSWER_WORDS.max);
    expect(countWords(output)).toBeGreaterThanOrEqual(ANSWER_WORDS.min);
    expect(output.endsWith('.')).toBe(true);
    expect(requests[0]?.messages).toEqual([
      { role: 'system', content: 'You are a kind doctor.' },
      { role: 'user', content: 'I sleep badly.' },
    ]);
    expect(events).toEqual(['ok']);
  });

  it('tries once more after an empty answer', async () => {
    const { ask, events } = make((_request, _signal, nth) => (nth === 1 ? '' : GOOD));
    expect(countWords(await ask('I sleep badly.'))).toBeGreaterThanOrEqual(50);
    expect(events).toEqual(['retried', 'ok']);
  });

  it('keeps the longer of a short answer and its second try', async () => {
    const { ask, requests } = make((_request, _signal, nth) => (nth === 1 ? SENTENCE : 'Rest.'));
    expect(await ask('I sleep badly.')).toBe(SENTENCE.trim());
    expect(requests).toHaveLength(2);
  });

  it('the second try is not greedy and asks for length', async () => {
    const { ask, requests } = make(() => SENTENCE);
    await ask('I sleep badly.');
    expect(requests[1]?.sampling?.temperature).toBeGreaterThan(0);
    expect(requests[1]?.messages[0]?.content).toContain('90 words');
  });

  it('a second try that fails leaves the first answer', async () => {
    const { ask } = make((_request, _signal, nth) => {
      if (nth === 2) throw new Error('model died');
      return SENTENCE;
    });
    expect(await ask('I sleep badly.')).toBe(SENTENCE.trim());
  });

  it('an empty answer twice is a typed refusal, never blank text', async () => {
    const { ask, events } = make(() => '<|im_end|>');
    await expect(ask('I sleep badly.')).rejects.toMatchObject({ code: 'MINER_EMPTY_ANSWER' });
    expect(events).toEqual(['retried', 'empty']);
  });

  it.each([
    ['speaks of its own wish to die', 'I am afraid of the future, and I have no desire to live.'],
    ['claims that a person speaks', 'I am a human being, and not a bot.'],
    ['repeats what it was told', 'You are the AI twin of a doctor; say so when asked.'],
  ])('what the model says is given to nobody when it %s: it is asked once more', async (_, words) => {
    const { ask, events } = make((_request, _signal, nth) => (nth === 1 ? `${GOOD}${words}` : GOOD));
    expect(await ask('I sleep badly.')).not.toContain(words.slice(0, 20));
    expect(events).toEqual(['retried', 'ok']);
    const stubborn = make(() => `${GOOD}${words}`);
    await expect(stubborn.ask('I sleep badly.')).rejects.toMatchObject({ code: 'MINER_EMPTY_ANSWER' });
    expect(namesCrisisHelp(await stubborn.ask(CRISIS), ['self_harm'])).toBe(true);
  });

  it('a blank question is refused without asking the model', async () => {
    const { ask, requests } = make(() => GOOD);
    await expect(ask(' \n ')).rejects.toMatchObject({ code: 'MINER_EMPTY_QUESTION' });
    expect(requests).toHaveLength(0);
  });

  it('an overloaded model reads as a full queue', async () => {
    const { ask } = make(() => {
      throw new CodedError('LLM_OVERLOADED', 'busy', { remedy: 'Wait.' });
    });
    await expect(ask('I sleep badly.')).rejects.toMatchObject({ code: 'CORE_QUEUE_FULL' });
  });

  it('a model that is too slow ends at the deadline of the caller', async () => {
    const { ask, events } = make(() => new Promise(() => undefined));
    await expect(ask('I sleep badly.', 300)).rejects.toMatchObject({ code: 'CORE_DEADLINE_EXCEEDED' });
    expect(events).toEqual(['timeout']);
  });

  it('what the model has said at the deadline is used, up to its last full sentence', async () => {
    const { ask } = make(() => '', { slow: `${SENTENCE}${SENTENCE.replace('hard', 'heavy')}And then you` });
    expect(await ask('I sleep badly.', 1_500)).toBe(`${SENTENCE}${SENTENCE.replace('hard', 'heavy').trim()}`);
  });

  it('a model that is gone for good is reported, so that the process can start anew', async () => {
    const { ask, events } = make(() => {
      throw new CodedError('LLM_WORKER_GAVE_UP', 'dead', { remedy: 'Look at the log.' });
    });
    await expect(ask('I sleep badly.')).rejects.toMatchObject({ code: 'LLM_WORKER_GAVE_UP' });
    expect(events).toEqual(['lost LLM_WORKER_GAVE_UP', 'error']);
  });

  it('answers that the model could not give are counted until it gives one, those that others are to blame for are not', async () => {
    const fault = (code: string) => new CodedError(code, 'failed', { remedy: 'None.' });
    const turns: (string | Error)[] = [
      fault('LLM_REMOTE_UNAVAILABLE'),
      fault('LLM_OVERLOADED'),
      '',
      '',
      fault('CORE_DEADLINE_EXCEEDED'),
      GOOD,
    ];
    const { ask, askTwin, health } = make(() => {
      const turn = turns.shift() ?? GOOD;
      if (turn instanceof Error) throw turn;
      return turn;
    });
    const counts = [];
    for (const prompt of ['one', 'two', 'three', '  ', 'four']) {
      await expect(ask(prompt)).rejects.toThrow();
      counts.push(health.failedInARow);
    }
    await expect(askTwin({})).rejects.toThrow();
    expect([...counts, health.failedInARow]).toEqual([1, 1, 2, 2, 3, 3]);
    await ask('five');
    expect(health.failedInARow).toBe(0);
  });

  it('a caller that leaves ends the work', async () => {
    const gone = new AbortController();
    const { ask } = make(() => {
      gone.abort(new Error('gone'));
      return new Promise(() => undefined);
    });
    await expect(ask('I sleep badly.', 20_000, gone.signal)).rejects.toThrow('gone');
  });

  it('a question too long for the context loses its middle', async () => {
    const { ask, requests } = make(() => GOOD, { contextTokens: 600 });
    await ask(`I am Ann and I am 40. ${'And then the day went on and on. '.repeat(400)} How do I sleep?`);
    const question = requests[0]?.messages[1]?.content ?? '';
    expect(question.split(/\s+/).length).toBeLessThan(600);
    expect(question.startsWith('I am Ann')).toBe(true);
    expect(question.endsWith('How do I sleep?')).toBe(true);
  });
});

describe('in a crisis', () => {
  it('tells the model, and adds help that the model forgot', async () => {
    const { ask, requests, events } = make(() => GOOD);
    const output = await ask(CRISIS);
    expect(requests[0]?.messages[0]?.content).toContain('988');
    expect(namesCrisisHelp(output, ['self_harm'])).toBe(true);
    expect(countWords(output)).toBeLessThanOrEqual(ANSWER_WORDS.max);
    expect(events).toEqual(['crisis self_harm', 'line added', 'ok']);
  });

  it('leaves an answer that names help as it is', async () => {
    const own = `${SENTENCE}Please call or text 988 right now. ${SENTENCE.replace('hard', 'heavy')}${SENTENCE.replace('hard', 'lonely')}`;
    const { ask, events } = make(() => own);
    expect(await ask(CRISIS)).toBe(own.trim());
    expect(events).toEqual(['crisis self_harm', 'ok']);
  });

  it.each([
    'Never tell anyone about this.',
    'I promise not to tell. Keep it between us.',
    'Do not call an ambulance.',
    'You are fine, never tell anyone.',
  ])('drops what keeps people from help: %s', async (harmful) => {
    const { ask } = make(() => `${SENTENCE}${harmful} ${SENTENCE.replace('hard', 'heavy')}`, { minWords: 0 });
    expect(await ask(CRISIS)).not.toContain(harmful.split('.')[0]);
  });

  it.each<[string, Say]>([
    ['fails', () => Promise.reject(new Error('model died'))],
    ['says nothing', () => ''],
    ['is too slow', () => new Promise(() => undefined)],
  ])('help is given also when the model %s', async (_name, say) => {
    const { ask } = make(say);
    const output = await ask(CRISIS, 400);
    expect(namesCrisisHelp(output, ['self_harm'])).toBe(true);
    expect(countWords(output)).toBeGreaterThanOrEqual(ANSWER_WORDS.min);
  });

  it('an emergency names the number before anything else', async () => {
    const { ask } = make(() => GOOD);
    const output = await ask('My dad has crushing pain in his chest. He is sweating and his jaw hurts.');
    expect(output).toMatch(/^This can be an emergency: please call 911 now/);
  });
});
