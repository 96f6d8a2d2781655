import { STAGES, type Stage, type StageRow } from '@bettertherapy/store';

/** The first stage without an outcome: where a round goes on after a restart. Null when all are done. */
export function nextStage(rows: readonly StageRow[]): Stage | null {
  const done = new Set(rows.filter((row) => row.outcomeMs !== null).map((row) => row.stage));
  return STAGES.find((stage) => !done.has(stage)) ?? null;
}
