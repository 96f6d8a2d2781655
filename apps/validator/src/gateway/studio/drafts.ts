import type { DialogueRow, JsonRecord, Store } from '@bettertherapy/store';
import {
  canonicalJson,
  contentOf,
  notesOf,
  type PackContent,
  type PackProblem,
  packProblems,
  parsePackContent,
  sha256Hex,
  type TwinDraft,
} from '@bettertherapy/twins';
import { z } from 'zod';
import { apiError } from '../http/errors.js';
import { refusing } from '../http/twinErrors.js';
import type { StudioParts } from './parts.js';

const MOST_DIALOGUES = 300;
const withDialogues = z.object({ dialogues: z.array(z.object({ id: z.string() })).catch([]) });

/**
 * The draft of a twin with its reviewed dialogues added, as it would be submitted; null when there is no draft.
 * Dialogues in a patient's words stay out: a version cannot be changed when the patient's data has to go.
 */
export function wholeDraft(
  twinId: string,
  store: Store,
): { readonly draft: JsonRecord; readonly added: number } | null {
  const draft = store.twins.get(twinId)?.draft ?? null;
  if (draft === null) return null;
  const { dialogues } = withDialogues.parse(draft);
  const held = new Set(dialogues.map(({ id }) => id));
  const ownWords = new Set(store.dialogues.corrections(twinId).flatMap((one) => (one.ownWords ? one.dialogueId : [])));
  const fresh = store.dialogues
    .ofTwin(twinId)
    .filter((row) => !held.has(row.id) && (row.origin === 'import' || ownWords.has(row.id)))
    .slice(0, Math.max(0, MOST_DIALOGUES - dialogues.length));
  const kept = Array.isArray(draft.dialogues) ? draft.dialogues : [];
  return { draft: { ...draft, dialogues: [...kept, ...fresh.toReversed().map(asDialogue)] }, added: fresh.length };
}

function asDialogue({ id, question, answer }: DialogueRow): { id: string; question: string; answer: string } {
  return { id, question, answer };
}

/** The whole draft as a pack, and what is wrong with it. @throws CodedError conflict without a draft */
export function draftPack(
  twinId: string,
  store: Store,
): { readonly pack: PackContent | null; readonly problems: readonly PackProblem[] } {
  const whole = wholeDraft(twinId, store);
  if (whole === null) throw apiError('conflict', 'This twin has no draft. Save one first.');
  const problems = packProblems(whole.draft);
  return { pack: problems.length === 0 ? parsePackContent(whole.draft) : null, problems };
}

/** The content of a version or of the draft. @throws CodedError not_found, conflict, invalid_request */
export function contentAt(twinId: string, version: number | 'draft', { store, registry }: StudioParts): PackContent {
  if (version !== 'draft') return refusing(() => contentOf(registry.catalogue.pack(twinId, version)));
  const { pack, problems } = draftPack(twinId, store);
  if (pack !== null) return pack;
  const [first] = problems;
  throw apiError('invalid_request', `The draft is not complete: ${first?.path ?? ''} ${first?.message ?? ''}`, {
    param: first?.path,
  });
}

/**
 * Runs `work` with the books of a content that is not published: its notes are indexed under a name of their own for as
 * long as it takes.
 */
export async function withBook<T>(
  at: { readonly twinId: string; readonly pack: PackContent },
  { store }: Pick<StudioParts, 'store'>,
  work: (books: readonly string[]) => Promise<T>,
): Promise<T> {
  const book = `studio:${at.twinId}:${sha256Hex(canonicalJson(at.pack))}`;
  store.twinNotes.put(book, notesOf(at.pack));
  try {
    return await work([book]);
  } finally {
    store.twinNotes.drop(book);
  }
}

/** The draft without some dialogues; null when there is no draft or it holds none of them. */
export function draftWithout(draft: JsonRecord | null, ids: ReadonlySet<string>): TwinDraft | null {
  if (draft === null || !Array.isArray(draft.dialogues)) return null;
  const { dialogues } = withDialogues.parse(draft);
  if (!dialogues.some(({ id }) => ids.has(id))) return null;
  return { ...draft, dialogues: draft.dialogues.filter((_, at) => !ids.has(dialogues[at]?.id ?? '')) };
}
