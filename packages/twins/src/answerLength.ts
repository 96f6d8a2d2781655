/** Words an answer should have; validators read "fitting length" against this. */
export const ANSWER_WORDS = { min: 50, max: 120 } as const;

/** Words of a text: runs that hold a letter or digit. Scripts without spaces count one word per two characters. */
export function countWords(text: string): number {
  let words = 0;
  for (const run of text.split(/\s+/u)) {
    const dense = run.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu)?.length ?? 0;
    if (dense > 0) words += Math.ceil(dense / 2);
    else if (/[\p{L}\p{N}]/u.test(run)) words += 1;
  }
  return words;
}
