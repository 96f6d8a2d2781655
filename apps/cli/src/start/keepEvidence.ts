import { type Clock, CodedError, withDeadline } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import { listEvidence, saveEvidence } from '../commands/evidence/fetchEvidence.js';
import { gatewayUrl } from '../commands/key/database.js';
import type { Layout } from './layout.js';

/** A round is sealed seconds after it closes. */
const SEAL_DEADLINE_MS = 60_000;
const POLL_MS = 500;

/** Waits until every closed round of this run is sealed and writes their evidence into a folder. */
export async function keepEvidence(
  at: { readonly layout: Layout; readonly folder: string; readonly firstRound: number },
  parts: { readonly store: Store; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const { store, clock, signal } = parts;
  const gateway = gatewayUrl(at.layout.validator);
  if (gateway === null) {
    throw new CodedError('START_NO_GATEWAY', 'evidence is fetched from the gateway, which does not run', {
      remedy: 'Leave out --gateway.port off.',
    });
  }
  const source = { gateway, clock, signal };
  const last = store.rounds.closedCount();
  const numbers = await withDeadline(
    { what: 'the seal of the last round', ms: SEAL_DEADLINE_MS, clock, signal },
    async (inner) => {
      for (;;) {
        const sealed = (await listEvidence(source, last)).filter((number) => number >= at.firstRound);
        if (sealed.length > last - at.firstRound) return sealed;
        await clock.sleep(POLL_MS, inner);
      }
    },
  );
  await saveEvidence(source, numbers, at.folder);
}
