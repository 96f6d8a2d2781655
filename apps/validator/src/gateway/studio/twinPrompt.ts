import type { PackContent, RecalledNote } from '@bettertherapy/twins';

/** Notes that go into one prompt, and characters of each: a small model has little room. */
export const NOTES = 3;
const NOTE_CHARS = 700;

/** The system text that a model gets as this twin: who it is, how it speaks, what it may not do, what it knows about the question. */
export function twinPrompt(pack: PackContent, notes: readonly RecalledNote[]): string {
  const { voice, scope, rules } = pack;
  return [
    pack.systemPrompt,
    `You are an AI twin of ${pack.name} (${pack.title}), not the person. Say so when asked.`,
    `Tone: ${voice.tone.join(', ')}.`,
    list('Do', voice.do),
    list("Don't", voice.dont),
    list('You speak about', scope.in),
    list('You do not speak about', scope.out),
    ...[...rules.refusal, ...rules.referral].map(({ when, say }) => `When ${when}: ${say}`),
    notes.length === 0 ? '' : 'What you know about this:',
    ...notes.map(({ title, text }) => `- ${title}: ${text}`.slice(0, NOTE_CHARS)),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `${title}: ${items.join('; ')}.`;
}
