import type { Turn } from '@bettertherapy/store';
import { type CrisisRegion, crisisContacts, crisisLine, detectRiskInConversation } from '@bettertherapy/twins';
import type { CrisisHelp } from './question.js';

/** This many of the last turns are read together, four questions and the twin's replies: danger is often told in pieces. */
const TURNS_READ = 8;

/** Looks for danger by rules alone: no model, no network, no miner. Null when nothing points to it. */
export function crisisIn(turns: readonly Turn[], region: CrisisRegion): CrisisHelp | null {
  const read = turns.slice(-TURNS_READ).map(({ role, text }) => ({ role, content: text }));
  const { level, kinds } = detectRiskInConversation(read);
  if (level === 'none') return null;
  return { level, kinds, region, ...crisisContacts(region), text: crisisLine(kinds, region) };
}
