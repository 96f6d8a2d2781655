import { type AnswerSource, reviewedBook } from '@bettertherapy/store';
import type { CurrentTwin, TwinPack } from '@bettertherapy/twins';
import { z } from 'zod';
import { apiError } from '../http/errors.js';
import { noticeOf } from '../notices.js';
import type { GatewayParts } from '../parts.js';

const sourceView = z.object({
  id: z.string(),
  title: z.string(),
  publisher: z.string(),
  year: z.int().nullable(),
  url: z.string().nullable(),
});

export const twinCard = z.object({
  id: z.string(),
  version: z.int(),
  name: z.string(),
  title: z.string(),
  specialty: z.string(),
  summary: z.string(),
  avatar: z.string(),
  languages: z.array(z.string()),
  demonstration: z.boolean(),
  licence: z.object({ body: z.string(), jurisdiction: z.string() }),
});

export const twinDetail = twinCard.extend({
  scope: z.object({ in: z.array(z.string()), out: z.array(z.string()) }),
  starters: z.array(z.string()),
  sources: z.array(sourceView),
  notice: z.string(),
});

/** What a patient sees before choosing; nothing that only miners need. */
export function cardOf(pack: TwinPack): z.output<typeof twinCard> {
  const { id, version, name, title, specialty, summary, avatar, languages, demonstration, licence } = pack;
  const { body, jurisdiction } = licence;
  return {
    ...{ id, version, name, title, specialty, summary, avatar, languages, demonstration },
    licence: { body, jurisdiction },
  };
}

export function detailOf(pack: TwinPack): z.output<typeof twinDetail> {
  const sources = pack.knowledge.map(({ id, source }) => ({ id, ...source }));
  const seen = new Set<string>();
  return {
    ...cardOf(pack),
    scope: pack.scope,
    starters: pack.starters,
    // Several notes may lean on one source.
    sources: sources.filter(({ title, publisher }) => {
      const name = `${publisher}\n${title}`;
      return !seen.has(name) && seen.add(name);
    }),
    notice: noticeOf(pack),
  };
}

/** The version of a twin that patients get. @throws CodedError model_not_found */
export function currentTwin({ twins }: Pick<GatewayParts, 'twins'>, id: string, param = 'model'): CurrentTwin {
  const found = twins.catalogue.currentOf(id);
  if (found) return found;
  throw apiError('model_not_found', 'There is no twin of this id, or it has been withdrawn.', { param });
}

/** Sources shown with one answer. */
const SOURCES_SHOWN = 3;

/** What the twin's own notes say about a question, as sources to show. Notes without a source are none. */
export async function sourcesFor(
  { pack, sha256 }: CurrentTwin,
  question: string,
  { memory }: Pick<GatewayParts, 'memory'>,
  signal: AbortSignal,
): Promise<AnswerSource[]> {
  const notes = await memory.recall({ books: [sha256, reviewedBook(pack.id)], question, limit: SOURCES_SHOWN, signal });
  return notes.flatMap((note) => {
    const known = pack.knowledge.find(({ id }) => note.kind === 'note' && id === note.id);
    return known ? [{ id: known.id, ...known.source }] : [];
  });
}
