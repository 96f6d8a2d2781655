const PATTERN = /^bettertherapy\/evidence\/1:(\d+):([0-9a-f]{64})$/;

/** What a validator commits to on chain: its newest evidence, by number and hash. */
export interface EvidenceCommitment {
  readonly number: number;
  readonly sha256: string;
}

export function commitmentText({ number, sha256 }: EvidenceCommitment): string {
  return `bettertherapy/evidence/1:${number}:${sha256}`;
}

/** Null for a text that is no commitment to evidence. */
export function parseCommitment(text: string): EvidenceCommitment | null {
  const match = PATTERN.exec(text);
  return match?.[1] && match[2] ? { number: Number(match[1]), sha256: match[2] } : null;
}
