import { missedMarks } from '@bettertherapy/judge';
import type { ControlLine } from '@bettertherapy/store';
import type { ExamResult } from '../../exam/startUpExam.js';
import { DAY_MS, type OperatorParts } from './parts.js';

/** Controls looked at: three kinds in each of some forty rounds. */
const CONTROLS = 120;
/** Rounds on each side of a comparison of now and before. */
const DRIFT_ROUNDS = 8;
/** A judge whose control moved by more than this between the two is told. */
const DRIFT_REWARD = 0.08;
const MANY_UNDECIDED = 0.1;

/** How far the mean reward of a control moved: the last rounds against those before; null while there are too few. */
export function drift(rewards: readonly number[]): number | null {
  const now = rewards.slice(0, DRIFT_ROUNDS);
  const before = rewards.slice(DRIFT_ROUNDS, 2 * DRIFT_ROUNDS);
  if (before.length < DRIFT_ROUNDS) return null;
  return mean(now) - mean(before);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What is wrong with the judge, in sentences; empty when nothing is. `controls` newest round first. */
export function judgeTroubles(
  controls: readonly ControlLine[],
  judging: { readonly judged: number; readonly undecided: number },
  manifests: { readonly now: string; readonly newest: string | null },
): string[] {
  const troubles: string[] = [];
  const last = controls[0]?.number;
  for (const { kind, reward, low, high } of controls.filter((row) => row.number === last && !row.pass)) {
    const got = reward === null ? 'could not be decided' : `came out at ${reward.toFixed(2)}`;
    troubles.push(
      `In round ${last} the control “${kind}” ${got}; it must lie in ${low}…${high}, so the round does not count.`,
    );
  }
  for (const kind of [...new Set(controls.map((row) => row.kind))]) {
    const moved = drift(controls.flatMap((row) => (row.kind === kind && row.reward !== null ? [row.reward] : [])));
    if (moved === null || Math.abs(moved) <= DRIFT_REWARD) continue;
    troubles.push(
      `The control “${kind}” moved by ${moved.toFixed(2)} between the last ${DRIFT_ROUNDS} rounds and those before.`,
    );
  }
  if (judging.judged > 0 && judging.undecided / judging.judged > MANY_UNDECIDED) {
    const share = Math.round((100 * judging.undecided) / judging.judged);
    troubles.push(`${share} % of the answers of the last day could not be decided.`);
  }
  if (manifests.newest !== null && manifests.newest !== manifests.now) {
    troubles.push('The judge is another one than the last round was judged by; averages will hold rewards of both.');
  }
  return troubles;
}

export function judgeView({ store, judge, clock }: OperatorParts) {
  const controls = store.operator.controls(CONTROLS);
  const judging = store.operator.judging(clock.wallMs() - DAY_MS);
  const newest = store.operator.newestManifest();
  const exam = examView(judge.exam);
  const troubles = [
    ...(exam.missed.length === 0 ? [] : [`The judge failed its exam: ${exam.missed.join('; ')}.`]),
    ...judgeTroubles(controls, judging, { now: judge.manifestSha256, newest }),
  ];
  const manifest = store.judgements.manifest(judge.manifestSha256);
  return {
    healthy: troubles.length === 0,
    model: judge.model,
    manifest_sha256: judge.manifestSha256,
    manifest: manifest?.manifest ?? {},
    scoring_version: manifest?.scoringVersion ?? null,
    note: troubles.length === 0 ? null : troubles.join(' '),
    notes: troubles,
    exam,
    controls: controls.map(({ roundId, checkedMs, ...row }) => ({ round_id: roundId, checked_ms: checkedMs, ...row })),
    drift: Object.fromEntries(
      [...new Set(controls.map((row) => row.kind))].map((kind) => [
        kind,
        drift(controls.flatMap((row) => (row.kind === kind && row.reward !== null ? [row.reward] : []))),
      ]),
    ),
    undecided_share: judging.judged === 0 ? null : judging.undecided / judging.judged,
    took_ms_mean: judging.meanTookMs,
  };
}

function examView({ level, state, result }: ExamResult) {
  return {
    level,
    state,
    missed: result === null ? [] : missedMarks(result),
    answers: result?.answers ?? null,
    spearman: result?.spearman ?? null,
    kappa: result?.kappa ?? null,
    bias: result?.bias ?? null,
    unsafe_recall: result?.unsafeRecall ?? null,
  };
}
