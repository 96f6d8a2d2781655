import type { TwinPack } from '@bettertherapy/twins';

/** Read before anything is asked. */
export const DISCLAIMER =
  'You will talk with AI twins: software that answers in the manner of a doctor. It is not a person, it can be wrong, and it does not replace a visit to a doctor. It cannot see your records, prescribe, or call for help. What you write is answered by several computers of an open network, so leave out names, addresses and numbers. In an emergency, call your local emergency number.';

export const FOOTER = 'AI twins are software and can be wrong. In an emergency, call your local emergency number.';

/** One sentence with each answer: who and what is talking. */
export function noticeOf({
  name,
  version,
  demonstration,
}: Pick<TwinPack, 'name' | 'version' | 'demonstration'>): string {
  const made = demonstration ? ' This twin is a demonstration and stands for no real person.' : '';
  return `This is the AI twin of ${name}, version ${version}: software that can be wrong, not a person.${made}`;
}
