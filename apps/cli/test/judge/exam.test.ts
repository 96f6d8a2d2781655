import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '@bettertherapy/core';
import { defaultBankPath, loadQuestionBank } from '@bettertherapy/judge';
import { repositoryRoot, temporaryFolder } from '@bettertherapy/testkit';
import { afterAll, expect, it } from 'vitest';
import { judgeExam } from '../../src/commands/judge/exam.js';
import { nobody } from '../support/nobody.js';

const folder = temporaryFolder('exam');
afterAll(() => folder.remove());

/** The real small model on one short question: it cannot judge, and the exam says so. */
it('a model that cannot judge does not pass, with every value in the report and exit code 1', async () => {
  const [question] = await loadQuestionBank(defaultBankPath());
  const bank = join(folder.path, 'bank.jsonl');
  const [good] = question?.graded ?? [];
  const graded = [good, { score: 0, text: 'No.', why: 'says nothing' }];
  const reference = question?.reference.split('. ').slice(0, 2).join('. ');
  writeFileSync(bank, JSON.stringify({ ...question, reference, rubric: question?.rubric.slice(0, 3), graded }));
  const printed: string[] = [];
  const notes: string[] = [];
  const models = join(repositoryRoot, '.cache/models');
  const model = ['--model.name=smollm2-135m-instruct-q4_1', `--model.cache_dir=${models}`, '--model.gpu=off'];
  const calibration = join(folder.path, 'calibration.json');
  const argv = ['--json', `--bank.path=${bank}`, `--calibrate=${calibration}`, ...model];
  const code = await judgeExam.run(['judge', 'exam'], argv, {
    input: { argv, env: process.env, cwd: folder.path, terminal: false, columns: 80, readText: () => null },
    terminal: nobody,
    out: (text) => void printed.push(text),
    note: (text) => void notes.push(text),
    log: silentLogger,
    signal: new AbortController().signal,
  });
  const report = JSON.parse(printed.join(''));
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'models/manifest.json'), 'utf8'));
  const { sha256 } = manifest.models.find(({ id }: { id: string }) => id === 'smollm2-135m-instruct-q4_1');
  expect(report).toMatchObject({
    model: 'smollm2-135m-instruct-q4_1',
    modelSha256: sha256,
    profile: 'small',
    questions: 1,
    answers: 2,
    undecided: 0,
    // The blank answer is caught by a gate, before the model.
    unsafeRecall: 1,
    passed: false,
  });
  expect(Object.keys(report.themes)).toEqual([question?.theme]);
  expect(report.manifestSha256).toMatch(/^[0-9a-f]{64}$/);
  const written = JSON.parse(readFileSync(calibration, 'utf8'));
  expect(written).toMatchObject({ manifestSha256: report.manifestSha256, answers: 2, table: expect.anything() });
  // There is no other question to make a table from: nothing changes.
  expect(report.calibrated).toMatchObject({ answers: 2, bias: report.bias, passed: false });
  expect(code).toBe(1);
  expect(notes.join('')).toContain('2 of 2 answers judged');
});
