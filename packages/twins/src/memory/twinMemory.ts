import { describeError, type Logger, withDeadline } from '@bettertherapy/core';
import type { ShelfNote } from '../registry/shelf.js';
import { fuseRankings, similarity } from './fuse.js';
import { matchQuery } from './matchQuery.js';

/** A note found for a question. */
export interface RecalledNote extends ShelfNote {
  /** Sha256 of a pack, or `twin:<id>`. */
  readonly book: string;
}

/** The full-text index; the store's `twinNotes` is one. */
export interface NoteIndex {
  search(query: { readonly books: readonly string[]; readonly match: string; readonly limit: number }): RecalledNote[];
  all(books: readonly string[], limit: number): RecalledNote[];
}

/** A model that turns texts into vectors of length 1; a language model with embeddings is one. */
export interface Embedder {
  embed(
    texts: readonly string[],
    options?: { readonly signal?: AbortSignal | undefined; readonly deadlineMs?: number | undefined },
  ): Promise<Float32Array[]>;
}

export interface MemoryParts {
  readonly index: NoteIndex;
  /** Null where no embedding model is configured: then words alone decide. */
  readonly embedder: Embedder | null;
  readonly log: Logger;
}

export interface RecallRequest {
  /** Whose notes: sha256 of a pack, and `twin:<id>` for what was reviewed since. */
  readonly books: readonly string[];
  readonly question: string;
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/** Candidates each ranking gives. */
const CANDIDATES = 24;
/** Notes of one book that get vectors. */
const MAX_EMBEDDED = 512;
const MAX_BOOKS = 32;
const EMBED_DEADLINE_MS = 4_000;
/** Less alike than this is another subject. */
const MIN_SIMILARITY = 0.25;

interface Vector {
  readonly note: RecalledNote;
  readonly values: Float32Array;
}

/**
 * What a twin knows about a question. BM25 over words always; where there is an embedding model, its ranking is fused in,
 * and when it fails or is late, words alone decide.
 */
export class TwinMemory {
  private readonly vectors = new Map<string, Promise<Vector[]>>();

  constructor(private readonly parts: MemoryParts) {}

  /** The best notes first, at most `limit`. Never throws but for the index itself. */
  async recall(request: RecallRequest): Promise<RecalledNote[]> {
    const { index, embedder } = this.parts;
    const match = matchQuery(request.question);
    const byWords = match === null ? [] : index.search({ books: request.books, match, limit: CANDIDATES });
    const byMeaning = embedder === null ? [] : await this.rankByMeaning(embedder, request);
    const notes = new Map([...byMeaning, ...byWords].map((note) => [keyOf(note), note]));
    return fuseRankings([byWords.map(keyOf), byMeaning.map(keyOf)])
      .slice(0, request.limit)
      .flatMap((key) => notes.get(key) ?? []);
  }

  /** Drops the vectors of a book whose notes have changed. */
  forget(book: string): void {
    this.vectors.delete(book);
  }

  private async rankByMeaning(embedder: Embedder, request: RecallRequest): Promise<RecalledNote[]> {
    const options = { signal: request.signal, deadlineMs: EMBED_DEADLINE_MS };
    try {
      const [question] = await embedder.embed([request.question.slice(0, 2000)], options);
      if (question === undefined) return [];
      // A large book may take longer than a question can wait; its vectors are there for the next one.
      const bound = { what: 'vectors of the notes', ms: EMBED_DEADLINE_MS, signal: request.signal };
      const books = await withDeadline(bound, () =>
        Promise.all(request.books.map((book) => this.vectorsOf(embedder, book))),
      );
      return books
        .flat()
        .map(({ note, values }) => ({ note, likeness: similarity(question, values) }))
        .filter(({ likeness }) => likeness >= MIN_SIMILARITY)
        .sort((a, b) => b.likeness - a.likeness)
        .slice(0, CANDIDATES)
        .map(({ note }) => note);
    } catch (error) {
      if (request.signal?.aborted) throw error;
      this.parts.log.warn('embedding failed; notes found by words alone', { error: describeError(error) });
      return [];
    }
  }

  /** Made once per book; several questions at once share the work, a failure is tried again by the next. */
  private vectorsOf(embedder: Embedder, book: string): Promise<Vector[]> {
    const known = this.vectors.get(book);
    if (known !== undefined) return known;
    const [oldest] = this.vectors.keys();
    if (this.vectors.size >= MAX_BOOKS && oldest !== undefined) this.vectors.delete(oldest);
    const made = this.embedBook(embedder, book).catch((error: unknown) => {
      this.vectors.delete(book);
      throw error;
    });
    this.vectors.set(book, made);
    return made;
  }

  private async embedBook(embedder: Embedder, book: string): Promise<Vector[]> {
    const notes = this.parts.index.all([book], MAX_EMBEDDED);
    if (notes.length === 0) return [];
    const values = await embedder.embed(notes.map(({ title, text }) => `${title}\n${text}`));
    return notes.flatMap((note, at) => {
      const vector = values[at];
      return vector === undefined ? [] : [{ note, values: vector }];
    });
  }
}

function keyOf(note: RecalledNote): string {
  return `${note.book}/${note.kind}/${note.id}`;
}
