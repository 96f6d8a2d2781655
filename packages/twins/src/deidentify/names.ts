import { findAll } from './find.js';
import type { Candidate } from './kinds.js';
import { AMBIGUOUS_NAMES, DRUG_ENDING, FAMILY_NAMES, GIVEN_NAMES, KIN, LARGE_PLACES, NO_NAMES } from './words.js';

const WORD = "\\p{Lu}(?:[\\p{Ll}\\p{M}]|'(?=\\p{L})|-(?=\\p{Lu})|(?<=Mc|Mac|O')\\p{Lu}|(?<=['-])\\p{Lu}){1,24}";
/** A full name: up to four capitalised words, initials between them. */
const FULL = `(?:\\p{Lu}\\. ?){0,2}${WORD}(?: (?:\\p{Lu}\\.? )?${WORD}){0,3}(?: \\p{Lu}\\.)?`;
const TITLE =
  '(?:Dr|Doctor|Prof|Professor|Mr|Mrs|Ms|Mx|Miss|Master|Sir|Madam|Nurse|Sister|Brother|Father|Mother|Pastor|Rev|Reverend|Rabbi|Imam|Fr|Officer|Sgt|Sergeant|Captain|Capt|Major|Judge|Coach|Principal|Counsell?or|Shri|Shree|Sri|Smt|Shrimati|Kumari|Aunt|Auntie|Aunty|Uncle|Grandma|Grandpa|Granny|Nana|Cousin)\\.?';
const LOW_TITLE = '(?:dr|mr|mrs|ms|prof|nurse|pastor|aunt|auntie|uncle|coach)\\.?';

const bare = (word: string): string => word.toLowerCase().replace(/'s?$/, '').replace(/\.$/, '');
const isGiven = (word: string): boolean => GIVEN_NAMES.has(bare(word));
const isFamily = (word: string): boolean => FAMILY_NAMES.has(bare(word));
const isSure = (word: string): boolean => (isGiven(word) || isFamily(word)) && !AMBIGUOUS_NAMES.has(bare(word));
const isDrug = (word: string): boolean => bare(word).length > 5 && DRUG_ENDING.test(bare(word));
/** A word that may be a name where a cue says that one stands here. */
const mayBeName = (word: string): boolean =>
  isSure(word) ||
  AMBIGUOUS_NAMES.has(bare(word)) ||
  !(NO_NAMES.has(bare(word)) || isDrug(word) || LARGE_PLACES.has(bare(word)));

/** Names behind a cue, capitalised. `%` stands where the name goes. */
const CUED: readonly RegExp[] = [
  `\\b[Mm]y (?:full |first |last |maiden |middle |given |real |legal )?(?:name|surname)(?:'s| is| was|:) %`,
  `\\b(?:[Nn]ame|[Pp]atient|[Cc]lient|NAME|PATIENT|[Dd]octor|[Tt]herapist|[Pp]rovider)(?: name)?: ?%`,
  `\\b(?:I'm|I am|[Tt]his is|[Ii]t's|[Cc]all me|[Mm]yself|[Nn]ame's|I go by|known as) %(?! (?:disease|syndrome|positive|negative))`,
  `\\b(?:named|called|nicknamed|name is|name was|names are|goes by) %`,
  `(?<![\\p{L}])${TITLE} %`,
  `\\b(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir|the|a) (?:[a-z\\d-]+ ){0,3}${KIN},? (?:is |was )?(?:named |called |name is )?%`,
  `\\b(?:[Tt]hanks|[Tt]hank you|[Rr]egards|[Bb]est|[Ss]incerely|[Cc]heers|[Ll]ove|[Yy]ours|[Ss]igned|[Dd]hanyabad)(?: so much| a lot| in advance| again| truly| faithfully)?[,.!]?(?: -)?\\s{1,3}-? ?%(?=[\\s.!]*$)`,
  `(?:^|\\n) ?-{1,2} ?%(?=\\s*$)`,
  `\\b(?:[Dd]ear|[Hh]i|[Hh]ello|[Hh]ey|[Nn]amaste) %(?=[,!.\\n]|$)`,
].map((cue) => new RegExp(`(?<=${cue.split('%')[0] ?? ''})(?<id>${FULL})${cue.split('%')[1] ?? ''}`, 'dgu'));

/** Names written small are taken behind the same cues when a list knows them. */
const LOW_CUED: readonly RegExp[] = [
  `\\bmy (?:full |first |last |maiden )?(?:name|surname)(?:'s| is|:) (?<id>[\\p{L}'-]{2,24}(?: [\\p{L}'-]{2,24})?)`,
  `\\b(?:i'm|i am|im|this is|call me|named|called|hi|hello|dear|thanks,?|regards,?|love,?|cheers,?) (?<id>[\\p{L}'-]{2,24})(?![\\p{L}'-])`,
  `\\b${LOW_TITLE} (?<id>[\\p{L}'-]{2,24}(?: [\\p{L}'-]{2,24})?)`,
  `\\b(?:my|our|his|her|their) (?:[a-z\\d-]+ ){0,3}${KIN},? (?:named |called )?(?<id>[\\p{L}'-]{2,24})(?![\\p{L}'-])`,
].map((cue) => new RegExp(cue, 'dgiu'));

/** "Tom, my husband, …" and "Sita didi", "Ram-ji". */
const FOLLOWED = new RegExp(
  `(?<id>${FULL})(?=, (?:who is |is )?(?:my|our|his|her) (?:[a-z]+ ){0,2}${KIN}\\b|[ -](?:ji|dai|didi|bhai|bahini|bhauju|sir|saab|sahib|aunty?|uncle|madam)\\b)`,
  'dgu',
);
const DEVANAGARI =
  /(?<=(?:मेरो नाम|मेरा नाम|मेरी माँ का नाम|नाम) )(?<id>[\p{Script=Devanagari}]{2,24}(?: [\p{Script=Devanagari}]{2,24})?)(?= (?:हो|है|छ|हुँ))/dgu;

/** Cuts a run of capitalised words down to the words that may be a name, from its start. */
function nameWords(text: string, candidate: Candidate): Candidate | null {
  const found = text.slice(candidate.start, candidate.end);
  const words = [...found.matchAll(/[^ ]+/g)];
  let end = 0;
  for (const [at, word] of words.entries()) {
    const part = word[0].replace(/'s?$/, '');
    const initial = /^(?:\p{Lu}\.){1,2}$|^\p{Lu}$/u.test(part);
    if (!initial && !mayBeName(part)) break;
    if (initial && at === 0 && !mayBeName(words[1]?.[0] ?? 'I')) break;
    end = word.index + part.length;
  }
  return end === 0 ? null : { ...candidate, end: candidate.start + end };
}

/** Known first names, with the family names beside them, and known family names, wherever they stand. */
function listed(text: string): Candidate[] {
  const found: Candidate[] = [];
  for (const match of text.matchAll(new RegExp(FULL, 'gu'))) {
    // A run such as "Yesterday Anna Becker" begins where a list knows the word, or at an uncertain name before a sure one.
    const words = [...match[0].matchAll(/[^ ]+/g)].map((word) => ({ text: word[0], at: match.index + word.index }));
    const first = words.findIndex(
      (word, i) =>
        isSure(word.text) ||
        (AMBIGUOUS_NAMES.has(bare(word.text)) && i + 1 < words.length && isFamily(words[i + 1]?.text ?? '')),
    );
    const begin = words[first];
    if (begin === undefined) continue;
    const after = text.slice(match.index + match[0].length, match.index + match[0].length + 24);
    if (/^(?:'s)? (?:wort|disease|syndrome|palsy|scale|test|score|sign|method|diet|street|road)\b/i.test(after))
      continue;
    const name = nameWords(text, { start: begin.at, end: match.index + match[0].length, kind: 'name' });
    if (name !== null) found.push(name);
  }
  return found;
}

/** Sure first names in small letters, for texts that use no capitals at all. */
function listedSmall(text: string): Candidate[] {
  if (/\p{Lu}\p{Ll}/u.test(text)) return [];
  return findAll(text, 'name', /(?<![\p{L}'-])[\p{L}'-]{3,24}(?![\p{L}'-])/gu, (word) => isGiven(word) && isSure(word));
}

/** Words of names found once are names wherever else they stand in the text with a capital. */
function repeats(text: string, names: readonly Candidate[]): Candidate[] {
  const known = new Set(
    names
      .flatMap(({ start, end }) => text.slice(start, end).split(' '))
      .filter((word) => word.length > 2 && mayBeName(word)),
  );
  const words = /(?<![\p{L}\d'])\p{Lu}[\p{L}]*(?:['-]\p{L}+)*/gu;
  return findAll(text, 'name', words, (word) => known.has(word.replace(/'s$/, ''))).map((name) => ({
    ...name,
    end: text.slice(name.start, name.end).endsWith("'s") ? name.end - 2 : name.end,
  }));
}

/** Names of people by cue, by list, and wherever a name found so stands again. */
export function findNames(text: string): Candidate[] {
  const cued = [...CUED, FOLLOWED].flatMap((expression) =>
    findAll(text, 'name', expression).flatMap((candidate) => nameWords(text, candidate) ?? []),
  );
  const small = LOW_CUED.flatMap((expression) => findAll(text, 'name', expression)).flatMap((candidate) => {
    const words = text.slice(candidate.start, candidate.end).split(' ');
    const [first = '', second = ''] = words;
    const introduced = /\b(?:full |last )?(?:name|surname)(?:'s| is|:) $/i.test(
      text.slice(Math.max(0, candidate.start - 20), candidate.start),
    );
    if (!(isSure(first) || isFamily(first) || (introduced && mayBeName(first)))) return [];
    const two = isSure(second) || isFamily(second) || (introduced && second !== '' && !NO_NAMES.has(bare(second)));
    return { ...candidate, end: candidate.start + first.length + (two ? 1 + second.length : 0) };
  });
  const names = [...cued, ...small, ...listed(text), ...listedSmall(text), ...findAll(text, 'name', DEVANAGARI)];
  return [...names, ...repeats(text, names)];
}
