import type { Hotkey } from '@bettertherapy/core';
import { and, asc, eq } from 'drizzle-orm';
import { controls, gates, judgeManifests, judgementItems, judgements, requests, versus } from '../schema/index.js';
import type { Session, Tx } from '../session.js';
import { groupBy } from './groupBy.js';

export type JudgeManifestRow = typeof judgeManifests.$inferSelect;
export type GateRow = typeof gates.$inferSelect;
export type JudgementRow = typeof judgements.$inferSelect;
export type JudgementItemRow = typeof judgementItems.$inferSelect;
export type VersusRow = typeof versus.$inferSelect;
export type ControlRow = typeof controls.$inferSelect;

/** A judgement with every probability it was made from. */
export interface FullJudgement extends JudgementRow {
  readonly items: readonly Omit<JudgementItemRow, 'requestId' | 'position'>[];
  readonly versus: Omit<VersusRow, 'requestId'>;
}

/** Gates, judgements with all their items, and the hidden controls of each round. */
export class JudgementRepository {
  constructor(private readonly session: Session) {}

  /** Remembers a judge manifest; the first sight of it stands. */
  ensureManifest(row: JudgeManifestRow): void {
    this.session.write('judgements.ensureManifest', (tx) => {
      tx.insert(judgeManifests).values(row).onConflictDoNothing().run();
    });
  }

  manifest(sha256: string): JudgeManifestRow | null {
    return this.session.read(
      'judgements.manifest',
      (tx) => tx.select().from(judgeManifests).where(eq(judgeManifests.sha256, sha256)).get() ?? null,
    );
  }

  /** Commits gate results; a request keeps its first one. */
  recordGates(rows: readonly GateRow[]): void {
    this.session.write('judgements.recordGates', (tx) => {
      for (const row of rows) tx.insert(gates).values(row).onConflictDoNothing().run();
    });
  }

  gatesOfRound(roundId: string): GateRow[] {
    return this.session.read('judgements.gatesOfRound', (tx) =>
      tx
        .select({ gate: gates })
        .from(gates)
        .innerJoin(requests, eq(requests.id, gates.requestId))
        .where(eq(requests.roundId, roundId))
        .all()
        .map((row) => row.gate),
    );
  }

  /** Commits one judgement with its items and versus levels; false when the request was judged already. */
  record(judgement: FullJudgement): boolean {
    const { items, versus: levels, ...row } = judgement;
    return this.session.write('judgements.record', (tx) => {
      if (tx.insert(judgements).values(row).onConflictDoNothing().run().changes === 0) return false;
      items.forEach((item, position) => {
        tx.insert(judgementItems)
          .values({ ...item, requestId: row.requestId, position })
          .run();
      });
      tx.insert(versus)
        .values({ ...levels, requestId: row.requestId })
        .run();
      return true;
    });
  }

  ofRound(roundId: string): FullJudgement[] {
    return this.session.read('judgements.ofRound', (tx) => readJudgements(tx, roundId));
  }

  /** Commits one control; a round keeps the first of each kind. */
  recordControl(row: ControlRow): void {
    this.session.write('judgements.recordControl', (tx) => {
      tx.insert(controls).values(row).onConflictDoNothing().run();
    });
  }

  controlsOfRound(roundId: string): ControlRow[] {
    return this.session.read('judgements.controlsOfRound', (tx) =>
      tx.select().from(controls).where(eq(controls.roundId, roundId)).orderBy(asc(controls.kind)).all(),
    );
  }
}

/** All judgements of a round, or those of one miner in it, inside a caller's transaction. */
export function readJudgements(tx: Tx, roundId: string, hotkey?: Hotkey): FullJudgement[] {
  const wanted = and(eq(requests.roundId, roundId), hotkey === undefined ? undefined : eq(requests.hotkey, hotkey));
  const rows = tx
    .select({ judgement: judgements, versus })
    .from(judgements)
    .innerJoin(requests, eq(requests.id, judgements.requestId))
    .innerJoin(versus, eq(versus.requestId, judgements.requestId))
    .where(wanted)
    .all();
  const items = tx
    .select({ item: judgementItems })
    .from(judgementItems)
    .innerJoin(requests, eq(requests.id, judgementItems.requestId))
    .where(wanted)
    .orderBy(asc(judgementItems.requestId), asc(judgementItems.position))
    .all();
  const byRequest = groupBy(items, ({ item }) => item.requestId);
  return rows.map((row) => ({
    ...row.judgement,
    versus: { levels: row.versus.levels, value: row.versus.value },
    items: (byRequest.get(row.judgement.requestId) ?? []).map(
      ({ item: { requestId: _r, position: _p, ...item } }) => item,
    ),
  }));
}
