import type { Turn } from '@bettertherapy/store';

/** Earlier turns that a text alone carries along. */
const TURNS_IN_TEXT = 6;
const CHARACTERS_OF_A_TURN = 400;

/**
 * The question as one self-contained text, which a miner that knows neither twins nor messages can answer: a short
 * transcript first where something was said before.
 */
export function promptOf(turns: readonly Turn[]): string {
  const question = turns.at(-1)?.text ?? '';
  const earlier = turns.slice(0, -1).slice(-TURNS_IN_TEXT);
  if (earlier.length === 0) return question;
  const lines = earlier.map(({ role, text }) => `${role === 'user' ? 'Patient' : 'Doctor'}: ${shortened(text)}`);
  return ['Our conversation so far:', ...lines, '', 'My question now:', question].join('\n');
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > CHARACTERS_OF_A_TURN ? `${line.slice(0, CHARACTERS_OF_A_TURN - 1)}…` : line;
}
