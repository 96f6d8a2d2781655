/** What somebody who writes may be, as parts of patterns; they see normalised text in which "Dr" has no full stop. */
const REAL =
  '(?:(?:very|fully|real|actual|living|live|genuine|true|breathing|fellow|normal|ordinary|flesh[- ]and[- ]blood|mortal|certified|grown|adult|proper|human),? (?:and )?)';
const TRADE =
  '(?:doctor|psychiatrist|psychologist|physician|therapist|psychotherapist|clinician|counsell?or|nurse|medic)';
const FIELD = '(?:sleep|family|grief|trained|medical|licen[cs]ed|mental health) ';
/** Somebody with a body. */
export const PERSON = `(?:(?:an? |the |some |any |another )?${REAL}{0,3}(?:human(?: being| person)?|person|people|mortal|member of the human (?:race|species|family)|(?<=(?:real|actual|living|live|human|genuine) )(?:${FIELD})?(?:${TRADE}|expert|somebody|someone|one)|(?<=(?:an?|real|actual|living|breathing) )(?:man|woman|guy|individual))(?! of (?!\\d|\\w+(?:ty|teen)\\b))(?![\\w'-])|(?:made of )?flesh and (?:blood|bone))`;
/** Somebody with a profession. */
export const DOCTOR = `(?:an? |the |my )?(?:(?:real|actual|licen[cs]ed|qualified|practi[cs]ing|board-certified|registered|medical|trained|proper) ){0,3}${TRADE}`;
/** Somebody by name. */
export const NAMED =
  '(?:the (?:real |actual |genuine )?)?(?:dr|doctor|prof|professor) [a-z]{2,20}(?: [a-z-]{2,20}){0,2}?';
const KIND =
  '(?:an? |the |some |any |your |another )?(?:(?:just|mere|stupid|dumb|simple|talking|cold|virtual|online|automated|clever|soulless|faceless|artificial|digital|ai|computer|software|one of those|kind of|sort of|of those) ){0,3}';
/** A program by a name that means nothing else. */
export const BOT = `${KIND}(?:ai|artificial intelligence|chatbots?|chat bot|bots?|robots?|language model|llm|chatgpt|gpt|(?<=(?:ai|virtual|digital|automated) )(?:model|assistant|doctor|therapist|system|agent|program(?:me)?))(?![\\w'-])`;
/** A program. */
export const SOFTWARE = `(?:${BOT}|${KIND}(?:machines?|computers?|software|program(?:me)?s?|algorithms?|automaton|(?<=(?:ai|digital|virtual) )twin|simulation|script)(?![\\w'-]))`;

/** A text in which a title ends no sentence. */
export function withoutStops(text: string): string {
  return text.replaceAll(/\b(dr|prof|mr|mrs|ms)\.(?=\s)/gi, '$1').replaceAll(/\ba\.\s?i\.?(?![a-z])/gi, 'ai');
}
