import { CodedError } from '@bettertherapy/core';
import { TwinErrorCode } from '../errors.js';

/** A version's life. Drafts have no version yet; the text of a published or withdrawn one never changes. */
export const TWIN_STATES = ['draft', 'reviewed', 'published', 'withdrawn'] as const;
export type TwinState = (typeof TWIN_STATES)[number];

/** Which states may follow. A withdrawn version stays withdrawn: what comes after it is a new version. */
const FOLLOWING: Readonly<Record<TwinState, readonly TwinState[]>> = {
  draft: ['reviewed'],
  reviewed: ['published', 'draft'],
  published: ['withdrawn'],
  withdrawn: [],
};

export function mayFollow(from: TwinState, to: TwinState): boolean {
  return FOLLOWING[from].includes(to);
}

/** @throws CodedError TWIN_ILLEGAL_STEP */
export function requireStep(from: TwinState, to: TwinState): void {
  if (mayFollow(from, to)) return;
  const next = FOLLOWING[from];
  throw new CodedError(TwinErrorCode.IllegalStep, `a ${from} twin cannot become ${to}`, {
    remedy:
      next.length === 0 ? 'Make a new version from a draft instead.' : `What can follow is: ${next.join(' or ')}.`,
    details: { from, to },
  });
}
