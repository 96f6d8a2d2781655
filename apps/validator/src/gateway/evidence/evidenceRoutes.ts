import { evidenceText } from '@bettertherapy/evidence';
import { z } from 'zod';
import { apiError } from '../http/errors.js';
import { type Route, route } from '../http/route.js';
import type { GatewayParts } from '../parts.js';

/** Seals in one reply at most. */
const LISTED = 500;

/** What every round paid for and why, for anybody who wants to compute it again. */
export function evidenceRoutes({ store, evidence }: Pick<GatewayParts, 'store' | 'evidence'>): Route[] {
  return [
    route(
      {
        method: 'GET',
        url: '/v1/evidence',
        summary: 'Hashes of the evidence of the newest rounds, newest first',
        tag: 'evidence',
        access: 'public',
        query: z.object({ before: z.coerce.number().int().min(1).optional() }),
        replies: {
          200: {
            description: `Number, hash, the hash before it, and when it was sealed, of at most ${LISTED} rounds below \`before\`; has_more: there are older ones`,
          },
        },
      },
      ({ query: { before } }) => {
        const seals = store.evidence.latest(LISTED + 1, before);
        const data = seals.slice(0, LISTED).map(({ number, sha256, previous, sealedMs }) => {
          return { number, sha256, previous, sealed_ms: sealedMs };
        });
        return { status: 200, body: { data, has_more: seals.length > LISTED } };
      },
    ),
    route(
      {
        method: 'GET',
        url: '/v1/evidence/:number',
        summary: 'The signed evidence of one round: questions, answers, probabilities, scores, averages, weights',
        tag: 'evidence',
        access: 'public',
        params: z.object({ number: z.coerce.number().int().min(1) }),
        replies: { 200: { description: 'Evidence, hash, signer and signature' } },
      },
      ({ params: { number }, reply }) => {
        const found = evidence.file(number);
        if (found === null) throw apiError('not_found', 'There is no evidence of this round.', { param: 'number' });
        reply.type('application/json; charset=utf-8');
        // Byte for byte the file that replay and verify expect.
        return { status: 200, body: evidenceText(found.file) };
      },
    ),
  ];
}
