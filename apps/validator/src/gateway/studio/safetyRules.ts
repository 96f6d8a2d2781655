import { detectInjection } from '@bettertherapy/judge';
import { claimsToBePerson, crisisFallback, type PackContent, type PackProblem } from '@bettertherapy/twins';
import { maskAll } from './maskAll.js';
import type { StudioParts } from './parts.js';

/** One finding of the safety suite, in words for a doctor. */
export interface SafetyCheck {
  readonly id: string;
  readonly title: string;
  readonly ok: boolean;
  readonly plain: string;
  /** The places it is about, or what was asked and answered. */
  readonly details: readonly string[];
  /** A draft with a failing one cannot be submitted. */
  readonly blocking: boolean;
}

/** Words by which a text takes the help in a crisis away. */
const HIDES_HELP =
  /\b(?:do not|don't|never|avoid|without|no)\b[^.!?\n]{0,40}\b(?:crisis (?:line|help|number)s?|hot ?lines?|help ?lines?|988|911|112|116 ?123|emergency (?:number|service|line)s?|suicide (?:line|help|resource)s?)\b/i;
const DENIES_BEING_AI =
  /\b(?:i am|i'm|you are|say (?:that )?you are|claim to be|pretend to be|present yourself as)\b[^.!?\n]{0,30}\b(?:a (?:real|human|licen[cs]ed|living) (?:\w+ )?(?:doctor|person|human|psychiatrist|physician|therapist|being)|the real (?:doctor|dr)|not an? (?:ai|software|bot|machine|program))\b|\b(?:never|do not|don't) (?:say|admit|reveal|tell|mention)\b[^.!?\n]{0,30}\b(?:ai|artificial|software|bot|machine|twin)\b/i;
const PRESCRIBES =
  /\b(?:i(?: will|'ll| can|'m going to| am going to)? (?:hereby )?(?:prescribe|diagnose)|i(?:'ve| have) (?:prescribed|diagnosed)|you (?:can|may|should|will) (?:prescribe|diagnose)|your (?:diagnosis is|prescription (?:is|for)))\b|\b(?:take|start(?: with)?|increase (?:it |the dose )?to|give) \d+(?:[.,]\d+)? ?(?:mg|milligrams?|micrograms?|mcg|ml|tablets?|pills?|capsules?)\b/i;
/** A sentence that forbids is not one that does it: "never say that you are a real doctor", "I cannot prescribe". */
const NEGATED = /\b(?:not|never|cannot|can't|don't|no|nor|neither|without|refuse|decline|won't)\b/i;

interface Place {
  readonly path: string;
  readonly text: string;
}

/** What the rules are told besides the pack. */
export interface SafetyGiven {
  /** Of the pack's shape. */
  readonly problems: readonly PackProblem[];
  /** Ids of dialogues whose consent was withdrawn. */
  readonly withdrawn: ReadonlySet<string>;
  /** Dialogues that were masked when they were saved, by id; what stands in an identifier's place looks like one. */
  readonly masked: ReadonlyMap<string, { readonly question: string; readonly answer: string }>;
  /** The kinds of identifiers in a text of a dialogue that was not. */
  readonly identifiersIn: (text: string) => readonly string[];
}

/**
 * What the store knows about a twin's dialogues, and what the rules found in those that it does not know.
 * @throws CodedError invalid_request as {@link maskAll}
 */
export async function safetyGiven(
  { pack, problems }: { readonly pack: PackContent; readonly problems: readonly PackProblem[] },
  { store, mask }: Pick<StudioParts, 'store' | 'mask'>,
  signal: AbortSignal,
): Promise<SafetyGiven> {
  const masked = new Map(store.dialogues.ofTwin(pack.id).map((row) => [row.id, row]));
  const texts = [...new Set(pack.dialogues.flatMap((dialogue) => unknownTexts(dialogue, masked).map(pathless)))];
  const found = await maskAll(texts, mask, signal);
  const kinds = new Map(texts.map((text, at) => [text, [...new Set(found[at]?.spans.map(({ kind }) => kind))]]));
  return {
    problems,
    withdrawn: new Set(store.dialogues.withdrawnIds(pack.id)),
    masked,
    identifiersIn: (text) => kinds.get(text) ?? [],
  };
}

type Dialogue = PackContent['dialogues'][number];

/** The texts of a dialogue that are not as they were masked. */
function unknownTexts(
  { id, question, answer }: Dialogue,
  masked: SafetyGiven['masked'],
): { readonly field: 'question' | 'answer'; readonly text: string }[] {
  const saved = masked.get(id);
  return [
    ...(saved?.question === question ? [] : [{ field: 'question' as const, text: question }]),
    ...(saved?.answer === answer ? [] : [{ field: 'answer' as const, text: answer }]),
  ];
}

const pathless = ({ text }: { readonly text: string }): string => text;

/** The checks that need no model. */
export function safetyRules(pack: PackContent, given: SafetyGiven): SafetyCheck[] {
  const places = textsOf(pack);
  const lang = pack.languages[0]?.slice(0, 2) ?? 'en';
  return [
    check({
      id: 'complete',
      title: 'Nothing is missing',
      faults: given.problems.map(({ path, message }) => `${path}: ${message}`),
      good: 'Every part of the twin is filled in and has the right form.',
      bad: 'Some parts are missing or have the wrong form.',
    }),
    check({
      id: 'crisis_help',
      title: 'Help in a crisis is always shown',
      faults: [
        ...places.filter(({ text }) => sentences(text).some((one) => HIDES_HELP.test(one))).map(pathOf),
        ...crisisFaults(),
      ],
      good: 'The rules that see a crisis run before the twin is asked. No twin can turn them off, and no text of this one tries.',
      bad: 'These places ask to leave crisis help out. It is shown anyway; the text must not say otherwise.',
    }),
    check({
      id: 'refusals',
      title: 'It knows when to say no and when to send on',
      faults: [
        ...(pack.rules.refusal.length === 0 ? ['rules.refusal: there is none'] : []),
        ...(pack.rules.referral.length === 0 ? ['rules.referral: there is none'] : []),
      ],
      good: 'There are rules for what it declines and for when it sends people to somebody else.',
      bad: 'At least one rule for what it declines and one for when it sends people on are needed.',
    }),
    check({
      id: 'identity',
      title: 'It does not claim to be the real doctor',
      faults: places
        .filter(({ text }) => says(text, DENIES_BEING_AI) || claimsToBePerson(text, '') !== null)
        .map(pathOf),
      good: 'Nowhere does it claim to be a person or hide that it is an AI twin.',
      bad: 'These places claim that a person speaks, or hide that it is software.',
    }),
    check({
      id: 'prescribing',
      title: 'It does not diagnose or prescribe',
      faults: places.filter(({ text }) => says(text, PRESCRIBES)).map(pathOf),
      good: 'No text diagnoses, prescribes, or names a dose to take.',
      bad: 'These places diagnose, prescribe, or name a dose to take.',
    }),
    check({
      id: 'instructions',
      title: 'No hidden instructions',
      faults: places.filter(({ text }) => detectInjection(text, lang).verdict === 'attack').map(pathOf),
      good: 'No text speaks to the model behind the twin or to the judge.',
      bad: 'These places hold text that tries to instruct a model or the judge.',
    }),
    check({
      id: 'sources',
      title: 'What it knows has sources',
      faults:
        pack.knowledge.length === 0
          ? ['knowledge: there is no note, so it could show no source']
          : pack.knowledge.flatMap(({ source }, at) =>
              source.title.trim() === source.publisher.trim() ? [`knowledge.${at}.source: names no publisher`] : [],
            ),
      good: 'Every note says where it comes from.',
      bad: 'Patients are shown where an answer comes from; notes with a source are needed for that.',
    }),
    check({
      id: 'identifiers',
      title: 'No patient can be recognised',
      faults: pack.dialogues.flatMap((dialogue, at) =>
        unknownTexts(dialogue, given.masked).flatMap(({ field, text }) => {
          const kinds = given.identifiersIn(text);
          return kinds.length === 0 ? [] : [`dialogues.${at}.${field}: ${kinds.join(', ')}`];
        }),
      ),
      good: 'The dialogues hold no names, dates, numbers or places of a person.',
      bad: 'These dialogues hold what could identify somebody. Mask it, or import them again.',
    }),
    check({
      id: 'consents',
      title: 'Every dialogue rests on a consent',
      faults: pack.dialogues.flatMap(({ id }, at) => (given.withdrawn.has(id) ? [`dialogues.${at}`] : [])),
      good: 'No dialogue is left whose consent was withdrawn.',
      bad: 'The consent for these dialogues was withdrawn; take them out.',
    }),
  ];
}

function check(at: {
  readonly id: string;
  readonly title: string;
  readonly faults: readonly string[];
  readonly good: string;
  readonly bad: string;
}): SafetyCheck {
  const ok = at.faults.length === 0;
  return { id: at.id, title: at.title, ok, plain: ok ? at.good : at.bad, details: at.faults, blocking: true };
}

/** The help itself, as it would be shown if every model were out. */
function crisisFaults(): string[] {
  return crisisFallback(['self_harm'], 'international').includes('988')
    ? []
    : ['the help of this build names no number'];
}

const pathOf = ({ path }: Place): string => path;

function says(text: string, words: RegExp): boolean {
  return sentences(text).some((sentence) => {
    const found = words.exec(sentence);
    if (!found) return false;
    // "Never say" inside the found words is the very thing; before them it takes them back.
    return !NEGATED.test(sentence.slice(0, found.index));
  });
}

function sentences(text: string): string[] {
  return text.split(/(?<=[.!?])\s+|\n+/u);
}

/** Every text that a model or a patient gets. What it must not do (`voice.dont`, `scope.out`) is left out: it says so on purpose. */
function textsOf(pack: PackContent): Place[] {
  const many = (path: string, texts: readonly string[]): Place[] =>
    texts.map((text, at) => ({ path: `${path}.${at}`, text }));
  return [
    { path: 'summary', text: pack.summary },
    { path: 'systemPrompt', text: pack.systemPrompt },
    ...many('voice.do', pack.voice.do),
    ...many('scope.in', pack.scope.in),
    ...many('starters', pack.starters),
    ...pack.knowledge.map(({ text }, at) => ({ path: `knowledge.${at}.text`, text })),
    ...pack.dialogues.map(({ answer }, at) => ({ path: `dialogues.${at}.answer`, text: answer })),
    ...pack.rules.refusal.map(({ say }, at) => ({ path: `rules.refusal.${at}.say`, text: say })),
    ...pack.rules.referral.map(({ say }, at) => ({ path: `rules.referral.${at}.say`, text: say })),
    ...(pack.rules.crisis.note === null ? [] : [{ path: 'rules.crisis.note', text: pack.rules.crisis.note }]),
  ];
}
