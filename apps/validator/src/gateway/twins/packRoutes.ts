import type { SignedTwinIndex } from '@bettertherapy/twins';
import { z } from 'zod';
import { apiError } from '../http/errors.js';
import { type Route, route } from '../http/route.js';
import type { GatewayParts } from '../parts.js';

/** How old a signed index may be when it is given out; miners take one of the last hour. */
const INDEX_MS = 1_000;

/** How packs travel to miners: a signed index of what is published, and each pack by the hash of its content. */
export function packRoutes({ twins, clock }: Pick<GatewayParts, 'twins' | 'clock'>): Route[] {
  let signed: { readonly index: SignedTwinIndex; readonly atMs: number } | null = null;
  const currentIndex = (): SignedTwinIndex => {
    const nowMs = clock.monotonicMs();
    if (signed === null || nowMs - signed.atMs >= INDEX_MS) signed = { index: twins.signedIndex(), atMs: nowMs };
    return signed.index;
  };
  return [
    route(
      {
        method: 'GET',
        url: '/v1/twin-index',
        summary: 'The signed list of published and withdrawn versions, for miners',
        tag: 'twins',
        access: 'public',
        replies: { 200: { description: 'Index and signature' } },
      },
      () => ({ status: 200, body: currentIndex() }),
    ),
    route(
      {
        method: 'GET',
        url: '/v1/twin-packs/:sha256',
        summary: 'One published pack with its proof, for miners',
        tag: 'twins',
        access: 'public',
        params: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
        replies: { 200: { description: 'Pack, hash, signer and signature' } },
      },
      ({ params: { sha256 } }) => {
        const envelope = twins.catalogue.envelope(sha256);
        if (envelope === null) throw apiError('not_found', 'No published pack has this hash.', { param: 'sha256' });
        return { status: 200, body: envelope };
      },
    ),
  ];
}
