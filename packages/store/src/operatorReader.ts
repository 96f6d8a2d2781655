import type { Hotkey } from '@bettertherapy/core';
import type { ScoredAnswer } from '@bettertherapy/scoring';
import { type SQL, sql } from 'drizzle-orm';
import type { Session } from './session.js';

/** A round in one line. */
export interface RoundLine {
  readonly id: string;
  readonly number: number;
  readonly state: 'open' | 'closed' | 'abandoned';
  readonly startedMs: number;
  readonly closedMs: number | null;
  readonly counted: boolean;
  readonly voidReason: string | null;
  readonly miners: number;
  readonly questions: number;
  readonly answered: number;
  /** The miner with the highest mean total (0..100), null before scoring. */
  readonly best: { readonly hotkey: string; readonly total: number } | null;
}

/** One scored answer of a miner with everything its score was made from. */
export interface ScoredAnswerLine extends ScoredAnswer {
  readonly requestId: string;
  readonly roundId: string;
  readonly roundNumber: number;
  readonly hotkey: string;
  readonly questionId: string;
}

/** An answer that earned nothing before any judging. */
export interface MinerRefusal {
  readonly requestId: string;
  readonly roundId: string;
  readonly hotkey: string;
  readonly atMs: number;
  /** `timeout`, `refused`…, or `gate:` and a reason. */
  readonly code: string;
  readonly status: number;
}

export interface ControlLine {
  readonly roundId: string;
  readonly number: number;
  readonly kind: string;
  readonly reward: number | null;
  readonly low: number;
  readonly high: number;
  readonly pass: boolean;
  readonly checkedMs: number;
}

/** What a chart can show per round; `share` and `incentive` in 0..1, times in milliseconds, the rest 0..100 or 0..1. */
export const ROUND_METRICS = [
  'average',
  'round_mean',
  'total',
  'quality',
  'time',
  'reward',
  'response_ms',
  'answered',
  'incentive',
  'refusals',
] as const;
export type RoundMetric = (typeof ROUND_METRICS)[number];

export interface SeriesPoint {
  /** Null for the mean (or the sum, for `refusals`) over all miners. */
  readonly hotkey: string | null;
  readonly atMs: number;
  readonly value: number;
}

/** For each metric the rows (round, hotkey, value) that it is averaged from. */
const METRIC_ROWS: Readonly<Record<RoundMetric, SQL>> = {
  average: sql`SELECT round_id, hotkey, ema_after AS value FROM average_history`,
  round_mean: sql`SELECT round_id, hotkey, round_mean AS value FROM average_history`,
  total: sql`SELECT round_id, hotkey, total AS value FROM scores`,
  quality: sql`SELECT round_id, hotkey, quality AS value FROM scores`,
  time: sql`SELECT round_id, hotkey, time AS value FROM scores`,
  reward: sql`SELECT round_id, hotkey, reward AS value FROM scores WHERE reward IS NOT NULL`,
  response_ms: sql`SELECT q.round_id, q.hotkey, s.response_ms AS value FROM responses s JOIN requests q ON q.id = s.request_id WHERE s.refused_by IS NULL`,
  answered: sql`SELECT round_id, hotkey, 1.0 * answered / asked AS value FROM average_history WHERE asked > 0`,
  incentive: sql`SELECT round_id, hotkey, incentive / 65535.0 AS value FROM participants WHERE incentive IS NOT NULL`,
  refusals: sql`SELECT q.round_id, q.hotkey, 1 AS value FROM requests q JOIN responses s ON s.request_id = q.id LEFT JOIN gates g ON g.request_id = q.id WHERE s.refused_by IS NOT NULL OR g.pass = 0`,
};

type RoundRow = Omit<RoundLine, 'counted' | 'best'> & {
  readonly counted: number;
  readonly bestHotkey: string | null;
  readonly bestTotal: number | null;
};
type ScoredRow = Omit<ScoredAnswerLine, 'components'> & { readonly components: string };
type ControlSqlRow = Omit<ControlLine, 'pass'> & { readonly pass: number };

/** Sums, counts and newest rows over the whole journal, for the operator's pages. Each method sees one snapshot. */
export class OperatorReader {
  constructor(private readonly session: Session) {}

  /** The newest rounds, newest first. */
  rounds(limit: number): RoundLine[] {
    return this.session.read('operator.rounds', (tx) =>
      tx.all<RoundRow>(sql`${ROUND_LINES} ORDER BY r.number DESC LIMIT ${limit}`).map(roundLine),
    );
  }

  round(id: string): RoundLine | null {
    return this.session.read('operator.round', (tx) => {
      const row = tx.get<RoundRow | undefined>(sql`${ROUND_LINES} WHERE r.id = ${id}`);
      return row ? roundLine(row) : null;
    });
  }

  /** Every scored answer of the `rounds` newest closed rounds, newest round first. */
  recentScores(at: { readonly rounds: number; readonly hotkey?: string | undefined }): ScoredAnswerLine[] {
    const ofOne = at.hotkey === undefined ? sql`` : sql`AND c.hotkey = ${at.hotkey}`;
    return this.session.read('operator.recentScores', (tx) =>
      tx
        .all<ScoredRow>(
          sql`SELECT c.request_id AS requestId, c.round_id AS roundId, r.number AS roundNumber, c.hotkey,
                     q.question_id AS questionId, c.reward, c.quality, c.time, c.total, s.response_ms AS responseMs,
                     s.refused_by AS refusedBy, c.copy_of AS copyOf, c.components
                FROM scores c
                JOIN rounds r ON r.id = c.round_id
                JOIN requests q ON q.id = c.request_id
                JOIN responses s ON s.request_id = c.request_id
               WHERE c.round_id IN (SELECT id FROM rounds WHERE state = 'closed' ORDER BY number DESC LIMIT ${at.rounds}) ${ofOne}
               ORDER BY r.number DESC, c.hotkey, c.request_id`,
        )
        .map((row) => ({ ...row, components: JSON.parse(row.components) })),
    );
  }

  /** Answers that miners refused, missed or had stopped by a gate, newest first. */
  refusals(limit: number): MinerRefusal[] {
    return this.session.read('operator.refusals', (tx) =>
      tx.all<MinerRefusal>(
        sql`SELECT q.id AS requestId, q.round_id AS roundId, q.hotkey, coalesce(g.gated_ms, s.received_ms) AS atMs,
                   coalesce(s.refused_by, 'gate:' || coalesce(g.reason, 'unknown')) AS code, s.status_code AS status
              FROM responses s
              JOIN requests q ON q.id = s.request_id
              LEFT JOIN gates g ON g.request_id = q.id
             WHERE s.refused_by IS NOT NULL OR g.pass = 0
             ORDER BY s.received_ms DESC, q.id DESC LIMIT ${limit}`,
      ),
    );
  }

  /** Hidden controls, newest round first. */
  controls(limit: number): ControlLine[] {
    return this.session.read('operator.controls', (tx) =>
      tx
        .all<ControlSqlRow>(
          sql`SELECT c.round_id AS roundId, r.number, c.kind, c.reward, c.low, c.high, c.pass, c.checked_ms AS checkedMs
                FROM controls c JOIN rounds r ON r.id = c.round_id
               ORDER BY r.number DESC, c.kind LIMIT ${limit}`,
        )
        .map((row) => ({ ...row, pass: row.pass === 1 })),
    );
  }

  /** How the judge did since `sinceMs`: answers judged, undecided ones, mean milliseconds of one judgement. */
  judging(sinceMs: number): {
    readonly judged: number;
    readonly undecided: number;
    readonly meanTookMs: number | null;
  } {
    return this.session.read('operator.judging', (tx) =>
      tx.get(
        sql`SELECT count(*) AS judged, coalesce(sum(reward IS NULL), 0) AS undecided, avg(took_ms) AS meanTookMs
              FROM judgements WHERE judged_ms >= ${sinceMs}`,
      ),
    );
  }

  /** The manifest of the newest judgement; null before the first. */
  newestManifest(): string | null {
    return this.session.read(
      'operator.newestManifest',
      (tx) =>
        tx.get<{ sha256: string } | undefined>(
          sql`SELECT manifest_sha256 AS sha256 FROM judgements ORDER BY judged_ms DESC LIMIT 1`,
        )?.sha256 ?? null,
    );
  }

  counts(sinceMs: number): {
    readonly rounds: number;
    readonly counted: number;
    readonly questions: number;
    readonly answers: number;
    readonly refusals: number;
  } {
    return this.session.read('operator.counts', (tx) =>
      tx.get(
        sql`SELECT (SELECT count(*) FROM rounds WHERE state = 'closed') AS rounds,
                   (SELECT count(*) FROM rounds WHERE counted = 1) AS counted,
                   (SELECT count(*) FROM questions q JOIN rounds r ON r.id = q.round_id WHERE r.started_ms >= ${sinceMs}) AS questions,
                   (SELECT count(*) FROM responses WHERE received_ms >= ${sinceMs} AND refused_by IS NULL) AS answers,
                   (SELECT count(*) FROM responses s LEFT JOIN gates g ON g.request_id = s.request_id
                     WHERE s.received_ms >= ${sinceMs} AND (s.refused_by IS NOT NULL OR g.pass = 0)) AS refusals`,
      ),
    );
  }

  /**
   * A metric over the `rounds` newest ended rounds, oldest first: one point a round for all miners together, and one for
   * each of `hotkeys`.
   */
  series(at: {
    readonly metric: RoundMetric;
    readonly hotkeys: readonly string[];
    readonly rounds: number;
  }): SeriesPoint[] {
    const rows = METRIC_ROWS[at.metric];
    const fold = at.metric === 'refusals' ? sql`count(v.value)` : sql`avg(v.value)`;
    const ended = sql`(SELECT id, coalesce(closed_ms, started_ms) AS at_ms, number FROM rounds WHERE state = 'closed' ORDER BY number DESC LIMIT ${at.rounds})`;
    return this.session.read('operator.series', (tx) => {
      const all = tx.all<SeriesPoint>(
        sql`SELECT NULL AS hotkey, r.at_ms AS atMs, ${fold} AS value FROM ${ended} r JOIN (${rows}) v ON v.round_id = r.id
             GROUP BY r.id ORDER BY r.number`,
      );
      if (at.hotkeys.length === 0) return all;
      const names = sql.join(
        at.hotkeys.map((hotkey) => sql`${hotkey}`),
        sql`, `,
      );
      const own = tx.all<SeriesPoint>(
        sql`SELECT v.hotkey, r.at_ms AS atMs, ${fold} AS value FROM ${ended} r JOIN (${rows}) v ON v.round_id = r.id
             WHERE v.hotkey IN (${names}) GROUP BY r.id, v.hotkey ORDER BY r.number`,
      );
      return [...all, ...own];
    });
  }

  /** The newest place of a miner in a round's plan: where it was asked, at which uid. */
  lastSeen(hotkey: Hotkey): {
    readonly uid: number;
    readonly ip: string;
    readonly port: number;
    readonly registeredAtBlock: number;
  } | null {
    return this.session.read(
      'operator.lastSeen',
      (tx) =>
        tx.get<{ uid: number; ip: string; port: number; registeredAtBlock: number } | undefined>(
          sql`SELECT p.uid, p.ip, p.port, p.registered_at_block AS registeredAtBlock
                FROM participants p JOIN rounds r ON r.id = p.round_id
               WHERE p.hotkey = ${hotkey} ORDER BY r.number DESC LIMIT 1`,
        ) ?? null,
    );
  }
}

const ROUND_LINES = sql`
  SELECT r.id, r.number, r.state, r.started_ms AS startedMs, r.closed_ms AS closedMs, r.counted, r.void_reason AS voidReason,
         (SELECT count(*) FROM participants p WHERE p.round_id = r.id) AS miners,
         (SELECT count(*) FROM questions q WHERE q.round_id = r.id) AS questions,
         (SELECT count(*) FROM requests q JOIN responses s ON s.request_id = q.id
           WHERE q.round_id = r.id AND q.lost_ms IS NULL AND s.refused_by IS NULL) AS answered,
         b.hotkey AS bestHotkey, b.total AS bestTotal
    FROM rounds r
    LEFT JOIN (SELECT hotkey, total, round_id,
                      row_number() OVER (PARTITION BY round_id ORDER BY total DESC, hotkey) AS place
                 FROM (SELECT round_id, hotkey, avg(total) AS total FROM scores GROUP BY round_id, hotkey)) b
      ON b.round_id = r.id AND b.place = 1`;

function roundLine({ counted, bestHotkey, bestTotal, ...row }: RoundRow): RoundLine {
  const best = bestHotkey !== null && bestTotal !== null ? { hotkey: bestHotkey, total: bestTotal } : null;
  return { ...row, counted: counted === 1, best };
}
