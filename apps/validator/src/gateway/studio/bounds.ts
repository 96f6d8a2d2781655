import { apiError } from '../http/errors.js';

/** Versions of one twin, each a pack of its own; none is ever deleted, because patients' sessions name them. */
export const MOST_VERSIONS = 200;
/** Dialogues of one twin that stand, imported ones and corrections together. */
export const MOST_DIALOGUES_KEPT = 2_000;
export const NO_ROOM_FOR_DIALOGUES = `A twin may have ${MOST_DIALOGUES_KEPT} dialogues. Withdraw a consent whose dialogues are not needed, or import fewer.`;
/** Consents of one twin, withdrawn ones included. */
export const MOST_CONSENTS = 200;

/**
 * Refuses what would go over a bound of the studio.
 * @param what says what there is too much of and what makes room
 * @throws CodedError limit_reached when `have` and `more` together are over `most`
 */
export function requireRoom(
  what: string,
  at: { readonly have: number; readonly more?: number; readonly most: number },
) {
  if (at.have + (at.more ?? 1) > at.most) throw apiError('limit_reached', what);
}
