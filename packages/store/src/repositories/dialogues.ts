import { and, asc, count, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { outOfStep } from '../errors.js';
import { consents, corrections, dialogues } from '../schema/index.js';
import type { Session, Tx } from '../session.js';
import { putNote } from './twinNotes.js';

export type DialogueRow = typeof dialogues.$inferSelect;
export type ConsentRow = typeof consents.$inferSelect;
export type CorrectionRow = typeof corrections.$inferSelect;

/** The book of the full-text index that holds a twin's dialogues reviewed since its versions. */
export const reviewedBook = (twinId: string): string => `twin:${twinId}`;

/** Reviewed dialogues, the consents they rest on, and corrections with the gold questions made of them. */
export class DialogueRepository {
  constructor(private readonly session: Session) {}

  /**
   * Saves imported dialogues, masked already, and their notes for retrieval.
   * @throws CodedError STORE_OUT_OF_STEP when the consent is not one of this twin that stands
   */
  import(rows: readonly Omit<DialogueRow, 'origin' | 'withdrawnMs'>[]): void {
    this.session.write('dialogues.import', (tx) => {
      for (const row of rows) {
        const consent = tx
          .select()
          .from(consents)
          .where(
            and(eq(consents.id, row.consentId ?? ''), eq(consents.twinId, row.twinId), isNull(consents.withdrawnMs)),
          )
          .get();
        if (!consent) throw outOfStep('dialogues need a consent that stands', { consentId: row.consentId });
        add(tx, { ...row, origin: 'import' });
      }
    });
  }

  /** Saves a correction with its dialogue; null when the answer has one already. */
  correct(at: {
    readonly correction: CorrectionRow;
    readonly dialogue: Omit<DialogueRow, 'origin' | 'consentId' | 'withdrawnMs'>;
  }): CorrectionRow | null {
    return this.session.write('dialogues.correct', (tx) => {
      const known = tx
        .select()
        .from(corrections)
        .where(eq(corrections.answerId, at.correction.answerId ?? ''))
        .get();
      if (known) return null;
      add(tx, { ...at.dialogue, origin: 'correction', consentId: null });
      return tx.insert(corrections).values(at.correction).returning().get();
    });
  }

  /** How many stand. */
  count(twinId: string): number {
    const standing = and(eq(dialogues.twinId, twinId), isNull(dialogues.withdrawnMs));
    return this.session.read(
      'dialogues.count',
      (tx) => tx.select({ n: count() }).from(dialogues).where(standing).get()?.n ?? 0,
    );
  }

  /** Those that stand, newest first. */
  ofTwin(twinId: string): DialogueRow[] {
    return this.session.read('dialogues.ofTwin', (tx) =>
      tx
        .select()
        .from(dialogues)
        .where(and(eq(dialogues.twinId, twinId), isNull(dialogues.withdrawnMs)))
        .orderBy(desc(dialogues.createdMs), asc(dialogues.id))
        .all(),
    );
  }

  /** Ids whose consent was withdrawn: no version that holds one may be published or come back. */
  withdrawnIds(twinId: string): string[] {
    return this.session.read('dialogues.withdrawnIds', (tx) =>
      tx
        .select({ id: dialogues.id })
        .from(dialogues)
        .where(and(eq(dialogues.twinId, twinId), isNotNull(dialogues.withdrawnMs)))
        .all()
        .map((row) => row.id),
    );
  }

  corrections(twinId: string): CorrectionRow[] {
    return this.session.read('dialogues.corrections', (tx) =>
      tx.select().from(corrections).where(eq(corrections.twinId, twinId)).orderBy(asc(corrections.createdMs)).all(),
    );
  }

  /** Every gold question made of corrections, oldest first, as entries of the question bank. */
  goldQuestions(): CorrectionRow['gold'][] {
    return this.session.read('dialogues.goldQuestions', (tx) =>
      tx
        .select({ gold: corrections.gold })
        .from(corrections)
        .orderBy(asc(corrections.createdMs), asc(corrections.goldId))
        .all()
        .map((row) => row.gold),
    );
  }

  give(row: Omit<ConsentRow, 'withdrawnMs'>): ConsentRow {
    return this.session.write('consents.give', (tx) => tx.insert(consents).values(row).returning().get());
  }

  consents(twinId: string): (ConsentRow & { readonly dialogues: number })[] {
    return this.session.read('consents.ofTwin', (tx) => {
      const held = sql<number>`(SELECT count(*) FROM dialogues d WHERE d.consent_id = consents.id AND d.withdrawn_ms IS NULL)`;
      return tx
        .select({ row: consents, dialogues: held })
        .from(consents)
        .where(eq(consents.twinId, twinId))
        .orderBy(desc(consents.givenMs), asc(consents.id))
        .all()
        .map((one) => ({ ...one.row, dialogues: one.dialogues }));
    });
  }

  /**
   * Withdraws a consent: its dialogues lose their text and their notes in the same commit; null when there is none of
   * this twin that stands. @returns the ids of the dialogues
   */
  withdraw(at: { readonly consentId: string; readonly twinId: string; readonly nowMs: number }): string[] | null {
    return this.session.write('consents.withdraw', (tx) => {
      const gone = tx
        .update(consents)
        .set({ withdrawnMs: at.nowMs })
        .where(and(eq(consents.id, at.consentId), eq(consents.twinId, at.twinId), isNull(consents.withdrawnMs)))
        .run();
      if (gone.changes === 0) return null;
      const rows = tx
        .update(dialogues)
        .set({ question: '', answer: '', withdrawnMs: at.nowMs })
        .where(and(eq(dialogues.consentId, at.consentId), isNull(dialogues.withdrawnMs)))
        .returning({ id: dialogues.id })
        .all();
      for (const { id } of rows) {
        tx.run(
          sql`DELETE FROM twin_notes WHERE book = ${reviewedBook(at.twinId)} AND kind = 'dialogue' AND item_id = ${id}`,
        );
      }
      return rows.map((row) => row.id);
    });
  }
}

function add(tx: Tx, row: Omit<DialogueRow, 'withdrawnMs'>): void {
  tx.insert(dialogues).values(row).run();
  putNote(tx, reviewedBook(row.twinId), {
    kind: 'dialogue',
    id: row.id,
    title: row.question,
    text: row.answer,
    source: null,
  });
}

/**
 * Takes the words of gold questions whose correction is gone, with the patient it came from, out of ended rounds: the
 * question as it was asked, its entry, and the answers, which may repeat it. Scores and their parts stay.
 */
export function scrubGold(tx: Tx): void {
  // All ids of gold questions in a patient's words; `gold-own-…` ones hold none.
  const orphans = sql`(SELECT q.id FROM questions q JOIN rounds r ON r.id = q.round_id
    WHERE q.bank_id >= 'gold-' AND q.bank_id < 'gold.' AND q.bank_id NOT LIKE 'gold-own-%' AND q.bank_entry <> '{}'
      AND r.state <> 'open' AND NOT EXISTS (SELECT 1 FROM corrections c WHERE c.gold_id = q.bank_id))`;
  tx.run(
    sql`UPDATE responses SET output = NULL WHERE request_id IN (SELECT id FROM requests WHERE question_id IN ${orphans})`,
  );
  tx.run(sql`UPDATE questions SET asked_text = ${DELETED}, bank_entry = '{}' WHERE id IN ${orphans}`);
}

/** Cuts what was made of some sessions' answers loose from them, before the sessions go by age. */
export function unlinkCorrections(tx: Tx, sessionIds: readonly string[]): void {
  if (sessionIds.length === 0) return;
  tx.run(
    sql`UPDATE corrections SET answer_id = NULL
         WHERE answer_id IN (SELECT id FROM patient_answers WHERE session_id IN ${sessionIds})`,
  );
}

const DELETED = '(deleted at the wish of the patient)';
