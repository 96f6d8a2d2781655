import { systemClock } from '@bettertherapy/core';
import { type OpenedEvidence, openEvidence } from '@bettertherapy/evidence';
import { ready } from '@bettertherapy/wallet';
import { CliErrorCode, cliError } from '../errors.js';
import { type EvidenceSource, fetchEvidence, listEvidence } from './fetchEvidence.js';
import { isSignedBy, readEvidence } from './files.js';

const ADDRESS = /^https?:\/\//;

/**
 * The evidence of a file, of the newest round of a folder, or at an address; refused when hash or signature do not fit.
 * @throws CodedError CLI_USAGE, CLI_GATEWAY, CLI_BROKEN_EVIDENCE, EVIDENCE_UNREADABLE
 */
export async function soundEvidence(at: string, signal: AbortSignal): Promise<OpenedEvidence> {
  if (ADDRESS.test(at)) {
    await ready();
    const url = new URL(at);
    const text = await fetchEvidence({ gateway: url.origin, clock: systemClock, signal }, url);
    return sound(openEvidence(text, isSignedBy), at);
  }
  const { files, broken } = await readEvidence(at);
  const newest = files.at(-1);
  if (newest) return sound(newest.opened, newest.file);
  throw cliError(CliErrorCode.BrokenEvidence, broken[0]?.error ?? `there is no evidence at ${at}`, {
    remedy: 'Name a file that pnpm bt evidence export wrote.',
  });
}

/** The newest `last` rounds of a validator, oldest first. @throws as {@link soundEvidence} */
export async function newestEvidence(gateway: string, last: number, signal: AbortSignal): Promise<OpenedEvidence[]> {
  await ready();
  const source: EvidenceSource = { gateway, clock: systemClock, signal };
  const numbers = await listEvidence(source, last);
  if (numbers.length === 0) {
    throw cliError(CliErrorCode.BrokenEvidence, `${gateway} has no evidence yet`, {
      remedy: 'Wait until it has closed its first round.',
    });
  }
  const opened: OpenedEvidence[] = [];
  for (const number of numbers) {
    opened.push(sound(openEvidence(await fetchEvidence(source, number), isSignedBy), `round ${number} of ${gateway}`));
  }
  return opened;
}

function sound(opened: OpenedEvidence, where: string): OpenedEvidence {
  if (opened.faults.length === 0) return opened;
  throw cliError(CliErrorCode.BrokenEvidence, `${where}: the ${opened.faults.join(' and the ')} does not fit`, {
    remedy: 'This is not what the validator signed; fetch it again from the validator itself.',
    details: { faults: opened.faults },
  });
}
