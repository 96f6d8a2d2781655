import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkCalibration } from '@bettertherapy/scoring';
import { describe, expect, it } from 'vitest';
import { loadQuestionBank } from '../../src/bank.js';
import { calibrationOf, crossCalibrated, loadCalibration } from '../../src/exam/calibration.js';
import { runExam } from '../../src/exam/exam.js';
import type { MarkedAnswer } from '../../src/exam/marked.js';
import { missedMarks } from '../../src/exam/report.js';
import { BANK, benign, scriptedJudge } from '../support/scripted.js';

/** A judge that sees the order of answers and is too kind to all of them, but for the reference. */
async function kindJudge(options: Parameters<typeof scriptedJudge>[1] = {}) {
  const questions = (await loadQuestionBank(BANK)).filter(({ kind }) => kind === 'plain').slice(0, 6);
  const grades = new Map(
    questions.flatMap(({ graded }) => graded.map(({ text, score }) => [text.trim(), score] as const)),
  );
  const kind = (answer: string): number => Math.sqrt(grades.get(answer.trim()) ?? 0.5);
  const { judge } = scriptedJudge(
    {
      yes: (answer, statement) => (benign(statement) > 0.5 ? 0.02 + 0.96 * kind(answer) : 0.02),
      levels: (answer) =>
        kind(answer) > 0.9 ? [0, 0, 0, 0, 1] : kind(answer) > 0.5 ? [0, 0, 0, 1, 0] : [1, 0, 0, 0, 0],
    },
    options,
  );
  return { judge, questions };
}

describe('a calibration', () => {
  it('brings a judge that is too kind to the level of the grades, on questions that it was not made from as well', async () => {
    const { judge, questions } = await kindJudge();
    const marked: MarkedAnswer[] = [];
    const report = await runExam(judge, questions, { onMarked: (one) => marked.push(one) });
    expect(missedMarks(report)).toEqual([expect.stringMatching(/^bias 0\.\d\d, within/)]);
    const calibration = calibrationOf(marked);
    expect(checkCalibration(calibration).length).toBeGreaterThan(2);
    const crossed = crossCalibrated(marked, report);
    expect([crossed.passed, crossed.answers]).toEqual([true, report.answers]);
    const better = await kindJudge({ calibration });
    const again = await runExam(better.judge, questions);
    expect([again.passed, Math.abs(again.bias) < 0.02]).toEqual([true, true]);
    expect(again.manifestSha256).not.toBe(report.manifestSha256);
  });

  it('is of no use to another judge, nor when it is broken', async () => {
    const { judge } = await kindJudge();
    const file = join(await mkdtemp(join(tmpdir(), 'calibration-')), 'table.json');
    const table = [
      [0, 0],
      [0.5, 0.3],
      [1, 1],
    ];
    const write = (body: object) => writeFile(file, JSON.stringify(body));
    const good = { manifestSha256: judge.manifest.sha256, model: 'scripted-8b', answers: 8, table };
    await write(good);
    expect(await loadCalibration(file, judge.manifest)).toEqual(table);
    const refused = expect.objectContaining({ code: 'JUDGE_BAD_CALIBRATION' });
    for (const broken of [{ ...good, manifestSha256: 'x' }, { ...good, table: table.toReversed() }, { table }]) {
      await write(broken);
      await expect(loadCalibration(file, judge.manifest)).rejects.toThrow(refused);
    }
    await expect(loadCalibration(`${file}.none`, judge.manifest)).rejects.toThrow(refused);
  });
});
