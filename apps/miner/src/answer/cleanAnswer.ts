import { splitSentences } from './sentences.js';

const SPEAKER =
  '(?:assistant|doctor|dr\\.?(?: \\w+)?|therapist|ai|ai doctor|ai twin|bot|answer|response|reply|system|model)';
const OTHER_SPEAKER = '(?:user|human|patient|question|client|q|person|you)';

/** A turn of somebody else that the model began to write itself. */
const NEXT_TURN = new RegExp(`(?:^|\\n)\\s*[*_#>]*\\s*${OTHER_SPEAKER}\\s*[*_]*:`, 'i');
const OWN_LABEL = new RegExp(`^[\\s*_#>"']*${SPEAKER}(?:'s (?:answer|response|reply))?\\s*[*_]*:\\s*[*_]*\\s*`, 'i');
/** "Sure, here is a reply of 80 words:" and its kin: talk about the answer instead of the answer. */
const PREAMBLE =
  /^(?:(?:sure|certainly|of course|absolutely|okay|ok|great)[,.!]?\s+)?(?:here(?:'s| is| are)|below is|this is)\s[^.!?\n]{0,120}\b(?:answer|reply|response|message|advice|sentence|version|draft|example|paragraph)s?\b[^.!?\n]{0,120}:\s*/i;
const SIGN_OFF =
  /(?:^|\n|(?<=[.!?]\s))\s*(?:best(?: regards| wishes)?|(?:kind|warm|warmest) regards|sincerely(?: yours)?|yours (?:truly|sincerely)|take care|with (?:care|love|warmth)|regards|love|cheers)\s*,\s*(?:\n\s*)?(?:(?:your |the )?\S+(?: \S+){0,4})?\s*$/i;

/** An afterthought behind the answer. */
const POSTSCRIPT = /(?<=[.!?]\s)P\.?\s?S\.?[:,]?\s.*$/su;

/**
 * Turns what a model said into an answer: no markers of the chat format, no role names, no talk about the answer, no
 * markup, no turns of others, no sign-off, no sentence twice. Pure; may return an empty text.
 */
export function cleanAnswer(raw: string): string {
  let text = firstTurn(raw.replaceAll(/<think>[\s\S]*?(?:<\/think>|$)/gi, ''))
    .replaceAll(/(?![\n\t])[\p{Cc}\u200b\ufeff]/gu, '')
    .trim();
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(OWN_LABEL, '').replace(PREAMBLE, '').trimStart();
  }
  const next = NEXT_TURN.exec(text);
  if (next !== null && next.index > 0) text = text.slice(0, next.index);
  text = plain(text).replace(POSTSCRIPT, '').replace(SIGN_OFF, '').trim();
  text = withoutWrappingQuotes(text);
  return withoutRepeats(text).trim();
}

/** What stands between markers of the chat format is a turn of its own; the first with text is the answer. */
function firstTurn(raw: string): string {
  const turns = raw
    .split(/<\|[^|<>]{0,40}\|>|<\/?s>|\[\/?INST\]|<\/?(?:start|end)_of_turn>/i)
    .map((turn) => turn.replace(/^\s*(?:assistant|doctor|model)\s*\n+/i, ''));
  return turns.find((turn) => !/^\s*(?:assistant|doctor|model|user|system)?\s*$/i.test(turn)) ?? '';
}

/** Markdown to one flowing text. */
function plain(text: string): string {
  return text
    .replaceAll(/```[a-z]*\n?/gi, '')
    .replaceAll(/^\s{0,3}#{1,6}\s+(.*)$/gm, (_, title: string) => (/[.!?:]$/.test(title) ? title : `${title}.`))
    .replaceAll(/^\s*(?:[-*•–]|\d{1,2}[.)])\s+/gm, '')
    .replaceAll(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, '$2')
    .replaceAll(/(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])/g, '$1')
    .replaceAll(/\[(?:your |my |insert )?[a-z' ]{0,30}(?:name|date|number|phone)\]/gi, '')
    .replaceAll(/([\p{L}\p{N},;])\s*\n+\s*(?=\p{Lu})/gu, (_, end: string) =>
      /[,;]/.test(end) ? `${end} ` : `${end}. `,
    )
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ([,.;!?])/g, '$1')
    .trim();
}

function withoutWrappingQuotes(text: string): string {
  const match = /^["“](.+)["”]$/su.exec(text);
  const inner = match?.[1];
  return inner !== undefined && !/["“”]/u.test(inner) ? inner : text.replace(/^["“](?=[^"“”]*$)/u, '');
}

/** Small models fall into loops; a sentence said again adds nothing. */
function withoutRepeats(text: string): string {
  const said = new Set<string>();
  return splitSentences(text)
    .filter((sentence) => {
      const key = sentence
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
        .trim();
      if (key === '') return true;
      if (said.has(key)) return false;
      said.add(key);
      return true;
    })
    .join('');
}
