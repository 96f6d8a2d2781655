import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, CodedError, withDeadline } from '@bettertherapy/core';
import { evidenceFileSchema, evidenceText } from '@bettertherapy/evidence';
import { request } from 'undici';
import { z } from 'zod';

const REQUEST_MS = 60_000;
/** A gateway gives a stranger so many requests a minute and then says how long to wait. */
const WAITS = 10;
const LONGEST_WAIT_MS = 60_000;
/** Of one reply; a round of 16 questions to 256 miners stays far below. */
const MAX_BYTES = 64 * 1024 * 1024;
const listSchema = z.object({
  data: z.array(z.object({ number: z.int(), sha256: z.string() })),
  has_more: z.boolean().default(false),
});

export interface EvidenceSource {
  /** Address of a validator's gateway. */
  readonly gateway: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Numbers of the newest rounds, at most `last`, that the gateway has evidence of, oldest first. @throws CodedError CLI_GATEWAY */
export async function listEvidence(source: EvidenceSource, last: number): Promise<number[]> {
  const newestFirst: number[] = [];
  for (let more = true; more && newestFirst.length < last; ) {
    const before = newestFirst.at(-1) ?? Number.POSITIVE_INFINITY;
    const page = await get(
      source,
      newestFirst.length === 0 ? '/v1/evidence' : `/v1/evidence?before=${before}`,
      listSchema,
    );
    // A gateway that gives the same rounds again has no more of them.
    const older = page.data.map(({ number }) => number).filter((number) => number < before);
    newestFirst.push(...older.sort((a, b) => b - a));
    more = page.has_more && older.length > 0;
  }
  return newestFirst.slice(0, last).reverse();
}

/** Fetches the evidence of rounds into a folder, one file each, and returns the files. @throws CodedError CLI_GATEWAY */
export async function saveEvidence(
  source: EvidenceSource,
  numbers: readonly number[],
  folder: string,
): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const written: string[] = [];
  for (const number of numbers) {
    const path = join(folder, `round-${String(number).padStart(6, '0')}.json`);
    writeFileSync(path, await fetchEvidence(source, number));
    written.push(path);
  }
  return written;
}

/** The text of a signed file: of a round by its number, or at an address of its own. @throws CodedError CLI_GATEWAY */
export async function fetchEvidence(source: EvidenceSource, at: number | URL): Promise<string> {
  return evidenceText(await get(source, at instanceof URL ? at.href : `/v1/evidence/${at}`, evidenceFileSchema));
}

async function get<T>({ gateway, clock, signal }: EvidenceSource, path: string, schema: z.ZodType<T>): Promise<T> {
  const url = new URL(path, gateway);
  try {
    for (let waits = 0; ; waits += 1) {
      const { statusCode, text, waitMs } = await withDeadline(
        { what: `evidence of ${url.host}`, ms: REQUEST_MS, clock, signal },
        (inner) => fetchText(url, inner),
      );
      if (statusCode === 200) return schema.parse(JSON.parse(text));
      if (waitMs === null || waits >= WAITS) throw new Error(`it answers ${statusCode} ${text.slice(0, 200)}`);
      await clock.sleep(waitMs, signal);
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw new CodedError('CLI_GATEWAY', `no evidence from ${url}`, {
      remedy: 'Check the address of the gateway, and that the validator runs with --gateway.port.',
      cause,
    });
  }
}

/** `waitMs`: how long the gateway asks to wait before another try; null where waiting does not help. */
async function fetchText(
  url: URL,
  signal: AbortSignal,
): Promise<{ readonly statusCode: number; readonly text: string; readonly waitMs: number | null }> {
  const { statusCode, headers, body } = await request(url, { signal });
  const text = await textOf(body);
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  const waits = (statusCode === 429 || statusCode === 503) && seconds >= 0;
  return { statusCode, text, waitMs: waits ? Math.min(LONGEST_WAIT_MS, seconds * 1_000) : null };
}

/** The gateway is a stranger's: what it sends is bounded. Leaving the loop ends the connection. */
async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`it sends more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
