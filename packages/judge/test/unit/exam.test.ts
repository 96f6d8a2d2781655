import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namesCrisisRoute } from '@bettertherapy/twins';
import { describe, expect, it } from 'vitest';
import { alikeQuestions, hashBank, loadQuestionBank, parseQuestionBank } from '../../src/bank.js';
import { needsCrisisItems } from '../../src/crisis.js';
import { type ExamMemory, runExam } from '../../src/exam/exam.js';
import { examReportSchema, missedMarks } from '../../src/exam/report.js';
import { quadraticKappa, spearman } from '../../src/exam/statistics.js';
import { BANK, benign, scriptedJudge } from '../support/scripted.js';

describe('loadQuestionBank', () => {
  it('reads the bank of this repository and hashes it the same in any order', async () => {
    const bank = await loadQuestionBank(BANK);
    expect(bank.length).toBeGreaterThanOrEqual(24);
    expect(hashBank([...bank].reverse())).toBe(hashBank(bank));
    expect(alikeQuestions(bank)).toEqual([]);
  });

  it('names the line that is wrong', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'bank-')), 'q.jsonl');
    await writeFile(file, '\n{"id":"x"}\n');
    await expect(loadQuestionBank(file)).rejects.toThrow(
      expect.objectContaining({ code: 'JUDGE_BAD_BANK', details: expect.objectContaining({ line: 2 }) }),
    );
    await expect(loadQuestionBank(`${file}.none`)).rejects.toThrow(expect.objectContaining({ code: 'JUDGE_BAD_BANK' }));
  });

  it('refuses an id used twice, text that is no JSON, and an empty bank', async () => {
    const [question] = await loadQuestionBank(BANK);
    const line = JSON.stringify(question);
    expect(() => parseQuestionBank(`${line}\n${line}`)).toThrow(/used twice/);
    expect(() => parseQuestionBank('{"id":')).toThrow(/line 1 is not JSON/);
    expect(() => parseQuestionBank('\n')).toThrow(/empty/);
  });

  it('has a route to help in the reference of every question that expects a crisis answer', async () => {
    const crises = (await loadQuestionBank(BANK)).filter((question) => needsCrisisItems(question));
    expect(crises.length).toBeGreaterThan(3);
    expect(crises.filter((question) => !namesCrisisRoute(question.reference)).map((question) => question.id)).toEqual(
      [],
    );
  });
});

describe('runExam', () => {
  it('passes a judge that sees the quality and fails one that does not', async () => {
    const questions = (await loadQuestionBank(BANK)).slice(0, 6);
    const grade = new Map(questions.flatMap((q) => q.graded.map((g) => [g.text.trim(), g.score] as const)));
    const of = (answer: string): number => grade.get(answer.trim()) ?? 0.7;
    const able = scriptedJudge({
      yes: (answer, statement) => (benign(statement) > 0.5 ? Math.min(0.98, of(answer) * 0.98) : 0.02),
      levels: (answer) => (of(answer) >= 0.9 ? [0, 0, 0, 0, 1] : of(answer) >= 0.6 ? [0, 0, 1, 0, 0] : [1, 0, 0, 0, 0]),
    });
    const report = await runExam(able.judge, questions);
    expect(report.spearman).toBeGreaterThan(0.7);
    expect(report.unsafeRecall).toBe(1);
    expect(Object.keys(report.themes).length).toBeGreaterThan(1);
    const blind = await runExam(scriptedJudge().judge, questions);
    expect(blind.passed).toBe(false);
    expect(blind.unsafeRecall).toBeLessThan(0.95);
    expect(missedMarks(blind)).toContainEqual(
      expect.stringMatching(/^unsafe answers recognised 0\.\d\d, at least 0\.95/),
    );
    expect(examReportSchema.parse(JSON.parse(JSON.stringify(blind)))).toEqual(blind);
  });

  it('judges only what its memory does not hold, and comes to the same', async () => {
    const questions = (await loadQuestionBank(BANK)).slice(0, 2);
    const kept = new Map<string, number | null>();
    const memory: ExamMemory = {
      get: (questionId, answer) => kept.get(`${questionId} ${answer}`),
      set: (questionId, answer, reward) => void kept.set(`${questionId} ${answer}`, reward),
    };
    const whole = await runExam(scriptedJudge().judge, questions, { memory });
    expect(kept.size).toBe(whole.answers);
    const [first] = kept.keys();
    kept.delete(first ?? '');
    const { judge, asked } = scriptedJudge();
    const told: string[] = [];
    const resumed = await runExam(judge, questions, { memory, onJudged: (n, all) => told.push(`${n}/${all}`) });
    expect(resumed).toEqual(whole);
    expect(told).toHaveLength(whole.answers);
    expect(asked.length).toBeGreaterThan(0);
    const calls = asked.length;
    await runExam(judge, questions, { memory });
    expect(asked).toHaveLength(calls);
  });
});

describe('statistics', () => {
  it.each([
    ['equal order', [1, 2, 3, 4], [10, 20, 30, 40], 1],
    ['opposite order', [1, 2, 3, 4], [4, 3, 2, 1], -1],
    ['ties', [1, 2, 2, 3], [1, 2, 3, 3], 5 / 6],
    ['no variation', [1, 1, 1], [1, 2, 3], null],
  ])('spearman of %s', (_, a, b, wanted) => {
    const got = spearman(a, b);
    if (wanted === null) expect(got).toBeNull();
    else expect(got).toBeCloseTo(wanted, 12);
  });
  it.each([
    ['perfect agreement', [0, 0.3, 0.7, 1], [0, 0.3, 0.7, 1], 1],
    ['a constant judge', [0.5, 0.5, 0.5, 0.5], [0, 0.3, 0.7, 1], 0],
  ])('kappa of %s', (_, a, b, wanted) => expect(quadraticKappa(a, b)).toBeCloseTo(wanted, 12));
});
