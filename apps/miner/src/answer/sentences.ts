/** Words after which a full stop ends no sentence. */
const ABBREVIATION = /(?:^|[\s("'])(?:dr|mr|mrs|ms|prof|st|vs|e\.g|i\.e|etc|approx|no|a\.m|p\.m)\.$/i;

/** A text cut into sentences; together they are the text again. The last may lack its end. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let current = '';
  for (const piece of text.split(/(?<=[.!?…]["')\]]*\s)|(?<=[。！？])/u)) {
    current += piece;
    if (endsSentence(current) && !ABBREVIATION.test(current.trimEnd())) {
      sentences.push(current);
      current = '';
    }
  }
  if (current !== '') sentences.push(current);
  return sentences;
}

/** True when the text closes a sentence: a final mark, with quotes or brackets behind it. */
export function endsSentence(text: string): boolean {
  return /[.!?…。！？]["'”’)\]]*\s*$/u.test(text);
}
