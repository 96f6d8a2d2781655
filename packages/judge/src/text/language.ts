import { detectAll } from 'tinyld';
import { cleanText } from './normalise.js';

/** Scripts in which a language is written; Latin when not listed. */
const SCRIPTS: Readonly<Record<string, RegExp>> = {
  ru: /\p{Script=Cyrillic}/gu,
  uk: /\p{Script=Cyrillic}/gu,
  bg: /\p{Script=Cyrillic}/gu,
  sr: /[\p{Script=Cyrillic}\p{Script=Latin}]/gu,
  el: /\p{Script=Greek}/gu,
  he: /\p{Script=Hebrew}/gu,
  ar: /\p{Script=Arabic}/gu,
  fa: /\p{Script=Arabic}/gu,
  ur: /\p{Script=Arabic}/gu,
  hi: /\p{Script=Devanagari}/gu,
  mr: /\p{Script=Devanagari}/gu,
  bn: /\p{Script=Bengali}/gu,
  ta: /\p{Script=Tamil}/gu,
  te: /\p{Script=Telugu}/gu,
  th: /\p{Script=Thai}/gu,
  zh: /\p{Script=Han}/gu,
  ja: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  ko: /[\p{Script=Hangul}\p{Script=Han}]/gu,
};

/** Below this many letters a guess at the language is worth nothing. */
const FEWEST_LETTERS = 40;
/** Confidence of the trigram detector from which another language counts as certain. */
const CERTAIN = 0.8;

function scriptShare(text: string, lang: string): { letters: number; share: number } {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const own = text.match(SCRIPTS[lang] ?? /\p{Script=Latin}/gu)?.length ?? 0;
  return { letters, share: letters === 0 ? 1 : own / letters };
}

/**
 * True when an answer of at least 40 letters is certainly in another language than `lang` (ISO 639-1): more than half
 * of it in another script, or the detector puts another language first with more than 0.8 and `lang` below 0.2.
 */
export function wrongLanguage(text: string, lang: string): boolean {
  const { letters, share } = scriptShare(text, lang);
  if (letters < FEWEST_LETTERS) return false;
  if (share < 0.5) return true;
  const guesses = detectAll(text);
  const top = guesses[0];
  if (!top || top.lang === lang || top.accuracy <= CERTAIN) return false;
  return (guesses.find((guess) => guess.lang === lang)?.accuracy ?? 0) < 0.2;
}

/** True for one sentence that is clearly not in `lang`: another script (6 letters suffice) or certainly another language. */
export function foreignTo(sentence: string, lang: string): boolean {
  const text = cleanText(sentence);
  const { letters, share } = scriptShare(text, lang);
  if (letters >= 4 && share < 0.5) return true;
  return wrongLanguage(text, lang);
}

/**
 * Which of these languages (ISO 639-1) a text is in; the first one where the text is too short to tell or in none of
 * them. @throws RangeError without languages
 */
export function languageAmong(text: string, languages: readonly string[]): string {
  const [first] = languages;
  if (first === undefined) throw new RangeError('no language to choose from');
  const written = languages.filter((lang) => scriptShare(text, lang).share >= 0.5);
  const { letters } = scriptShare(text, first);
  if (letters < FEWEST_LETTERS) return written[0] ?? first;
  const guesses = detectAll(text);
  const accuracyOf = (lang: string): number => guesses.find((guess) => guess.lang === lang)?.accuracy ?? 0;
  const [best = first] = [...written].sort((a, b) => accuracyOf(b) - accuracyOf(a));
  return best;
}
