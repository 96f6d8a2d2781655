import { cappedWords, GATED_WORDS } from '@bettertherapy/evidence';
import type { AnswerPreview } from '@bettertherapy/judge';
import type { TotalScore } from '@bettertherapy/scoring';
import { drawTable } from '../../drawTable.js';
import { judgeLines, type ShownJudge } from './judgeText.js';

export interface ShownPreview {
  readonly question: {
    readonly id: string;
    readonly origin: 'evidence' | 'bank' | 'patient';
    readonly askedText: string;
    readonly crisis: boolean;
  };
  readonly judge: ShownJudge & { readonly evidence: { readonly validator: string; readonly round: number } | null };
  readonly others: number;
  readonly preview: AnswerPreview;
  /** Under each code of the prompt; the first is the one of `preview`. */
  readonly rewards: readonly (number | null)[];
  readonly score: (TotalScore & { readonly seconds: number }) | null;
}

const ORIGINS = {
  evidence: 'asked in the round of the evidence',
  bank: 'in the question bank',
  patient: 'in no bank: judged like a question of a patient, against a reply that fits any',
};
const LEVELS = ['much worse', 'worse', 'equal', 'better', 'much better'];

/** The screen of one preview. */
export function previewText(shown: ShownPreview): string {
  const { question, judge, others, preview, rewards, score } = shown;
  const { evidence } = judge;
  return [
    `question   ${question.id} (${ORIGINS[question.origin]})${question.crisis ? ', danger to life' : ''}`,
    ...judgeLines(judge),
    ...(evidence
      ? [`           as in round ${evidence.round} of ${evidence.validator}`]
      : ['           compared with the judge of this release']),
    '',
    ...judgedLines(preview),
    ...codeLines(rewards),
    ...copyLines(preview, others),
    ...scoreLines(preview, score),
  ].join('\n');
}

/** Gates, statements, caps and the reward of one judged answer. */
export function judgedLines(preview: AnswerPreview): string[] {
  const { gate, gateReason, judgement } = preview;
  if (gateReason !== null) {
    const strike = gate.strike || judgement?.strike ? ', and a strike' : '';
    return [
      `gates      closed: ${gateReason} (${GATED_WORDS[gateReason] ?? 'no usable answer'})${strike}. It earns 0.`,
    ];
  }
  if (!judgement) return ['gates      closed'];
  return [
    'gates      all passed',
    ...doubtLines(judgement.row.details.doubt),
    '',
    statementTable(preview),
    '',
    ...rewardLines(preview),
  ];
}

function statementTable({ judgement, reference }: AnswerPreview): string {
  const known = new Map(reference?.items.map(({ id, p }) => [id, p]));
  const rows = (judgement?.row.items ?? []).map(({ itemId, text, points, critical, p, undecided }) => [
    `${itemId}${critical ? ' !' : ''}`,
    text.length > 72 ? `${text.slice(0, 71)}…` : text,
    `${points > 0 ? '+' : ''}${points}`,
    undecided ? 'undecided' : p.toFixed(3),
    known.get(itemId)?.toFixed(3) ?? '–',
  ]);
  return drawTable(['item', 'statement (! caps the reward when true)', 'points', 'P(yes)', 'reference'], rows, [
    'item',
    'statement (! caps the reward when true)',
  ]);
}

function rewardLines({ judgement, reference, steps, judgedReward }: AnswerPreview): string[] {
  const row = judgement?.row;
  if (!row || !steps) return [];
  const { levels, value } = row.versus;
  const chances = levels.map((p, at) => `${LEVELS[at]} ${p.toFixed(2)}`).join(', ');
  const adjustment = row.lengthAdjustment === 0 ? 'length costs nothing' : `length ${signed(row.lengthAdjustment)}`;
  const known = reference?.rubric ?? null;
  const scale =
    row.rubric === null
      ? `the reference has ${number(known)}, too little to measure by, so R does not count`
      : `the reference has ${number(known)} and is worth 0.7, so R = ${number(row.rubric)}`;
  const parts = [row.rubric === null ? null : 'R', value === null ? null : 'A'].filter((part) => part !== null);
  return [
    `rubric     ${number(steps.ownRubric)}; ${steps.ownRubric === null ? 'too few statements were decided' : scale}`,
    `comparison ${chances || 'undecided'}; A = ${number(value)}`,
    `reward     from ${parts.join(' and ') || 'nothing'}: ${number(steps.raw)}, calibrated ${number(steps.calibrated)}, ${adjustment}`,
    ...row.caps.map(({ code, limit }) => {
      const bound = steps.boundBy?.code === code ? ' ← this one counts' : '';
      return `cap        ${code}: at most ${limit}; such answers ${cappedWords(String(code))}${bound}`;
    }),
    `           = ${judgedReward === null ? 'undecided' : judgedReward}`,
  ];
}

function doubtLines(doubt: unknown): string[] {
  if (typeof doubt !== 'object' || doubt === null || !('rules' in doubt) || !Array.isArray(doubt.rules)) return [];
  return [
    `doubt      it may speak to the judge (${doubt.rules.join(', ')}): judged again without those sentences, the lower reward counts`,
  ];
}

function codeLines(rewards: readonly (number | null)[]): string[] {
  const known = rewards.filter((reward) => reward !== null);
  if (rewards.length < 2 || known.length === 0) return [];
  return [
    `codes      under ${rewards.length} codes of the prompt it earned ${Math.min(...known)} to ${Math.max(...known)}`,
  ];
}

function copyLines({ copy }: AnswerPreview, others: number): string[] {
  if (others === 0) return [];
  if (!copy) return [`copies     like none of the ${others} others`];
  const what =
    copy.verdict === 'copy' ? 'a copy: it earns 0 when the other arrived earlier' : 'suspect, which costs nothing';
  return [`copies     ${(100 * copy.jaccard).toFixed(0)} % like answer ${copy.of}: ${what}`];
}

function scoreLines({ quality, tiers }: AnswerPreview, score: ShownPreview['score']): string[] {
  if (score) {
    return [
      '',
      `quality    ${points(score.quality)}`,
      `time       ${points(score.time)} at ${score.seconds} s`,
      `total      ${points(score.total)} of 100`,
    ];
  }
  const rows = tiers.map(({ belowMs, time, total }) => [
    belowMs === null ? 'slower' : `below ${belowMs / 1000} s`,
    points(time),
    points(total),
  ]);
  return ['', `quality    ${points(quality)}`, drawTable(['answer in', 'time', 'total'], rows, ['answer in'])];
}

const number = (value: number | null): string => (value === null ? 'undecided' : value.toFixed(3));
const signed = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(3)}`;
const points = (value: number): string => String(Number(value.toFixed(2)));
