export const EvidenceErrorCode = {
  /** The text is no evidence file of a version that this build reads. */
  Unreadable: 'EVIDENCE_UNREADABLE',
} as const;
export type EvidenceErrorCode = (typeof EvidenceErrorCode)[keyof typeof EvidenceErrorCode];
