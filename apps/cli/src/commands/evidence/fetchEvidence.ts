import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, CodedError, withDeadline } from '@bettertherapy/core';
import { type EvidenceFile, evidenceFileSchema, evidenceText } from '@bettertherapy/evidence';
import { request } from 'undici';
import { z } from 'zod';

const REQUEST_MS = 60_000;
const listSchema = z.object({ data: z.array(z.object({ number: z.int(), sha256: z.string() })) });

export interface EvidenceSource {
  /** Address of a validator's gateway. */
  readonly gateway: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Numbers of the rounds that the gateway has evidence of, oldest first. @throws CodedError CLI_GATEWAY */
export async function listEvidence(source: EvidenceSource): Promise<number[]> {
  const { data } = listSchema.parse(await get(source, '/v1/evidence'));
  return data.map(({ number }) => number).sort((a, b) => a - b);
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
    const file: EvidenceFile = evidenceFileSchema.parse(await get(source, `/v1/evidence/${number}`));
    const path = join(folder, `round-${String(number).padStart(6, '0')}.json`);
    writeFileSync(path, evidenceText(file));
    written.push(path);
  }
  return written;
}

async function get({ gateway, clock, signal }: EvidenceSource, path: string): Promise<unknown> {
  const url = new URL(path, gateway);
  try {
    return await withDeadline({ what: `evidence of ${url.host}`, ms: REQUEST_MS, clock, signal }, async (inner) => {
      const { statusCode, body } = await request(url, { signal: inner });
      if (statusCode !== 200) throw new Error(`it answers ${statusCode} ${(await body.text()).slice(0, 200)}`);
      return await body.json();
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new CodedError('CLI_GATEWAY', `no evidence from ${url}`, {
      remedy: 'Check the address of the gateway, and that the validator runs with --gateway.port.',
      cause,
    });
  }
}
