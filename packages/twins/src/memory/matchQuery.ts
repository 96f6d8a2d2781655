/** Words that say how something is asked, not what about. */
const STOP = new Set(
  `a about am an and any are as at be been being but by can could did do does doing dont feel feeling for from get got had has
   have having he her hers him his how i if im in into is it its ive just like make me my not of on or our really she should so
   some than that the their them there they this to too very was we were what when where which who why will with would you your
   doctor dr please help thanks thank hello hi`.split(/\s+/),
);
const MAX_TERMS = 32;
const MAX_TERM_CHARS = 40;

/**
 * The FTS5 expression that finds what a question is about: its words without the small ones, each quoted, any of them
 * may match. Null when nothing is left. Quoting keeps whatever a patient writes from being read as FTS5 syntax.
 */
export function matchQuery(question: string): string | null {
  const words = question.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const terms = [...new Set(words)].filter(
    (word) => word.length <= MAX_TERM_CHARS && !STOP.has(word) && (word.length > 1 || /\P{ASCII}/u.test(word)),
  );
  if (terms.length === 0) return null;
  return terms
    .slice(0, MAX_TERMS)
    .map((term) => `"${term}"`)
    .join(' OR ');
}
