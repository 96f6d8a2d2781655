import type { Recomputation, RecomputeTolerance } from '@bettertherapy/evidence';
import { drawTable } from '../../drawTable.js';
import { judgeLines, type ShownJudge } from './judgeText.js';
import { judgedLines } from './previewText.js';

export interface ShownRecomputation {
  readonly round: number;
  readonly validator: string;
  readonly tolerance: RecomputeTolerance;
  readonly agrees: boolean;
  readonly same: boolean;
  readonly judge: ShownJudge;
  readonly answers: readonly (Recomputation & { readonly at: number })[];
}

const NOTES: Readonly<Record<Recomputation['notes'][number], string>> = {
  replayed: "stopped as the miner's own older answer given again, which this file alone cannot show",
  other_prompts: 'its evidence does not tell the codes in the prompts, so probabilities differ a little',
  reference_as_recorded:
    'its evidence does not tell the code in the prompts of the reference, which is taken as recorded',
  judge_failed: "the validator's judge failed on this answer",
};

/** The screen of answers that were judged again. */
export function recomputationText(shown: ShownRecomputation): string {
  const { round, validator, judge, answers, agrees, same, tolerance } = shown;
  const verdict = same
    ? 'every number is the one that the validator recorded, bit for bit'
    : agrees
      ? `every reward is within ${tolerance.reward} of what the validator recorded, every probability within ${tolerance.probability}`
      : 'this is NOT what the validator recorded';
  return [`round ${round} of ${validator}`, ...judgeLines(judge), ...answers.flatMap(answerLines), '', verdict].join(
    '\n',
  );
}

function answerLines({ at, fields, notes, preview }: ShownRecomputation['answers'][number]): string[] {
  const differing = fields.filter(({ same }) => !same);
  const rows = differing.map(({ field, recorded, computed, agrees }) => [
    field,
    JSON.stringify(recorded),
    JSON.stringify(computed),
    agrees ? 'within the tolerance' : 'OFF',
  ]);
  const totals = fields.filter(({ field }) => ['reward', 'quality', 'time', 'total'].includes(field));
  return [
    '',
    `question ${at}: ${totals.map(({ field, computed }) => `${field} ${JSON.stringify(computed)}`).join(', ')}`,
    ...(preview ? judgedLines(preview) : []),
    ...notes.map((note) => NOTES[note]),
    `${fields.length - differing.length} of ${fields.length} fields are equal bit for bit`,
    ...(rows.length === 0 ? [] : [drawTable(['field', 'recorded', 'computed here', ''], rows, ['field', ''])]),
  ];
}
