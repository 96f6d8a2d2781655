import { countWords } from '@bettertherapy/twins';
import { endsSentence, splitSentences } from './sentences.js';

/**
 * The beginning of `text` in at most `maxWords` words that ends with a full sentence. An unfinished last sentence is
 * dropped. When even the first sentence is too long or unfinished it is closed at its last clause.
 */
export function fitLength(text: string, maxWords: number): string {
  const sentences = splitSentences(text.trim());
  let kept = '';
  for (const sentence of sentences) {
    const longer = kept + sentence;
    if (!endsSentence(sentence) || countWords(longer) > maxWords) break;
    kept = longer;
  }
  if (kept.trim() !== '') return kept.trim();
  return closeAtClause(sentences[0] ?? '', maxWords);
}

/** @returns a sentence made of the leading clauses that fit, or of the leading words when it has no clauses */
function closeAtClause(sentence: string, maxWords: number): string {
  const words = sentence.trim().split(/\s+/u).slice(0, maxWords);
  const whole = words.join(' ');
  if (whole === '') return '';
  if (endsSentence(whole)) return whole;
  const clause = /^(.*\S)\s*[,;:–—]\s/su.exec(`${whole} `)?.[1];
  // A clause much shorter than what there is would throw the answer away.
  const closed = clause !== undefined && countWords(clause) * 2 >= words.length ? clause : whole;
  return `${closed.replace(/[\s,;:–—-]+$/u, '')}.`;
}
