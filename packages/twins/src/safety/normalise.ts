/** Text as the risk rules see it: one case, plain quotes, no invisible characters, single spaces, common disguises undone. */
export function normaliseForRules(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g, '')
    .replaceAll(/[\u2018\u2019\u02bc\u0060\u00b4]/g, "'")
    .replaceAll(/[\u201c\u201d]/g, '"')
    .replaceAll(/\bsu[1!*]c[1!*]de\b/g, 'suicide')
    .replaceAll(/\bk[1!*]ll\b/g, 'kill')
    .replaceAll(/\bs[-_.]u[-_.]i[-_.]c[-_.]i[-_.]d[-_.]e\b/g, 'suicide')
    .replaceAll(/\b(?:sewer ?slide|self[- ]?deletion)\b/g, 'suicide')
    .replaceAll(/\bun-?aliv(e|ing)\b/g, (_, ending) => (ending === 'ing' ? 'killing' : 'kill'))
    .replaceAll(/[ \t\u00a0]+/g, ' ')
    .trim();
}

/** Sentences, so that what excuses a phrase must stand beside it. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?;\u3002\uff01\uff1f])\s+|\n+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}
