import { CodedError } from '@bettertherapy/core';
import { canonicalJson, sha256Hex } from '@bettertherapy/twins';
import { EvidenceErrorCode } from './errors.js';
import { type EvidenceFile, evidenceFileSchema, type RoundEvidence, roundEvidenceSchema } from './schema.js';

/** What the hotkey signs. */
export function signedText(sha256: string): string {
  return `bettertherapy/evidence/1:${sha256}`;
}

export function hashEvidence(evidence: unknown): string {
  return sha256Hex(canonicalJson(evidence));
}

/** The file's text: one line, canonical, so that equal evidence is equal bytes. */
export function evidenceText(file: EvidenceFile): string {
  return `${canonicalJson(file)}\n`;
}

/** Why a file is not what it says it is. */
export type EnvelopeFault =
  | 'hash'
  | 'signature'
  | 'signer'
  /** The bytes are not those in which this content is written: a digit that no number has room for, a space too many. */
  | 'text';

export interface OpenedEvidence {
  readonly evidence: RoundEvidence;
  readonly sha256: string;
  readonly signer: string;
  readonly faults: readonly EnvelopeFault[];
}

/**
 * Reads a file and checks its hash and signature, and that it is written as such files are, to the last byte.
 * @param verify true when `signature` (hex) by `signer` stands under `text`
 * @throws CodedError EVIDENCE_UNREADABLE
 */
export function openEvidence(
  text: string,
  verify: (signer: string, text: string, signature: string) => boolean,
): OpenedEvidence {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw unreadable('it is not JSON', cause);
  }
  const file = evidenceFileSchema.safeParse(raw);
  if (!file.success) throw unreadable('it has not the shape of an evidence file', file.error);
  const { evidence, sha256, signer, signature } = file.data;
  const parsed = roundEvidenceSchema.safeParse(evidence);
  if (!parsed.success) throw unreadable(firstProblem(parsed.error), parsed.error);
  const faults: EnvelopeFault[] = [];
  // Hashed as it stands in the file, members that this build does not know included.
  if (hashEvidence(evidence) !== sha256) faults.push('hash');
  if (!verify(signer, signedText(sha256), signature)) faults.push('signature');
  if (signer !== parsed.data.validator) faults.push('signer');
  if (`${canonicalJson(raw)}\n` !== text) faults.push('text');
  return { evidence: parsed.data, sha256, signer, faults };
}

function firstProblem(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; message: string }[];
}) {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.')}: ${issue.message}` : 'it does not have the shape of a round';
}

function unreadable(why: string, cause: unknown): CodedError<EvidenceErrorCode> {
  return new CodedError(EvidenceErrorCode.Unreadable, `no evidence: ${why}`, {
    remedy: 'Fetch the file again from the validator (/v1/evidence), or use the release that wrote it.',
    cause,
  });
}
