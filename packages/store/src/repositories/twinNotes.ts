import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Session, Tx } from '../session.js';

/** Something a twin knows: a note with its source, or a dialogue its doctor has reviewed. */
export interface StoredNote {
  readonly kind: 'note' | 'dialogue';
  readonly id: string;
  /** A note's title, a dialogue's question. */
  readonly title: string;
  readonly text: string;
  /** Where it comes from, as the pack says it; null for dialogues. */
  readonly source: Record<string, string | number | null> | null;
}

export interface FoundNote extends StoredNote {
  /** Sha256 of a pack, or `twin:<id>`. */
  readonly book: string;
}

const sourceRow = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
const row = z.object({
  book: z.string(),
  kind: z.enum(['note', 'dialogue']),
  item_id: z.string(),
  title: z.string(),
  body: z.string(),
  source: z.string().nullable(),
});

/** Full-text index (FTS5) of what twins know. A title counts four times as much as the text. */
export class TwinNoteRepository {
  constructor(private readonly session: Session) {}

  /** Replaces everything a book holds. */
  put(book: string, notes: readonly StoredNote[]): void {
    this.session.write('twinNotes.put', (tx) => putNotes(tx, book, notes));
  }

  /** Adds one note, or replaces the one of that kind and id. */
  add(book: string, note: StoredNote): void {
    this.session.write('twinNotes.add', (tx) => {
      tx.run(sql`DELETE FROM twin_notes WHERE book = ${book} AND kind = ${note.kind} AND item_id = ${note.id}`);
      putNote(tx, book, note);
    });
  }

  /** Takes one note out. True when it was there. */
  remove(book: string, kind: StoredNote['kind'], id: string): boolean {
    return this.session.write(
      'twinNotes.remove',
      (tx) =>
        tx.run(sql`DELETE FROM twin_notes WHERE book = ${book} AND kind = ${kind} AND item_id = ${id}`).changes > 0,
    );
  }

  drop(book: string): void {
    this.session.write('twinNotes.drop', (tx) => {
      tx.run(sql`DELETE FROM twin_notes WHERE book = ${book}`);
    });
  }

  /** The best notes of these books by BM25, best first. `match` is FTS5 syntax, made by the layer above. */
  search(query: { readonly books: readonly string[]; readonly match: string; readonly limit: number }): FoundNote[] {
    if (query.books.length === 0) return [];
    return this.session.read('twinNotes.search', (tx) =>
      tx
        .all(
          sql`SELECT book, kind, item_id, title, body, source FROM twin_notes
              WHERE twin_notes MATCH ${query.match} AND book IN ${query.books}
              ORDER BY bm25(twin_notes, 0, 0, 0, 4.0, 1.0, 0), rowid LIMIT ${query.limit}`,
        )
        .map(toNote),
    );
  }

  /** Everything these books hold, in the order it was put there; at most `limit`. */
  all(books: readonly string[], limit: number): FoundNote[] {
    if (books.length === 0) return [];
    return this.session.read('twinNotes.all', (tx) =>
      tx
        .all(
          sql`SELECT book, kind, item_id, title, body, source FROM twin_notes
              WHERE book IN ${books} ORDER BY rowid LIMIT ${limit}`,
        )
        .map(toNote),
    );
  }
}

/** Replaces everything a book holds, inside a transaction of another repository. */
export function putNotes(tx: Tx, book: string, notes: readonly StoredNote[]): void {
  tx.run(sql`DELETE FROM twin_notes WHERE book = ${book}`);
  for (const note of notes) putNote(tx, book, note);
}

/** Adds one note, inside a transaction of another repository. */
export function putNote(tx: Tx, book: string, note: StoredNote): void {
  const source = note.source === null ? null : JSON.stringify(sourceRow.parse(note.source));
  tx.run(sql`INSERT INTO twin_notes (book, kind, item_id, title, body, source)
             VALUES (${book}, ${note.kind}, ${note.id}, ${note.title}, ${note.text}, ${source})`);
}

function toNote(raw: unknown): FoundNote {
  const { book, kind, item_id, title, body, source } = row.parse(raw);
  return {
    book,
    kind,
    id: item_id,
    title,
    text: body,
    source: source === null ? null : sourceRow.parse(JSON.parse(source)),
  };
}
