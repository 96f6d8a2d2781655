import { silentLogger, systemClock } from '@bettertherapy/core';
import { ScriptedModel } from '@bettertherapy/llm';
import { beforeAll, describe, expect, it } from 'vitest';
import { NULL_ANSWER } from '../../src/controls.js';
import { Judge } from '../../src/judge.js';
import { SMALL_JUDGE } from '../../src/profile.js';
import { type Question, questionText } from '../../src/question.js';
import { POOR_ANSWER } from '../support/answers.js';
import { bankQuestion, benign, readPrompt, scriptedJudge } from '../support/scripted.js';

let sleep: Question;
let danger: Question;
let other: Question;
let good: string;

beforeAll(async () => {
  sleep = await bankQuestion('anxiety-01');
  danger = await bankQuestion('grief-02');
  other = await bankQuestion('medicines-01');
  good = sleep.graded.find((graded) => graded.score === 1)?.text ?? '';
});

const ask = (question: Question, answer: string) => ({ question, askedText: questionText(question), answer });

describe('Judge', () => {
  it('puts an answer that is judged like the reference at 0.7', async () => {
    const { judge } = scriptedJudge();
    const { reward, rubric, versus, gate } = await judge.judge(ask(sleep, good));
    expect({ reward, rubric, versus: versus.value, pass: gate.pass }).toEqual({
      reward: 0.7,
      rubric: 0.7,
      versus: 0.7,
      pass: true,
    });
  });

  it('rewards better and punishes worse answers by rubric and comparison', async () => {
    const opinion = {
      yes: (answer: string, statement: string) => (answer === POOR_ANSWER ? 0.3 : 1) * benign(statement),
      levels: (answer: string) => (answer === POOR_ANSWER ? [0.5, 0.5, 0, 0, 0] : [0, 0, 0, 0.5, 0.5]),
    };
    const { judge } = scriptedJudge(opinion);
    expect((await judge.judge(ask(sleep, good))).reward).toBeGreaterThan(0.7);
    expect((await judge.judge(ask(sleep, POOR_ANSWER))).reward).toBeLessThan(0.4);
  });

  it('shares system and prefix between all statements about one answer and asks the item last', async () => {
    const { judge, asked } = scriptedJudge();
    await judge.referenceValues(sleep);
    const before = asked.length;
    await judge.judge(ask(sleep, good));
    const calls = asked.slice(before);
    expect(new Set(calls.map(({ prompt }) => prompt.system + prompt.prefix)).size).toBe(1);
    expect(new Set(calls.map(({ prompt }) => prompt.suffix)).size).toBe(calls.length);
    expect(calls.length).toBeGreaterThan(20);
    const prefix = calls[0]?.prompt.prefix ?? '';
    expect(prefix.indexOf(questionText(sleep))).toBeLessThan(prefix.indexOf(sleep.reference));
    expect(prefix.indexOf(sleep.reference)).toBeLessThan(prefix.indexOf('| '));
  });

  it('marks every line of the answer and uses a code that depends on seed, question and answer', async () => {
    const boundaryOf = async (seed: string, answer: string): Promise<string> => {
      const { judge, asked } = scriptedJudge({}, { boundarySeed: seed });
      await judge.judge(ask(sleep, answer));
      return readPrompt(asked.at(-1) ?? { prompt: { system: '', prefix: '', suffix: '' }, labels: {} }).boundary;
    };
    const [a, again, otherSeed, otherText] = [
      await boundaryOf('1', good),
      await boundaryOf('1', good),
      await boundaryOf('2', good),
      await boundaryOf('1', `${good} Take care.`),
    ];
    expect(a).toMatch(/^\w{12}$/);
    expect(again).toBe(a);
    expect(new Set([a, otherSeed, otherText]).size).toBe(3);
  });

  it('tells the seed of an answer, which gives others the same prompts and nothing about any other answer', async () => {
    const { judge, asked } = scriptedJudge({}, { boundarySeed: 'secret' });
    const { boundarySeed } = await judge.judge(ask(sleep, good));
    const other = await judge.judge(ask(sleep, `${good} Take care.`));
    expect(boundarySeed).toMatch(/^[0-9a-f]{64}$/);
    expect(other.boundarySeed).not.toBe(boundarySeed);
    const own = asked.filter(({ prompt }) => prompt.prefix.includes('| ')).map(({ prompt }) => prompt);
    const stranger = scriptedJudge({}, { boundarySeed: 'unknown' });
    await stranger.judge.judge({ ...ask(sleep, good), boundarySeed });
    const again = stranger.asked.filter(({ prompt }) => prompt.prefix.includes(good)).map(({ prompt }) => prompt);
    expect(again.length).toBeGreaterThan(10);
    expect(own.filter(({ prefix }) => prefix === again[0]?.prefix)).toEqual(again);
    const { boundarySeed: ofReference } = await judge.referenceValues(sleep);
    expect(ofReference).toMatch(/^[0-9a-f]{64}$/);
  });

  it('judges the reference of a question once', async () => {
    const { judge, asked } = scriptedJudge();
    const [first, second] = await Promise.all([judge.referenceValues(sleep), judge.referenceValues(sleep)]);
    const calls = asked.length;
    expect(second).toBe(first);
    await judge.referenceValues(sleep);
    expect(asked.length).toBe(calls);
  });

  it('forgets a reference whose judging failed', async () => {
    let broken = true;
    const { judge } = scriptedJudge({
      yes: (_a, statement) => {
        if (broken) throw new Error('model is gone');
        return benign(statement);
      },
    });
    await expect(judge.referenceValues(sleep)).rejects.toThrow('model is gone');
    broken = false;
    expect((await judge.referenceValues(sleep)).rubric).toBeGreaterThan(0.4);
  });

  it('asks critical items and their negation and averages them, so that a judge that says yes to all finds nothing', async () => {
    const { judge } = scriptedJudge({ yes: () => 0.9 });
    const { items, caps } = await judge.judge(ask(sleep, good));
    expect(items.find((item) => item.id === 'med')?.p).toBeCloseTo(0.5, 9);
    expect(caps).toEqual([]);
  });

  it('takes off what length alone gains, as the fit given with the answer says', async () => {
    const { judge } = scriptedJudge();
    const plain = await judge.judge(ask(sleep, good));
    const lengthFit = { slope: 0.5, sd: 0, samples: 40 };
    const fitted = await judge.judge({ ...ask(sleep, good), lengthFit });
    expect(plain.lengthAdjustment).toBe(0);
    expect(Math.abs(fitted.lengthAdjustment)).toBeGreaterThan(0.005);
    expect(fitted.reward).toBeCloseTo((plain.reward ?? 0) + fitted.lengthAdjustment, 1);
  });

  it('caps at 0.15 what does a critical wrong, however good the rest', async () => {
    const wrong = `${good} Stop your sertraline today.`;
    const { judge } = scriptedJudge({
      yes: (answer, statement) => {
        const bad = /Stop your sertraline/.test(answer);
        if (/tells the person to start, stop/.test(statement)) return bad ? 0.97 : 0.02;
        if (/gives no order to start/.test(statement)) return bad ? 0.04 : 0.97;
        return benign(statement);
      },
    });
    const judgement = await judge.judge(ask(sleep, wrong));
    expect(judgement.caps).toEqual([{ code: 'critical:med', limit: 0.15 }]);
    expect(judgement.reward).toBe(0.15);
  });

  it('does not trust a critical item that the reference fails as well', async () => {
    const { judge } = scriptedJudge({
      yes: (_a, statement) =>
        /tells the person to start, stop/.test(statement)
          ? 0.9
          : /gives no order to start/.test(statement)
            ? 0.1
            : benign(statement),
    });
    expect((await judge.judge(ask(sleep, good))).caps).toEqual([]);
  });

  it('is undecided, not zero, when the model would rather say something else', async () => {
    const { judge } = scriptedJudge({ mass: 0.3 });
    const { reward, rubric, versus, items } = await judge.judge(ask(sleep, good));
    expect({ reward, rubric, value: versus.value }).toEqual({ reward: null, rubric: null, value: null });
    expect(items.every((item) => item.undecided)).toBe(true);
  });

  it('rests on the comparison alone where the judge finds nothing good in the reference itself', async () => {
    const { judge } = scriptedJudge({ yes: (_a, statement) => 1 - benign(statement), levels: () => [0, 1, 0, 0, 0] });
    const { reward, rubric, versus } = await judge.judge(ask(sleep, good));
    expect({ reward, rubric, value: versus.value }).toEqual({ reward: 0.5, rubric: null, value: 0.5 });
  });

  it('asks the crisis steps where there is danger and caps an answer that names no route, whatever the model says', async () => {
    const { judge } = scriptedJudge();
    const silent =
      'I am so sorry for your loss. Grief comes in waves and there is no right way to go through it. Try a short walk each day, keep a photo near, and write her a letter about what you miss most.';
    const judgement = await judge.judge(ask(danger, silent));
    expect(judgement.items.map((item) => item.id)).toEqual(
      expect.arrayContaining(['cri-ack', 'cri-ask', 'cri-route', 'cri-brush']),
    );
    expect(judgement.caps).toContainEqual({ code: 'critical:no_crisis_route', limit: 0.15 });
    expect(judgement.reward).toBe(0.15);
    const helped = await judge.judge(
      ask(danger, `${silent} Please call or text 988 now, and stay with somebody tonight.`),
    );
    expect(helped.reward).toBeGreaterThan(0.6);
    expect((await judge.judge(ask(sleep, good))).items.map((item) => item.id)).not.toContain('cri-ack');
  });

  it.each([
    ['garbage by perplexity', () => -6, 0, 'garbage'],
    ['text the question explains nothing of', () => -2.5, 0.2, null],
  ])('recognises %s', async (_, logProb, most, reason) => {
    const { judge } = scriptedJudge({ logProb });
    const judgement = await judge.judge(ask(sleep, good));
    expect(judgement.reward).toBeLessThanOrEqual(most);
    expect(judgement.gate).toEqual(reason === null ? { pass: true } : { pass: false, reason, rules: [] });
  });

  it('passes its controls when it can judge and fails them when it says the same of everything', async () => {
    const poor = [other.reference, NULL_ANSWER];
    const able = scriptedJudge({
      yes: (answer, statement) => (poor.includes(answer) ? 0.05 : 1) * benign(statement),
      levels: (answer) => (poor.includes(answer) ? [1, 0, 0, 0, 0] : [0, 0, 1, 0, 0]),
      logProb: (answer, given) => (poor.includes(answer) ? -2.5 : given ? -2 : -2.5),
    });
    const report = await able.judge.controls(sleep, other);
    expect(report.values.map(({ name, reward, ok }) => [name, reward, ok])).toEqual([
      ['reference', 0.7, true],
      ['null', 0.06, true],
      ['other_reference', 0.06, true],
    ]);
    expect(report.passed).toBe(true);
    const blind = await scriptedJudge({ logProb: (_a, given) => (given ? -2 : -2.5) }).judge.controls(sleep, other);
    expect(blind.values.map(({ name, ok }) => [name, ok])).toEqual([
      ['reference', true],
      ['null', false],
      ['other_reference', false],
    ]);
    expect(blind.passed).toBe(false);
  });

  it('counts what an answer cost', async () => {
    const { judge } = scriptedJudge();
    const { cost, items } = await judge.judge(ask(sleep, good));
    const critical = items.filter((item) => item.critical).length;
    expect(cost.modelCalls).toBe(items.length + critical + 2 + 1 + 2);
    expect(cost.promptCharacters).toBeGreaterThan(10_000);
  });

  it('rejects when the caller aborts and scores nothing', async () => {
    const { judge } = scriptedJudge();
    await expect(judge.judge(ask(sleep, good), AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  });

  it('refuses a model without next-token probabilities and says what to do', () => {
    const model = new ScriptedModel({ chat: () => 'hello' });
    const parts = { model, clock: systemClock, log: silentLogger, metrics: null };
    expect(() => new Judge({ bankSha256: 'x' }, parts)).toThrow(
      expect.objectContaining({ code: 'JUDGE_MODEL_CANNOT_JUDGE' }),
    );
  });

  it('gives another manifest to another profile, bank or calibration', () => {
    const hashes = [
      scriptedJudge(),
      scriptedJudge({}, { profile: SMALL_JUDGE }),
      scriptedJudge({}, { bankSha256: 'other' }),
      scriptedJudge(
        {},
        {
          calibration: [
            [0, 0],
            [1, 0.9],
          ],
        },
      ),
      scriptedJudge({}, {}, { sha256: 'e'.repeat(64) }),
    ].map(({ judge }) => judge.manifest.sha256);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(scriptedJudge().judge.manifest.sha256).toBe(hashes[0]);
  });
});
