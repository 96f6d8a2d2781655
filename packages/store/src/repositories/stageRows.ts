import { and, eq } from 'drizzle-orm';
import { outOfStep } from '../errors.js';
import { roundStages, type Stage } from '../schema/index.js';
import type { JsonRecord } from '../schema/shapes.js';
import type { Tx } from '../session.js';

/**
 * Writes a stage's outcome inside the caller's transaction, so that what the stage did and that it is done are one commit.
 * @throws CodedError STORE_OUT_OF_STEP when the stage was not entered or is finished already.
 */
export function writeOutcome(
  tx: Tx,
  at: { readonly roundId: string; readonly stage: Stage; readonly outcome: JsonRecord; readonly nowMs: number },
): void {
  const row = tx
    .select({ outcomeMs: roundStages.outcomeMs })
    .from(roundStages)
    .where(and(eq(roundStages.roundId, at.roundId), eq(roundStages.stage, at.stage)))
    .get();
  if (!row) throw outOfStep(`stage ${at.stage} ends before it began`, { roundId: at.roundId, stage: at.stage });
  if (row.outcomeMs !== null) {
    throw outOfStep(`stage ${at.stage} has an outcome already`, { roundId: at.roundId, stage: at.stage });
  }
  tx.update(roundStages)
    .set({ outcome: at.outcome, outcomeMs: at.nowMs })
    .where(and(eq(roundStages.roundId, at.roundId), eq(roundStages.stage, at.stage)))
    .run();
}
