import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, decodeSs58, describeError } from '@bettertherapy/core';
import { type OpenedEvidence, openEvidence } from '@bettertherapy/evidence';
import { ready, verify } from '@bettertherapy/wallet';
import { CliErrorCode, cliError } from '../errors.js';

export interface EvidenceOnDisk {
  readonly file: string;
  readonly opened: OpenedEvidence;
}

export interface BrokenFile {
  readonly file: string;
  readonly error: string;
}

/**
 * A file, or every `.json` of a folder, in the order of their rounds; those that are no evidence apart.
 * @throws CodedError CLI_USAGE when there is nothing there
 */
export async function readEvidence(
  path: string | undefined,
): Promise<{ readonly files: readonly EvidenceOnDisk[]; readonly broken: readonly BrokenFile[] }> {
  await ready();
  const found = path === undefined ? [] : listOf(path);
  if (found.length === 0) {
    throw cliError(CliErrorCode.Usage, `there is no evidence${path === undefined ? '' : ` at ${path}`}`, {
      remedy: 'Name an evidence file or a folder of them; pnpm bt evidence export writes one.',
    });
  }
  const files: EvidenceOnDisk[] = [];
  const broken: BrokenFile[] = [];
  for (const file of found) {
    try {
      files.push({ file, opened: openEvidence(readFileSync(file, 'utf8'), isSignedBy) });
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      broken.push({ file, error: describeError(error) });
    }
  }
  files.sort((a, b) => a.opened.evidence.round.number - b.opened.evidence.round.number);
  return { files, broken };
}

/** Whether an address signed a text. Needs `ready()` of the wallet package. */
export function isSignedBy(signer: string, text: string, signature: string): boolean {
  try {
    return verify(new TextEncoder().encode(text), Buffer.from(signature, 'hex'), decodeSs58(signer));
  } catch (error) {
    // Only an address that is none can be thrown at; what it names has signed nothing.
    if (error instanceof CodedError) return false;
    throw error;
  }
}

function listOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(path, name));
}
