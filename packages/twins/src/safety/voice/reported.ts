import type { Passage } from './passages.js';

/** What people do with words and thoughts. */
const SAYING =
  '(?:say|says|said|saying|tell|tells|told|telling|write|writes|wrote|written|writing|type|typed|texts?|texted|texting|think|thinks|thinking|thought|feel|feels|felt|feeling|believe|believes|believing|hear|hears|heard|hearing|asks?|asked|asking|whisper\\w*|shout\\w*|repeat\\w*|mean|means|meant|mention\\w*|describ\\w+|express\\w*|put it|worry|worrying|wonder\\w*|admit\\w*|shar(?:e|ed|ing)|convinc\\w+|insist\\w*|claim\\w*|report\\w*|notice|noticing|seems?|looks?|appears?|sounds?|makes?|suggest\\w*|pray\\w*|wish\\w*|cry|scream\\w*)';
/** Things that hold somebody's words. */
const WORDS =
  '(?:thoughts?|words?|phrases?|sentences?|statements?|feelings?|messages?|signs?|beliefs?|ideas?|voices?|urges?|impulses?|lines?|examples?|fears?|moments?|questions?|answers?|remarks?|posts?|lie|lies|myth|such as|for example|for instance|e\\.g\\.)';
/** Verbs by which one is told what to say; without a subject they are advice. */
const ADVISED = /^(?:say|saying|tell|telling|text|texting|write|writing|ask|asking|type|repeat|share)$/;
const SUBJECT =
  /\b(?:i|i'm|i've|i'd|i'll|me|we|we're|you|you're|you've|you'd|you'll|they|they're|he|he's|she|she's|it|it's|that's|someone|somebody|anyone|anybody|people|person|who|one|others|many|some|patients?|child|children|teenagers?|friend|partner|son|daughter|mother|father|brother|sister|husband|wife|mind|brain|head|depression|illness|disease|grief|pain|voice|voices|part|loved one|parents|children|kids|teens|students|clients|survivors|carers|women|men|mothers|fathers|partners|friends|relatives|colleagues|neighbou?rs)\b/g;
const OWN_SUBJECT = /^(?:i|i'm|i've|i'd|i'll|me|we|we're)$/;
/** Where a new thought of the speaker's own begins. */
const NEW_CLAUSE = /;|\b(?:and|but|so|because|since|while|yet|though|anyway)\b/;
const SAYING_WORD = new RegExp(`\\b${SAYING}\\b`, 'g');
const WORDS_WORD = new RegExp(`(?:\\bmy (?:\\w+ )?)?\\b${WORDS}(?![\\w'])`, 'g');
const LISTS = /^ ?(?:such as|like|including|for example)\b/;
/** "… is a sentence that many people know" */
const DESCRIBED = /^,? (?:is|are|was|were) (?:a|an|the|how|what|often|heavy|hard|words|something|one of)\b/;
/** "…, you wrote" */
const ASCRIBED = /^[^.!?;]{0,20}?, ?(?:you|he|she|they|people|someone) (?:say|said|wrote|write|told|feel|felt|think)\b/;
/** How words are tied to the thing that holds them. */
const HOLDS =
  /^(?:$| $|(?: [\w'-]+){0,4}? ?(?:[:—–-]|\b(?:such as|like|that|of|is|are|was|says?|telling|including|comes?|for example)\b))/;
/** Somebody else's will: "he wanted us to …". */
const WANTED =
  /\b(?:he|she|they|who|you) (?:\w+ )?(?:wants?|wanted|asks?|asked|begs?|begged) (?:(?:us|you|me|them|him|her) to )?$/;
/** A text that somebody may send or say goes on over several sentences. */
const SCRIPT =
  /\b(?:can|could|might|may|to|try|just|then|and|please|by|or)\b (?:\w+ ){0,2}?(?:say|saying|tell|text|texting|write|writing|send|sending|start|begin|message)\b[^:]{0,80}:/;

/** Whether words from `at` to `end` of a sentence are somebody else's. */
export type Frame = (passage: Passage, at: number, end: number) => boolean;

/** All that gives words to somebody else: told, asked about, listed, or suggested to be said. Quotations are gone before. */
export const FRAMES: Readonly<Record<string, Frame>> = {
  colon: ({ text, lead }, at) => introducedByColon(`${lead} ${priorTo(text, at)}`),
  script: ({ text, before }, at) => !/\b(?:too|as well|either|also)\b/.test(text.slice(at)) && SCRIPT.test(before),
  told: ({ text }, at) => isTold(priorTo(text, at)),
  named: ({ text }, at) => isNamed(priorTo(text, at)),
  wanted: ({ text }, at) => WANTED.test(priorTo(text, at)),
  described: ({ text }, _at, end) => DESCRIBED.test(text.slice(end)),
  ascribed: ({ text }, _at, end) => ASCRIBED.test(text.slice(end)),
};

/** Whether any of the frames gives the words from `at` to `end` of a sentence to somebody else. */
export function isReported(
  passage: Passage,
  [at, end]: readonly [number, number],
  frames: Readonly<Record<string, Frame>>,
): boolean {
  return Object.values(frames).some((frame) => frame(passage, at, end));
}

/** As much of a sentence as is looked at for a frame. */
function priorTo(text: string, at: number): string {
  return text.slice(Math.max(0, at - 200), at);
}

/** "You could write: …", "Warning signs: …", but not "I tell you: …". */
function introducedByColon(prior: string): boolean {
  const colon = prior.lastIndexOf(':');
  if (colon < 0) return false;
  const head = prior.slice(Math.max(0, colon - 120), colon);
  return (
    isTold(head) ||
    isNamed(head) ||
    /\b(?:warning|include|includes|these|try|like this|as follows|begin|start)\b[^.!?]*$/.test(head)
  );
}

/** A verb of saying or feeling close before, of anybody but the speaker. */
function isTold(prior: string): boolean {
  const verb = [...prior.matchAll(SAYING_WORD)].at(-1);
  if (verb === undefined) return false;
  const rest = prior.slice(verb.index + verb[0].length);
  if (rest.length > 60 || NEW_CLAUSE.test(rest)) return false;
  const subject = [...prior.slice(0, verb.index).matchAll(SUBJECT)].at(-1)?.[0];
  return subject === undefined ? ADVISED.test(verb[0]) : !OWN_SUBJECT.test(subject);
}

/** "the thought that …", "words like … or …", but not "my thoughts are …". */
function isNamed(prior: string): boolean {
  const noun = [...prior.matchAll(WORDS_WORD)].at(-1);
  if (noun === undefined || noun[0].startsWith('my ')) return false;
  const rest = prior.slice(noun.index + noun[0].length);
  return rest.length <= (LISTS.test(rest) ? 120 : 30) && HOLDS.test(rest) && !NEW_CLAUSE.test(rest);
}
