/** Text as the identifier rules read it, and for each of its UTF-16 units where it stood in the original. */
export interface ReadableText {
  readonly text: string;
  /** `origins[i]` is the offset of unit i in the original; one more entry holds the original's length. */
  readonly origins: readonly number[];
}

const DIGIT_ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0xff10];
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/;

function plainUnit(unit: string): string {
  const code = unit.charCodeAt(0);
  if (code < 0x80) return unit;
  for (const zero of DIGIT_ZEROS) if (code >= zero && code < zero + 10) return String(code - zero);
  if (INVISIBLE.test(unit)) return '';
  if (/[\u2018\u2019\u02bc\u00b4]/.test(unit)) return "'";
  if (/[\u201c\u201d]/.test(unit)) return '"';
  if (/[\u2010-\u2015\u2212]/.test(unit)) return '-';
  return /[\u00a0\u2000-\u200a\u202f\u3000]/.test(unit) ? ' ' : unit;
}

/** One form of digits, quotes, dashes and spaces; nothing invisible. */
export function readable(original: string): ReadableText {
  const origins: number[] = [];
  let text = '';
  for (let at = 0; at < original.length; at++) {
    const unit = plainUnit(original.charAt(at));
    if (unit === '') continue;
    text += unit;
    origins.push(at);
  }
  origins.push(original.length);
  return { text, origins };
}
