import { createReadStream } from 'node:fs';
import type { AdapterFolder } from '@bettertherapy/llm';
import { z } from 'zod';
import { apiError } from '../http/errors.js';
import { Limits } from '../http/limits.js';
import { type Route, route } from '../http/route.js';
import type { GatewayParts } from '../parts.js';
import { byteRange } from './byteRange.js';

/** Files are large, and patients share the line. */
const DOWNLOADS = {
  concurrency: 2,
  maxStreams: 8,
  ratePerMinute: 60,
  addressRatePerMinute: 60,
  // Nobody becomes a patient here.
  newPatientsPerHour: 1,
} as const;
/** Whoever reads more slowly is cut off, and goes on where it stopped. */
const MIN_BYTES_PER_SECOND = 64 * 1024;
const FIRST_MS = 30_000;

/** How adapters travel to miners: by their hash, whole or from some byte on, while a published pack names them. */
export function adapterRoutes(parts: Pick<GatewayParts, 'twins' | 'clock'> & { adapters: AdapterFolder }): Route[] {
  const { twins, clock, adapters } = parts;
  const downloads = new Limits(DOWNLOADS, { clock });
  return [
    route(
      {
        method: 'GET',
        url: '/v1/twin-adapters/:sha256',
        summary: 'The LoRA adapter that a published pack names (GGUF); takes `Range`',
        tag: 'twins',
        access: 'public',
        params: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
        replies: {
          200: { description: 'The file', contentType: 'application/octet-stream' },
          206: { description: 'The part of it that was asked for', contentType: 'application/octet-stream' },
          416: { description: 'The file ends before that part' },
        },
      },
      async ({ params: { sha256 }, caller, signal, request, reply }) => {
        const named = twins.catalogue.publishedAdapters().has(sha256);
        const found = named ? await adapters.find(sha256, signal) : null;
        if (found === null) throw apiError('not_found', 'No adapter of this hash is given out.', { param: 'sha256' });
        const { file, bytes } = found;
        const etag = `"${sha256}"`;
        // What bears its hash as its name never changes.
        reply.headers({
          etag,
          'accept-ranges': 'bytes',
          'cache-control': 'public, max-age=31536000, immutable',
          'content-type': 'application/octet-stream',
        });
        if (request.headers['if-none-match'] === etag) {
          void reply.code(304).send();
          return undefined;
        }
        const since = request.headers['if-range'];
        const range = since === undefined || since === etag ? byteRange(request.headers.range, bytes) : null;
        if (range === 'beyond') {
          void reply.code(416).header('content-range', `bytes */${bytes}`).send();
          return undefined;
        }
        const { start, end } = range ?? { start: 0, end: bytes - 1 };
        const length = end - start + 1;
        const leave = downloads.enter(caller);
        const stream = createReadStream(file, { start, end, signal });
        const cancel = clock.after(FIRST_MS + (length / MIN_BYTES_PER_SECOND) * 1_000, () =>
          stream.destroy(new Error('the reader is too slow')),
        );
        stream.once('close', () => {
          cancel();
          leave();
        });
        if (range !== null) reply.code(206).header('content-range', `bytes ${start}-${end}/${bytes}`);
        void reply.header('content-length', length).send(stream);
        return undefined;
      },
    ),
  ];
}
