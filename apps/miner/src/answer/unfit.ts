import { claimsToBePerson, harmfulVoice, repeatsInstructions } from '@bettertherapy/twins';
import type { Conversation } from './composeMessages.js';

/** Why no person may read what the model said, as the gates of validators have it; null when nothing speaks against it. */
export function unfit(text: string, { question, instructions }: Conversation): string | null {
  const voice = harmfulVoice(text, question);
  if (voice) return voice.rule;
  if (claimsToBePerson(text, question) !== null) return 'claims_person';
  return repeatsInstructions(text, instructions) ? 'instructions' : null;
}
