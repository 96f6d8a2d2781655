import {
  type AnswerCard,
  cappedWords,
  GATED_WORDS,
  type Place,
  REFUSED_WORDS,
  type RoundCard,
  type ScoreCard,
} from '@bettertherapy/evidence';
import { drawTable } from '../../drawTable.js';

/** The screen of one miner's score. */
export function scoreText(card: ScoreCard): string {
  const { hotkey, validator, rounds, standing, why } = card;
  return [
    `${hotkey}`,
    `as ${validator} recorded and signed it in ${rounds.length} ${rounds.length === 1 ? 'round' : 'rounds'}`,
    ...rounds.flatMap(roundLines),
    '',
    ...standingLines(standing),
    '',
    ...(why.length === 0
      ? ['Nothing stands out that holds the score down.']
      : ['Why it is not higher:', ...why.map(({ sentence }) => `  - ${sentence}`)]),
  ].join('\n');
}

function roundLines({ number, counted, voidReason, answers, fold, rank }: RoundCard): string[] {
  const head = `round ${number}${counted ? '' : `, not counted (${voidReason ?? 'no reason given'})`}`;
  const rows = answers.map((answer, at) => {
    const { score, judgement, responseMs } = answer;
    return [
      String(at + 1),
      answer.bankId ?? answer.questionId,
      shown(judgement?.rubric ?? null),
      shown(judgement?.versus.value ?? null),
      signed(judgement?.lengthAdjustment ?? 0),
      shown(score.reward),
      points(score.quality),
      `${(responseMs / 1000).toFixed(1)} s`,
      points(score.time),
      points(score.total),
      placed(answer.rank),
    ];
  });
  const heads = ['', 'question', 'R', 'A', 'length', 'reward', 'quality', 'took', 'time', 'total', 'place'];
  return [
    '',
    head,
    drawTable(heads, rows, ['question']),
    ...answers.flatMap((answer, at) => remarks(answer).map((remark) => `  ${at + 1}: ${remark}`)),
    ...foldLines(fold, rank),
  ];
}

/** What cost one answer its points, in words. */
function remarks({ refusedBy, gated, judgement, score, best }: AnswerCard): string[] {
  if (refusedBy !== null) return [`answers ${REFUSED_WORDS[refusedBy] ?? 'did not come'}; it counts 0`];
  if (gated !== null && gated !== 'passed')
    return [`earned 0 before judging: ${GATED_WORDS[gated] ?? 'no usable answer'}`];
  if (score.copyOf !== null) return ["repeats another miner's answer that arrived earlier; a copy earns 0"];
  if (score.reward === null) return ['the judge could not decide; it counts 0'];
  const weakest = (judgement?.items ?? [])
    .filter(({ points: worth, undecided }) => worth > 0 && !undecided)
    .sort((a, b) => (1 - b.p) * b.points - (1 - a.p) * a.points)[0];
  return [
    ...(judgement?.caps ?? []).map(({ code, limit }) => {
      const met = judgement?.items.find(({ id }) => code === `critical:${id}`);
      return `cap ${code} at ${limit}: ${met ? `“${met.text}” holds` : `such answers ${cappedWords(code)}`}`;
    }),
    ...(score.total < best && weakest
      ? [`the best answer got ${points(best)}; most was lost on “${weakest.text}” (P(yes) ${weakest.p.toFixed(2)})`]
      : []),
  ];
}

function foldLines(fold: RoundCard['fold'], rank: RoundCard['rank']): string[] {
  if (!fold) return ['  the round says nothing about this miner'];
  const { made, inputs, emaBefore, emaAfter, roundsAfter } = fold;
  const organic =
    made.organicMean === null
      ? ''
      : `, patients' questions ${points(made.organicMean)} (${percent(made.organicWeight)})`;
  const rating =
    inputs.rating === null ? '' : `, ratings ${points(100 * inputs.rating.mean)} (${percent(made.ratingShare)})`;
  return [
    `  result ${points(made.mean)}: questions ${points(made.questionsMean)}${organic}${rating}${rank ? `; place ${placed(rank)}` : ''}`,
    `  average ${emaBefore === null ? 'begins' : points(emaBefore)} → ${points(emaAfter)} after ${roundsAfter} ${roundsAfter === 1 ? 'round' : 'rounds'}`,
  ];
}

function standingLines(standing: ScoreCard['standing']): string[] {
  if (!standing) return ['It has no standing yet: no round with weights holds it.'];
  const { score, average, strikes, responseRate, paid, rank, share } = standing;
  return [
    `standing   place ${placed(rank)}, score ${points(score)} (average ${points(average)}${strikes > 0 ? `, ${strikes} strikes` : ''}), answered ${percent(responseRate)}`,
    paid ? `pay        ${percent(share)} of the weights` : 'pay        none',
  ];
}

const shown = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
const signed = (value: number): string => (value === 0 ? '0' : `${value > 0 ? '+' : ''}${value.toFixed(3)}`);
const points = (value: number): string => String(Number(value.toFixed(2)));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const placed = ({ place, of }: Place): string => `${place} of ${of}`;
