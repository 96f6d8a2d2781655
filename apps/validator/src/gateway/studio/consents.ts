import type { ConsentRow } from '@bettertherapy/store';
import { contentOf } from '@bettertherapy/twins';
import { draftWithout } from './drafts.js';
import type { StudioParts } from './parts.js';

export function consentJson({
  id,
  scope,
  statement,
  givenMs,
  withdrawnMs,
  dialogues,
}: ConsentRow & { readonly dialogues: number }) {
  return { id, scope, statement, given_ms: givenMs, withdrawn_ms: withdrawnMs, dialogues };
}

/** What the withdrawal of a consent came to. */
export interface Withdrawal {
  readonly dialogues: number;
  /** The version published in place of one that held them; null when none did. */
  readonly publishedVersion: number | null;
  readonly withdrawnVersions: readonly number[];
}

/**
 * Withdraws a consent: its dialogues lose their text and leave the memory, the draft and what patients get. When the
 * version in use holds one, the same content without them is published next and every older version that holds one is
 * withdrawn. Null when there is no such consent that stands.
 */
export function withdrawConsent(
  at: { readonly twinId: string; readonly consentId: string },
  { store, registry, clock }: StudioParts,
): Withdrawal | null {
  const { twinId, consentId } = at;
  const ids = store.dialogues.withdraw({ consentId, twinId, nowMs: clock.wallMs() });
  if (ids === null) return null;
  const gone = new Set(ids);
  const draft = draftWithout(store.twins.get(twinId)?.draft ?? null, gone);
  if (draft !== null) registry.saveDraft(twinId, draft);
  const current = registry.catalogue.currentOf(twinId);
  const held = current?.pack.dialogues.some(({ id }) => gone.has(id)) ?? false;
  const published =
    current && held
      ? registry.import({
          ...contentOf(current.pack),
          dialogues: current.pack.dialogues.filter(({ id }) => !gone.has(id)),
        }).version
      : null;
  const withdrawnVersions = registry.catalogue
    .versions(twinId)
    .filter(({ state, version }) => state === 'published' && holds(version))
    .map(({ version }) => version);
  for (const version of withdrawnVersions) registry.withdrawVersion(twinId, version);
  return { dialogues: ids.length, publishedVersion: published, withdrawnVersions };

  function holds(version: number): boolean {
    return registry.catalogue.pack(twinId, version).dialogues.some(({ id }) => gone.has(id));
  }
}
