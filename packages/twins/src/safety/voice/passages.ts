import { normaliseForRules } from '../normalise.js';

/** One sentence of an answer, with what it needs to be understood. */
export interface Passage {
  /** Normalised; what stands in quotation marks is `"…"`. */
  readonly text: string;
  /** What introduces it: a line before that ends in a colon, for the items below it. Empty when nothing does. */
  readonly lead: string;
  /** The sentences before it, nearest last, two at most. */
  readonly before: string;
}

/** What stands for a quotation that was taken out. */
const QUOTATION = '"…"';
/** A longer one is no quotation of somebody but the answer itself. */
const LONGEST_QUOTATION = 300;
/** Fewer words outside of quotation marks: the marks are around the answer, and nobody is quoted. */
const FEWEST_OWN_WORDS = 8;
export const QUOTATIONS: readonly RegExp[] = [
  /"[^"\n]{1,300}"/g,
  /«[^»\n]{1,300}»/g,
  /„[^"\n]{1,300}"/g,
  /[「『][^」』\n]{1,300}[」』]/g,
  // Single marks stand around words; those within words are apostrophes.
  /(?<![\p{L}\p{N}])'(?=\p{L})[^\n]{1,300}?(?<=[\p{L}.,!?…])'(?![\p{L}\p{N}])/gu,
];
const BULLET = /^(?:[-*•–—]|\d{1,2}[.)]|[a-z]\))\s+/;

const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/\bi have\b/g, "i've"],
  [/\bi (?:would|had)\b/g, "i'd"],
  [/\bi (?:will|shall)\b/g, "i'll"],
  [/\byou(?:re| are)\b/g, "you're"],
  [/\b(you|they|we|he|she)(?:d| would)\b/g, "$1'd"],
  [/\b(?:let us|lets)\b/g, "let's"],
  [/\b(it|that|there|what)s\b|\b(it|that|there|what) is\b/g, "$1$2's"],
  [/\b(is|was|were|do|does|did|would|could|should)n't (?:really|actually|even) /g, "$1n't "],
];

/** The sentences of an answer as the rules on its voice read them. */
export function passagesOf(answer: string, quotations: readonly RegExp[]): Passage[] {
  let plain = normaliseForRules(
    answer
      .normalize('NFKD')
      .replace(/(?<=\p{Script=Latin})\p{M}+/gu, '')
      .normalize('NFC')
      // Emphasis around words; within a word such a sign stands for a letter.
      .replace(/(?<![\p{L}\p{N}])[*_~#]+(?=\p{L})|(?<=[\p{L}.,!?])[*_~#]+(?![\p{L}\p{N}])/gu, ''),
  );
  for (const [form, instead] of CONTRACTIONS) plain = plain.replaceAll(form, instead);
  const passages: Passage[] = [];
  const recent: string[] = [];
  let lead = '';
  for (const line of withoutQuotations(plain, quotations).split(/\n+/)) {
    const item = line.trim().replace(BULLET, '');
    if (item === '') continue;
    const listed = item !== line.trim();
    for (const text of item.split(/(?<=[.!?…][")\]]?)\s+|(?<=[。！？।])/u)) {
      if (text === '') continue;
      passages.push({ text, lead, before: recent.slice(-2).join(' ') });
      recent.push(text);
    }
    if (item.endsWith(':')) lead = item;
    else if (!listed) lead = '';
  }
  return passages;
}

/** Quotations become a sign, unless they are nearly all there is. */
function withoutQuotations(text: string, quotations: readonly RegExp[]): string {
  const own = quotations.reduce(
    (rest, marks) => rest.replace(marks, (quoted) => (quoted.length > LONGEST_QUOTATION ? quoted : QUOTATION)),
    text,
  );
  const words = own.match(/[\p{L}\p{M}']{2,}/gu)?.length ?? 0;
  const dense = own.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0;
  return own === text || words + dense / 2 >= FEWEST_OWN_WORDS ? own : text.replaceAll(/["«»„「」『』]/g, '');
}
