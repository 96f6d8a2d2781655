import { reviewedBook } from '@bettertherapy/store';
import { crisisLine, detectRisk, type PackContent } from '@bettertherapy/twins';
import { askTwin } from './askTwin.js';
import { withBook } from './drafts.js';
import type { StudioParts } from './parts.js';

const MAX_TOKENS = 320;

/** One version's answer to a doctor's own question, with what it was made from. */
export async function previewAnswer(
  at: {
    readonly twinId: string;
    readonly version: number | 'draft';
    readonly pack: PackContent;
    readonly question: string;
  },
  parts: StudioParts,
  signal: AbortSignal,
) {
  const { twinId, version, pack, question } = at;
  const ask = (books: readonly string[]) => askTwin({ pack, books, question, maxTokens: MAX_TOKENS }, parts, signal);
  const head = parts.store.twins.versions(twinId).find((one) => one.version === version);
  const reviewed = reviewedBook(twinId);
  const { text, ms, sources } =
    head?.state === 'published'
      ? await ask([head.sha256, reviewed])
      : await withBook({ twinId, pack }, parts, (books) => ask([...books, reviewed]));
  const risk = detectRisk(question);
  return {
    version,
    text,
    ms,
    sources: sources.map(({ kind, title, source }) => ({ kind, title, ...source })),
    crisis: risk.level === 'crisis' ? { kinds: risk.kinds, text: crisisLine(risk.kinds, 'international') } : null,
  };
}
