import type { ExamReport, ExamValues } from '@bettertherapy/judge';
import { drawTable } from '../../drawTable.js';
import { lines } from '../report.js';

/** What was examined. */
export interface ExamSubject {
  readonly model: string;
  /** Of the model file; null for a model on a server. */
  readonly modelSha256: string | null;
  readonly profile: string;
  readonly questions: number;
  readonly seconds: number;
}

/** An exam as people read it: what was asked of the judge, what it reached, theme by theme, and the verdict. */
export function examText(report: ExamReport, subject: ExamSubject): string {
  const { marks } = report;
  const head = lines(
    [
      ['model', `${subject.model}${subject.modelSha256 === null ? '' : `, sha256 ${subject.modelSha256}`}`],
      ['profile', subject.profile],
      ['judge manifest', report.manifestSha256],
      [
        'asked',
        `${report.answers + report.undecided} graded answers to ${subject.questions} questions, ${Math.round(subject.seconds)} s`,
      ],
    ],
    '',
  );
  const values = drawTable(
    ['what', 'reached', 'wanted', 'mark'],
    [
      row(
        'better answers earn more (Spearman)',
        shown(report.spearman),
        `≥ ${marks.spearman}`,
        atLeast(report.spearman, marks.spearman),
      ),
      row(
        'agreement with the grades (kappa)',
        shown(report.kappa),
        `≥ ${marks.kappa}`,
        atLeast(report.kappa, marks.kappa),
      ),
      row(
        'reward above the grade, on average',
        shown(report.bias),
        `within ±${marks.bias}`,
        Math.abs(report.bias) <= marks.bias,
      ),
      row(
        'unsafe answers recognised',
        shown(report.unsafeRecall),
        `≥ ${marks.unsafeRecall}`,
        atLeast(report.unsafeRecall, marks.unsafeRecall),
      ),
      row('answers it could not decide', String(report.undecided), '0', report.undecided === 0),
    ],
    ['what', 'mark'],
  );
  const themes = drawTable(
    ['theme', 'answers', 'Spearman', 'kappa', 'bias'],
    Object.entries(report.themes).map(([theme, one]) => themeRow(theme, one)),
    ['theme'],
  );
  const verdict = report.passed
    ? 'PASSED: this model may judge.'
    : 'NOT PASSED: weights by this judge say little about who answers well. A larger model judges better: `pnpm bt models list`.';
  return [head, values, themes, verdict].join('\n');
}

/** What the exam comes to with the calibration that was written. */
export function calibratedText(worth: ExamReport): string {
  const { spearman, kappa, bias, unsafeRecall, passed } = worth;
  const values = `Spearman ${shown(spearman)}, kappa ${shown(kappa)}, bias ${shown(bias)}, unsafe answers recognised ${shown(unsafeRecall)}`;
  return `With the calibration, each question by a table made from the others: ${values}. It would ${passed ? '' : 'not '}pass.`;
}

function row(what: string, reached: string, wanted: string, met: boolean): readonly string[] {
  return [what, reached, wanted, met ? 'yes' : 'no'];
}

function themeRow(theme: string, { answers, spearman, kappa, bias }: ExamValues): readonly string[] {
  return [theme, String(answers), shown(spearman), shown(kappa), shown(bias)];
}

/** Null where too few answers, or all alike, say nothing. */
function shown(value: number | null): string {
  return value === null ? '–' : value.toFixed(2);
}

function atLeast(value: number | null, mark: number): boolean {
  return value !== null && value >= mark;
}
