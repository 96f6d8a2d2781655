/** Words that carry no content; a shingle made of nothing else proves no copying. */
const STOP_WORDS = new Set(
  (
    'a about after all also am an and any are as at be because been before being but by can could did do does doing ' +
    'down for from get getting go had has have having he her here him his how i if in into is it its just let like ' +
    'make may me might more most much must my no not now of off on one only or other our out over own really she ' +
    'should so some such than that the their them then there these they this those to too up us very was we were what ' +
    'when where which while who why will with would you your yours yourself im ive youre its dont cant'
  ).split(' '),
);

/**
 * Help-line and referral sentences that every good answer contains. They are cut out before shingling (after
 * normalisation: lower case, words separated by one space).
 */
const BOILERPLATE: readonly RegExp[] = [
  /\b(?:please )?(?:call|text|dial|contact|reach out to|call or text)(?: or (?:call|text|dial|chat))?(?: (?:the|to|your|a))?(?: \w+){0,3} (?:988|911|999|111|112|116 123|741741|13 11 14)\b(?: \w+){0,4}/g,
  /\b(?:988 )?suicide (?:and|&)? ?crisis (?:lifeline|line|hotline)\b/g,
  /\b(?:national )?suicide prevention (?:lifeline|line|hotline)\b/g,
  /\bcrisis text line\b(?: \w+){0,4}/g,
  /\b(?:go to|visit) (?:your|the) nearest (?:emergency (?:room|department)|hospital|a e)\b/g,
  /\b(?:call|contact|ring) (?:your )?(?:local )?emergency (?:services?|number)\b(?: (?:right away|immediately|now|straight away))?/g,
  /\bif you (?:are|re|feel|feel you are) in (?:immediate|any) danger\b/g,
  /\b(?:talk|speak|reach out) (?:to|with) (?:a|your) (?:doctor|gp|therapist|counsellor|counselor|mental health professional|healthcare (?:provider|professional)|health care (?:provider|professional))\b/g,
  /\bi m (?:an ai|not a doctor)\b(?: \w+){0,6}/g,
  /\bi m (?:so |really |very )?sorry (?:to hear )?(?:that )?(?:you re|you are) (?:going through|feeling|dealing with)(?: this)?\b/g,
];

/** A mark that no shingle may span: put where something was cut out. */
const BREAK = '\u0000';

/** Lower-case words of a text after NFKC, apostrophes and punctuation turned into spaces. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

export interface ShingleOptions {
  /** Words per shingle; 5 when left out. */
  readonly size?: number | undefined;
  /** Texts whose shingles do not count, such as the question: quoting it is no copying. */
  readonly ignore?: readonly string[] | undefined;
}

/** Every run of `size` words, with help-line boilerplate, stop-word-only runs and runs of the ignored texts left out. */
export function shingles(text: string, options: ShingleOptions = {}): ReadonlySet<string> {
  const size = options.size ?? 5;
  let flat = wordsOf(text).join(' ');
  for (const pattern of BOILERPLATE) flat = flat.replace(pattern, ` ${BREAK} `);
  const ignored = new Set<string>();
  for (const other of options.ignore ?? []) for (const run of runs(wordsOf(other), size)) ignored.add(run);
  const result = new Set<string>();
  for (const piece of flat.split(BREAK)) {
    const words = piece.split(' ').filter((word) => word !== '');
    for (const run of runs(words, size)) if (!ignored.has(run)) result.add(run);
  }
  return result;
}

function runs(words: readonly string[], size: number): string[] {
  const result: string[] = [];
  for (let at = 0; at + size <= words.length; at += 1) {
    const run = words.slice(at, at + size);
    if (run.some((word) => !STOP_WORDS.has(word))) result.push(run.join(' '));
  }
  return result;
}

/** |A ∩ B| / |A ∪ B|; 0 when both are empty. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let common = 0;
  for (const item of small) if (large.has(item)) common += 1;
  const union = a.size + b.size - common;
  return union === 0 ? 0 : common / union;
}
