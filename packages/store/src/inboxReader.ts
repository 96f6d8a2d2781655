import { type SQL, sql } from 'drizzle-orm';
import type { Session } from './session.js';

/** An answer of a twin that a patient was unhappy with. */
export interface InboxLine {
  readonly answerId: string;
  readonly twinId: string;
  readonly sessionId: string;
  /** What the patient asked and got, word for word: not to be shown or kept before it is de-identified. */
  readonly question: string;
  readonly answer: string;
  readonly stars: number | null;
  readonly thumb: 'up' | 'down' | null;
  readonly ratingReason: string | null;
  readonly ratingText: string | null;
  readonly reportReason: string | null;
  readonly reportText: string | null;
  readonly reports: number;
  /** The patient lets what they wrote be used for training. */
  readonly consented: boolean;
  readonly crisis: boolean;
  readonly corrected: boolean;
  readonly createdMs: number;
}

type Row = Omit<InboxLine, 'consented' | 'crisis' | 'corrected'> & {
  readonly consented: number;
  readonly crisis: number;
  readonly corrected: number;
};

/** Two stars or fewer, or a thumb down. */
const VOTED_DOWN = sql`(r.answer_id IS NOT NULL AND r.withdrawn_ms IS NULL AND (r.stars <= 2 OR r.thumb = 'down'))`;

/** Answers that were voted down or reported, for the doctor of the twin that gave them. */
export class InboxReader {
  constructor(private readonly session: Session) {}

  /** Newest first. */
  ofTwin(twinId: string, limit: number): InboxLine[] {
    return this.lines(sql`a.twin_id = ${twinId}`, limit);
  }

  byAnswer(twinId: string, answerId: string): InboxLine | null {
    return this.lines(sql`a.twin_id = ${twinId} AND a.id = ${answerId}`, 1)[0] ?? null;
  }

  private lines(where: SQL, limit: number): InboxLine[] {
    return this.session.read('inbox.lines', (tx) =>
      tx
        .all<Row>(
          sql`SELECT a.id AS answerId, a.twin_id AS twinId, a.session_id AS sessionId,
                     (SELECT u.content FROM patient_messages u
                       WHERE u.session_id = m.session_id AND u.role = 'user' AND u.position < m.position
                       ORDER BY u.position DESC LIMIT 1) AS question,
                     m.content AS answer,
                     CASE WHEN r.withdrawn_ms IS NULL THEN r.stars END AS stars,
                     CASE WHEN r.withdrawn_ms IS NULL THEN r.thumb END AS thumb,
                     CASE WHEN r.withdrawn_ms IS NULL THEN r.reason END AS ratingReason,
                     CASE WHEN r.withdrawn_ms IS NULL THEN r.text END AS ratingText,
                     p.reason AS reportReason, p.text AS reportText,
                     (SELECT count(*) FROM reports x WHERE x.answer_id = a.id) AS reports,
                     o.training_consent AS consented, a.crisis <> 'none' AS crisis,
                     EXISTS (SELECT 1 FROM corrections c WHERE c.answer_id = a.id) AS corrected,
                     m.created_ms AS createdMs
                FROM patient_answers a
                JOIN patient_sessions s ON s.id = a.session_id
                JOIN patients o ON o.id = s.patient_id
                JOIN patient_messages m ON m.answer_id = a.id AND m.role = 'assistant'
                LEFT JOIN ratings r ON r.answer_id = a.id
                LEFT JOIN reports p ON p.id = (SELECT id FROM reports WHERE answer_id = a.id ORDER BY created_ms DESC, id LIMIT 1)
               WHERE ${where} AND (${VOTED_DOWN} OR p.id IS NOT NULL)
               ORDER BY m.created_ms DESC, a.id LIMIT ${limit}`,
        )
        .filter((row) => row.question !== null)
        .map((row) => ({
          ...row,
          consented: row.consented === 1,
          crisis: row.crisis === 1,
          corrected: row.corrected === 1,
        })),
    );
  }
}
