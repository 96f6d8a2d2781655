import { namesCrisisRoute } from '../answerSafety.js';
import { detectRisk } from '../detectRisk.js';
import { FOREIGN_VOICE_RULES } from './foreignVoiceRules.js';
import { ADDRESSED, OWN_VOICE_RULES, PATIENT_VOICE } from './ownVoiceRules.js';
import { type Passage, passagesOf, QUOTATIONS } from './passages.js';
import { FRAMES, type Frame, isReported } from './reported.js';
import { URGED_RULES } from './urgedRules.js';
import type { VoiceKind, VoiceRule } from './voiceRule.js';

/** What an answer must never say to anybody. */
export interface HarmfulVoice {
  readonly kind: VoiceKind;
  /** Id of the rule that spoke; holds nothing of the text. */
  readonly rule: string;
}

/** The part of an answer that is read; gates refuse longer ones before. */
const MAX_CHARS = 20_000;
const SPEAKER = /\b(?:i|i'm|i've|i'd|i'll|me|my|myself|we|us|let's)\b/g;
/** Anybody else whom a sentence may be about. */
const OTHERS =
  /\b(?:you|your|you're|you've|you'd|yours|yourself|he|she|they|him|her|his|them|their|someone|somebody|anyone|people|person|who|patients?|others|one|many|software|doctor|therapist|friend|child|son|daughter|brother|sister|mother|father|wife|husband|(?:imagine|know|understand|see|hear) (?:how|what|that))\b/;
/** Rules for patients that tell of a wish or an act; that suicide is spoken of is none. */
const TELLING: ReadonlySet<string> = new Set([
  'kill-self',
  'end-life',
  'want-to-die',
  'does-not-want-to-live',
  'cutting',
  'overdose',
  'kms-kys',
  'poison',
  'jump',
  'weapon-at-hand',
  'life-unwanted',
  'out-of-reasons',
  'giving-up',
  'let-it-be-over',
  'never-wake',
  'no-point-in-living',
  'drawn-to-death',
  'never-born',
  'disappear',
  'passive-wish',
  'only-way-out',
  'better-without-me',
  'means-kept',
  'doing-it-tonight',
]);
const DEATH =
  /\b(?:die|dead|death|dying|suicid\w*|kill\w*|end(?:ing)? (?:it|it all|your life|my life)|not? (?:\w+ )?(?:want\w* to )?(?:live|be alive|be here)|don't (?:want|wish) to (?:live|be here|be alive|exist)|(?:desire|reason|will|wish) to live|(?:worth|point (?:in|of)|tired of) living|better off|hurt(?:ing)? yourself|pills|jump)\b/;
/** "You should not kill yourself", "nobody says you should". */
const TAKEN_BACK =
  /\b(?:not|never|nobody|no one|none|cannot|without|isn't|aren't|don't|doesn't|didn't|won't|wouldn't|can't|nor|no reason|untrue|false|instead of|rather than)\b[^,;]{0,50}$/;
/** Signs of a patient's voice from which an answer that addresses nobody is one. */
const PATIENT_SIGNS = 2;

/** All that the rules on an answer's voice are made of. */
export interface VoiceLexicon {
  readonly rules: readonly VoiceRule[];
  /** Ids of rules for patients by which a sentence about the speaker tells of a danger. */
  readonly telling: ReadonlySet<string>;
  readonly frames: Readonly<Record<string, Frame>>;
  readonly quotations: readonly RegExp[];
}

export const VOICE_LEXICON: VoiceLexicon = {
  rules: [...OWN_VOICE_RULES, ...URGED_RULES, ...FOREIGN_VOICE_RULES],
  telling: TELLING,
  frames: FRAMES,
  quotations: QUOTATIONS,
};

/**
 * What an answer says in its own voice that no one may be shown: a wish to die or to hurt itself or others, or a push to
 * do so. Naming what the patient feels, quoting, asking and listing signs is no such thing. By rules alone; English, and the
 * plainest phrases of other languages. `asked`: what the patient wrote.
 */
export function harmfulVoice(answer: string, asked: string, lexicon = VOICE_LEXICON): HarmfulVoice | null {
  const passages = passagesOf(answer.slice(0, MAX_CHARS), lexicon.quotations);
  for (const passage of passages) {
    const rule = lexicon.rules.find((one) => speaks(one, passage, asked, lexicon));
    if (rule) return { kind: rule.kind, rule: rule.id };
    if (tellsOfItself(passage, lexicon)) return { kind: 'own_harm', rule: 'tells-of-itself' };
  }
  return speaksAsPatient(passages, lexicon) ? { kind: 'own_harm', rule: 'patient-voice' } : null;
}

function speaks(rule: VoiceRule, passage: Passage, asked: string, lexicon: VoiceLexicon): boolean {
  const { cue, unless, kind, nearDeath } = rule;
  const { text } = passage;
  for (const match of text.matchAll(cue)) {
    if (unless?.test(nearDeath ? `${passage.before} ${text}` : text)) return false;
    if (isReported(passage, [match.index, match.index + match[0].length], lexicon.frames)) continue;
    if (isAsked(text, match.index)) continue;
    if (kind === 'urged_harm' && TAKEN_BACK.test(text.slice(Math.max(0, match.index - 80), match.index))) continue;
    if (nearDeath && !aboutDeath(passage, asked)) continue;
    return true;
  }
  return false;
}

/** A sentence about the speaker alone in which the rules made for patients see a danger to life. */
function tellsOfItself(passage: Passage, lexicon: VoiceLexicon): boolean {
  const { text } = passage;
  const speakers = [...text.matchAll(SPEAKER)].map(({ index }) => index);
  if (speakers.length === 0 || OTHERS.test(text) || text.endsWith('?')) return false;
  if ([...speakers, text.length].some((at) => isReported(passage, [at, text.length], lexicon.frames))) return false;
  return detectRisk(text).cues.some((cue) => lexicon.telling.has(cue));
}

/** "Do I want to die?" is a question to think about. */
function isAsked(text: string, at: number): boolean {
  return text.endsWith('?') && /\b(?:do|did|does|would|should|could|whether|if|am) $/.test(text.slice(0, at));
}

function aboutDeath({ text, before }: Passage, asked: string): boolean {
  if (DEATH.test(text)) return true;
  if (namesCrisisRoute(before)) return false;
  return DEATH.test(before) || detectRisk(asked).kinds.includes('self_harm');
}

/** Goes on with the patient's story and speaks to nobody, help at its end aside. */
function speaksAsPatient(passages: readonly Passage[], lexicon: VoiceLexicon): boolean {
  let signs = 0;
  for (const passage of passages) {
    if (namesCrisisRoute(passage.text)) continue;
    if (ADDRESSED.test(passage.text)) return false;
    for (const match of passage.text.matchAll(PATIENT_VOICE)) {
      if (!isReported(passage, [match.index, match.index + match[0].length], lexicon.frames)) signs += 1;
    }
  }
  return signs >= PATIENT_SIGNS;
}
