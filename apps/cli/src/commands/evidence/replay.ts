import { checkRow, replayRound } from '@bettertherapy/evidence';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { jsonFlag } from '../flags.js';
import { print } from '../report.js';
import { readEvidence } from './files.js';

/** Findings shown of one file; more say nothing new. */
const SHOWN = 10;

export const replayCommand = operatorCommand({
  about:
    'Computes every score, average and weight of evidence files again, from the recorded probabilities, times and texts, and compares bit for bit. Asks no model and no network.',
  positionals: '<file or folder>',
  schema: z.strictObject({ json: jsonFlag }),
  finish: (values) => values,
  work: async ({ json }, context, [path]) => {
    const { files, broken } = await readEvidence(path);
    const row = checkRow(
      files.map(({ opened }) => opened),
      null,
    );
    const reports = files.map(({ file, opened }) => {
      const { evidence, faults, sha256 } = opened;
      const replayed = replayRound(evidence);
      const inRow = row.filter(({ number }) => number === evidence.round.number);
      const ok = faults.length === 0 && inRow.length === 0 && replayed.findings.length === 0;
      return { file, number: evidence.round.number, sha256, ok, faults, row: inRow, ...replayed };
    });
    const ok = broken.length === 0 && reports.every((report) => report.ok);
    const text = [
      ...broken.map(({ file, error }) => `${file}: ${error}`),
      ...reports.map(describe),
      ok ? `${files.length} rounds follow from their evidence, bit for bit` : 'this evidence does not hold',
    ].join('\n');
    print(context, json, { json: { ok, broken, rounds: reports }, text });
    return ok ? 0 : 1;
  },
});

interface Reported extends ReturnType<typeof replayRound> {
  readonly file: string;
  readonly number: number;
  readonly ok: boolean;
  readonly faults: readonly string[];
  readonly row: readonly { readonly fault: string; readonly details: string }[];
}

function describe(report: Reported): string {
  const { file, number, ok, answers, folds, weights, faults, row, findings } = report;
  const what = `round ${number}: ${answers} answers, ${folds} averages${weights ? ', weights' : ''}`;
  if (ok) return `${what}: ok`;
  return [
    `${what}: NOT ok (${file})`,
    ...faults.map((fault) => `  the ${fault} does not fit the content`),
    ...row.map(({ fault, details }) => `  ${fault}: ${details}`),
    ...findings.slice(0, SHOWN).map(({ where, recorded, computed }) => {
      return `  ${where}: recorded ${JSON.stringify(recorded)}, computed ${JSON.stringify(computed)}`;
    }),
    ...(findings.length > SHOWN ? [`  and ${findings.length - SHOWN} more`] : []),
  ].join('\n');
}
