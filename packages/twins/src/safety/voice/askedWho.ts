import { passagesOf, QUOTATIONS } from './passages.js';
import { BOT, DOCTOR, NAMED, PERSON, SOFTWARE, withoutStops } from './speakers.js';

/** Whether somebody asks a twin what it is. */
export interface AskedWho {
  /** What it is to say yes or no to; of two ("a person or a bot?") the one that stands first. */
  readonly about: 'person' | 'software';
  /** "You are not a person, are you?": a bare yes to it is no claim. */
  readonly negated: boolean;
  /** No other question follows, so that a bare yes or no answers this one. */
  readonly last: boolean;
}

/** The part of a message that is read, its end. */
const MAX_CHARS = 8000;
const MAYBE =
  '(?:(?:really|actually|truly|even|just|only|still|also|in fact|by any chance|perhaps|maybe|not|honestly|secretly|indeed|currently|now) ){0,3}?';
/** Where what is asked about ends; "a person who …" goes on. */
const ENDS =
  "(?=[.?!,;)]|$| (?:or|and|right|too|please|at all|there|here|like (?:me|us)|writing|typing|answering|reading|talking|speaking|behind (?:this|that|the)|on (?:the other|this|that)|in (?:person|there|real|the flesh)|myself|himself|herself|themselves|doctor|are you|is (?:this|that|it)|not an?|with (?:a|real) \\w+|instead|i'm (?:talking|speaking|chatting|writing))\\b)";
const YOU_ARE = "(?:(?:are|r|aren't) (?:you|u|ya)|ru|(?:you're|you ain't))";
const THIS_IS = "(?:(?:is|isn't|was) (?:this|it|that|there)|(?:this is|it's|that's|there's))";
const I_TALK = "(?:(?:am|aren't) i|i'm|is one|are we|we're)";
const TALKING = '(?:talking|speaking|chatting|writing|typing|texting|messaging) (?:to|with)';
const YOU = '(?:the )?(?:real )?you';

const asks = (opening: string, person: readonly string[], software: readonly string[]): RegExp =>
  new RegExp(`\\b${opening} ${MAYBE}(?:(?<person>${person.join('|')})|(?<software>${software.join('|')}))${ENDS}`, 'g');
const ABOUT: readonly RegExp[] = [
  asks(YOU_ARE, [PERSON, DOCTOR, NAMED, 'real', 'alive'], [SOFTWARE, 'automated', 'artificial']),
  asks(THIS_IS, [PERSON, NAMED, YOU], [BOT, 'automated']),
  asks(`${I_TALK} ${MAYBE}${TALKING}`, [PERSON, DOCTOR, NAMED, YOU], [SOFTWARE]),
];
/** What makes a question of a sentence, with or without its mark. */
const ASKING =
  /\?|^(?:\S+ ){0,4}?(?:(?:are|r|aren't) (?:you|u|ya)|ru|(?:is|isn't) (?:this|it|that|there)|am i)\b|\b(?:if|whether)\b/;

/** What a patient's message asks a twin about itself; null when it asks nothing of the kind. English. */
export function askedWho(message: string): AskedWho | null {
  const sentences = passagesOf(withoutStops(message.slice(-MAX_CHARS)), QUOTATIONS).map(({ text }) => text);
  for (const [back, text] of sentences.toReversed().entries()) {
    if (!ASKING.test(text)) continue;
    const [first] = ABOUT.flatMap((about) => [...text.matchAll(about)]).sort((a, b) => a.index - b.index);
    if (first === undefined) continue;
    const later = back === 0 ? [] : sentences.slice(-back);
    return {
      about: first.groups?.person === undefined ? 'software' : 'person',
      negated: /\bnot\b|\bain't\b/.test(first[0]),
      last: !later.some((one) => one.includes('?') && !/^(?:right|yes|no|really|or|are you|aren't you)\b/.test(one)),
    };
  }
  return null;
}

/** Whether a patient asks if a person or a program is writing. English. */
export function asksWhoSpeaks(message: string): boolean {
  return askedWho(message) !== null;
}
