import type { RecalledNote } from '../memory/twinMemory.js';
import type { PackContent } from '../pack/packSchema.js';

/** Characters of one note in a prompt. */
const MAX_NOTE_CHARS = 900;
/** Characters of the whole persona: rules beyond it are left out, the last ones first. */
const MAX_PERSONA_CHARS = 8000;

/**
 * What a model is told of who it is: the pack's own words, then voice, scope and rules in short lines. The same for
 * every question of one version, so that its evaluated state can be used again.
 */
export function personaOf(pack: PackContent): string {
  const { voice, scope, rules } = pack;
  const lines = [
    pack.systemPrompt,
    `Your tone: ${voice.tone.join(', ')}.`,
    ...(voice.do.length === 0 ? [] : [`Do: ${voice.do.join('; ')}.`]),
    ...(voice.dont.length === 0 ? [] : [`Do not: ${voice.dont.join('; ')}.`]),
    `Outside your scope: ${scope.out.join('; ')}.`,
    ...[...rules.refusal, ...rules.referral].map(
      ({ when, say }) => `When this is so: ${when}. Then say in your words: ${say}`,
    ),
  ];
  let text = '';
  for (const line of lines) {
    if (text.length + line.length + 1 > MAX_PERSONA_CHARS) break;
    text += `${line}\n`;
  }
  return text.trimEnd();
}

/** A note as the model reads it. */
export function noteText(note: RecalledNote): string {
  if (note.kind === 'dialogue') return cut(`Asked before: ${note.title}\nYour answer then: ${note.text}`);
  const { publisher, year } = note.source ?? {};
  const from = publisher === undefined ? '' : ` (${publisher}, ${year})`;
  return cut(`${note.title}: ${note.text}${from}`);
}

/** Stands above the notes in a prompt. */
export const NOTES_HEADING = 'Your notes for this question; use what fits and do not mention that you have notes:';

function cut(text: string): string {
  return text.length <= MAX_NOTE_CHARS ? text : `${text.slice(0, MAX_NOTE_CHARS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
