import { INNER_LETTERS, LOOKALIKES } from './lookalikes.js';

/** Characters that print nothing or steer the printing of others; line feed and tab stay. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]|\p{Variation_Selector}|\u034f|\u115f|\u1160|\u3164|\uffa0/gu;

/** Markers of chat templates, in the spellings of common model families. */
const TEMPLATE_MARKERS =
  /<\|[^|<>\n]{1,40}\|>|<\/?s>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:bos|eos|pad|start_of_turn|end_of_turn)>|<｜[^｜\n]{1,40}｜>/giu;
const TAGS = /<\/?[a-z!?][^<>\n]{0,200}>/giu;
const FENCES = /^[ \t]*(?:`{3,}|~{3,})[^\n]*$/gmu;
const ROLE_AT_LINE_START =
  /^[ \t>*#_-]*(?:system|assistant|user|human|ai|bot|model|developer|tool|instruction|response|input|output)[ \t]*(?:message|prompt|note)?[*_ \t]*:[*_ \t]*/gimu;

/**
 * The text a judge model is shown: NFKC, no control, zero-width or template characters, no tags, fences or role
 * markers, at most one blank line in a row. What a reader would see stays.
 */
export function cleanText(text: string): string {
  return foldLetters(text)
    .normalize('NFKC')
    .replace(/\r\n?|[\u2028\u2029\u0085]/gu, '\n')
    .replace(UNSEEN, (char) => (char === '\n' || char === '\t' ? char : ''))
    .replace(TEMPLATE_MARKERS, ' ')
    .replace(TAGS, ' ')
    .replace(FENCES, '')
    .replace(ROLE_AT_LINE_START, '')
    .replace(/[ \t\u00a0]+/gu, ' ')
    .replace(/ ?\n ?/gu, '\n')
    .replace(/\n{3,}/gu, '\n\n')
    .trim();
}

/** Emoji letters (🅰, 🇮) and the like become plain letters before NFKC, which leaves them alone. */
function foldLetters(text: string): string {
  return text.replace(/[\u{1f130}-\u{1f189}\u{1f1e6}-\u{1f1ff}]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    for (const start of INNER_LETTERS) {
      if (code >= start && code < start + 26) return String.fromCharCode(97 + code - start);
    }
    return char;
  });
}

/**
 * The text that phrase rules read: folded as by {@link foldText}, apostrophes and emphasis marks dropped, one space between
 * words.
 */
export function probeText(text: string): string {
  return foldText(text)
    .replace(/['’`´‘]/gu, '')
    .replace(/[*_~#|>]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}

/**
 * A text cleaned and in lower case, accents dropped, look-alike letters of other alphabets folded in words that mix
 * alphabets. Lines, quotation marks and apostrophes stay.
 */
export function foldText(text: string): string {
  const clean = cleanText(text);
  const latin = clean.match(/\p{Script=Latin}/gu)?.length ?? 0;
  const letters = clean.match(/\p{L}/gu)?.length ?? 0;
  const words = clean.toLowerCase().match(/\p{L}{2,}/gu) ?? [];
  // In a text of another alphabet a word of look-alikes is just a word, unless every word is one.
  const foldWhole = latin >= letters * 0.3 || words.every((word) => [...word].every((char) => LOOKALIKES.has(char)));
  return clean
    .toLowerCase()
    .normalize('NFKD')
    .replace(/(?<=\p{Script=Latin})\p{M}+/gu, '')
    .normalize('NFC')
    .replace(/[\p{L}\p{M}\p{N}]+/gu, (word) => foldWord(word, foldWhole));
}

/** Folds a word in which every letter is Latin or has a Latin twin; one of twins only ("ѕсоре") when `whole`. */
function foldWord(word: string, whole: boolean): string {
  let folded = '';
  let foreign = 0;
  for (const char of word) {
    const twin = LOOKALIKES.get(char);
    if (twin === undefined && !/[\p{Script=Latin}\p{N}]/u.test(char)) return word;
    if (twin !== undefined) foreign += 1;
    folded += twin ?? char;
  }
  const mixed = foreign > 0 && foreign < [...word].length;
  return mixed || (whole && foreign > 0) ? folded : word;
}

/** Number of words (runs of letters, digits and inner apostrophes or hyphens). */
export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
}

const SENTENCE = /[^.!?。！？…\n]*(?:\.(?=\w)[^.!?。！？…\n]*)*(?:[.!?。！？…]+["'”’)\]]*|\n+|$)\s*/gu;

/** Pieces of a text that can be judged alone: sentences and lines, in order, with nothing lost between them. */
export function splitSentences(text: string): string[] {
  const pieces: string[] = [];
  let mark = '';
  for (const piece of text.match(SENTENCE) ?? []) {
    if (piece.trim() === '') continue;
    // "1." and "b)" number what follows.
    if (/^\s*(?:\d{1,2}|[a-z])[.)]\s*$/u.test(piece)) {
      mark += piece;
      continue;
    }
    pieces.push(mark + piece);
    mark = '';
  }
  return mark === '' ? pieces : [...pieces, mark];
}
