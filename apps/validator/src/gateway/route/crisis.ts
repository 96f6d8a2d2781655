import type { Turn } from '@bettertherapy/store';
import { type CrisisRegion, crisisContacts, crisisLine, detectRisk, type RiskFinding } from '@bettertherapy/twins';
import type { CrisisHelp } from './question.js';

/** What the patient wrote in this many of the last turns is read together: danger is often told in pieces. */
const TURNS_READ = 4;

/** Looks for danger by rules alone: no model, no network, no miner. Null when nothing points to it. */
export function crisisIn(turns: readonly Turn[], region: CrisisRegion): CrisisHelp | null {
  const own = turns.filter((turn) => turn.role === 'user').slice(-TURNS_READ);
  const last = detectRisk(own.at(-1)?.text ?? '');
  const together = own.length > 1 ? detectRisk(own.map((turn) => turn.text).join('\n')) : last;
  const found = stronger(last, together);
  if (found.level === 'none') return null;
  const { level, kinds } = found;
  return { level, kinds, region, ...crisisContacts(region), text: crisisLine(kinds, region) };
}

const STRENGTH = { none: 0, concern: 1, crisis: 2 } as const;

/** The last message decides where both are as strong. */
function stronger(last: RiskFinding, together: RiskFinding): RiskFinding {
  return STRENGTH[together.level] > STRENGTH[last.level] ? together : last;
}
