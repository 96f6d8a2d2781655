import type { EvidenceCommitment } from './commitment.js';
import type { OpenedEvidence } from './envelope.js';

/** A break in a row of evidence files. */
export interface ChainFault {
  readonly number: number;
  readonly fault: 'missing_before' | 'other_before' | 'average_before' | 'not_committed';
  readonly details: string;
}

/**
 * Checks that files continue each other: each names the hash of the one before it, and each average begins where the
 * last one ended; and that the file the chain knows is the one here. `files` in the order of their rounds.
 */
export function checkRow(files: readonly OpenedEvidence[], committed: EvidenceCommitment | null): ChainFault[] {
  const faults: ChainFault[] = [];
  const averages = new Map<string, number>();
  files.forEach((file, at) => {
    const { evidence } = file;
    const { number } = evidence.round;
    const before = files[at - 1];
    if (before && evidence.previous !== before.sha256) {
      const next = before.evidence.round.number + 1 === number;
      const fault = next ? 'other_before' : 'missing_before';
      faults.push({ number, fault, details: `names ${evidence.previous}, here is ${before.sha256}` });
    }
    for (const fold of evidence.folds) {
      const key = `${fold.hotkey}:${fold.registeredAtBlock}`;
      const known = averages.get(key);
      if (known !== undefined && fold.emaBefore !== null && fold.emaBefore !== known) {
        const details = `${fold.hotkey} goes on from ${fold.emaBefore}, the last was ${known}`;
        faults.push({ number, fault: 'average_before', details });
      }
      averages.set(key, fold.emaAfter);
    }
  });
  const known = files.find(({ evidence }) => evidence.round.number === committed?.number);
  if (committed && known && known.sha256 !== committed.sha256) {
    const details = `the chain has ${committed.sha256}, the file ${known.sha256}`;
    faults.push({ number: committed.number, fault: 'not_committed', details });
  }
  return faults;
}
