const LEET: Readonly<Record<string, string>> = {
  '1': 'i',
  '!': 'i',
  '3': 'e',
  '0': 'o',
  '4': 'a',
  '@': 'a',
  $: 's',
  '*': 'i',
};
/** Words that people disguise; each is found with look-alike characters and with joints between the letters. */
const DISGUISED = ['suicide', 'suicidal', 'kill', 'killing', 'die', 'dead', 'kms', 'cutting', 'selfharm'];
/** A run of letters, look-alikes and joints that spells a disguised word is that word. */
function undisguise(text: string): string {
  return text.replaceAll(/[a-z][a-z1!304@$*]{1,10}(?![a-z])|\b[a-z](?:[-_. *][a-z]){2,8}\b/g, (run) => {
    if (/^[a-z]+$/.test(run)) return run;
    const letters = run
      .replaceAll(/[1!304@$*]/g, (sign) => (/[-_. ]/.test(run) && sign === '*' ? '' : (LEET[sign] ?? '')))
      .replaceAll(/[-_. ]/g, '');
    return DISGUISED.includes(letters) ? letters : run;
  });
}

const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/\b(do|does|did|is|are|was|were|have|has|had|would|could|should|need)nt\b/g, "$1n't"],
  [/\b(do|does|did|is|are|was|were|have|has|had|would|could|should) not\b/g, "$1n't"],
  [/\b(?:can ?not|cant)\b/g, "can't"],
  [/\b(?:wont|will not)\b/g, "won't"],
  [/\bdont\b/g, "don't"],
  [/\bim\b/g, "i'm"],
  [/\bi am\b/g, "i'm"],
  [/\bive\b/g, "i've"],
  [/\b(he|she)s (?=going|gonna|not|been|trying|talking|in|on)\b/g, "$1's "],
  [/\b(?:wanna|wants to)\b/g, 'want to'],
  [/\bgonna\b/g, 'going to'],
  [/\bany ?more\b|\bany longer\b/g, 'anymore'],
  [/\beverybody\b/g, 'everyone'],
  [/\b(?:no body|nobody|no-one)\b/g, 'nobody'],
  [/\bmy ?self\b/g, 'myself'],
];

/** Text as the risk rules see it: one case, plain quotes, no invisible characters, single spaces, common disguises undone. */
export function normaliseForRules(text: string): string {
  let plain = undisguise(
    text
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g, '')
      .replaceAll(/[\u2018\u2019\u02bc\u0060\u00b4]/g, "'")
      .replaceAll(/[\u201c\u201d]/g, '"'),
  )
    .replaceAll(/\b(?:sewer ?slid(?:e|ing)|self[- ]?deletion)\b/g, 'commit suicide')
    .replaceAll(/\bun-?aliv(e|ing)\b/g, (_, ending) => (ending === 'ing' ? 'killing' : 'kill'));
  for (const [form, instead] of CONTRACTIONS) plain = plain.replaceAll(form, instead);
  return plain.replaceAll(/[ \t\u00a0]+/g, ' ').trim();
}

/** Sentences, so that what excuses a phrase must stand beside it. Each ends in a mark, its own or a full stop. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?;\u3002\uff01\uff1f\u0964])\s+|\n+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '')
    .map((sentence) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`));
}
