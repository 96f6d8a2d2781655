import { findAll } from './find.js';
import type { Candidate } from './kinds.js';
import { CITIES, CITY_WORDS, LARGE_PLACES, NO_NAMES } from './words.js';

const CAPITAL = "\\p{Lu}[\\p{L}'-]{1,24}";
const PROPER = `${CAPITAL}(?: (?:of |upon |on |le |de |the )?${CAPITAL}){0,3}`;
const ROAD =
  '(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Way|Close|Crescent|Terrace|Place|Square|Highway|Hwy|Parkway|Marg|Nagar|Colony|Chowk|Tole|Galli|Path)';
const FACILITY =
  "(?:(?:General |Memorial |Community |Teaching |Regional |Children's |University |District |Mission |Medical |Mental Health |High |Primary |Secondary |Elementary |Middle |Nursing |Care )*(?:Hospital|Infirmary|Clinic|Surgery|Medical Cent(?:re|er)|Health Cent(?:re|er)|Hospice|University|College|Campus|School|Academy|Church|Temple|Mosque|Gurdwara|Monastery|Prison|Home|Shelter|Library|Park|Station|Airport))";
const AREA =
  '(?:County|District|Municipality|Borough|Parish|Township|VDC|Village|Metropolitan City|Shire|Island|Estate)';

const large = (found: string): boolean => LARGE_PLACES.has(found.toLowerCase()) || NO_NAMES.has(found.toLowerCase());
/** At least one word of the find is no common word, state or country. */
const local = (found: string): boolean =>
  !large(found) && found.split(' ').some((word) => !large(word.replace(/'s$/, '')));

const EXPRESSIONS: readonly RegExp[] = [
  new RegExp(
    `(?<![\\p{L}\\d])(?:(?:apt|apartment|flat|unit|suite|house|plot)\\.? ?(?:no\\.? ?)?[\\dA-Z]{1,5},? )?\\d{1,5}[A-Za-z]?(?:-\\d{1,4})?,? (?:[NSEW]\\.? )?${PROPER} ${ROAD}\\b\\.?(?:,? (?:apt|apartment|unit|suite|flat)\\.? ?#?[\\dA-Z]{1,5})?`,
    'giu',
  ),
  new RegExp(`(?<=\\b(?:on|in|at|near|off|from|to) )${PROPER} ${ROAD}\\b`, 'gu'),
  /(?<=\b(?:zip(?: ?code)?|postal code|post ?code|pin(?: ?code)?)(?: is|:)? )\d{3} ?\d{2,3}(?:-\d{4})?(?!\d)/giu,
  /(?<=\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),? )\d{5}(?:-\d{4})?(?!\d)/gu,
  /(?<![\p{L}\d])(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) \d[ABD-HJLNP-UW-Z]{2})(?![\p{L}\d])/gu,
  /(?<![\p{L}\d])[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d(?![\p{L}\d])/gu,
  /(?<![\p{L}\d])(?:ward|wada)(?: no\.?| number)? ?[-:]? ?\d{1,2}(?!\d)/giu,
  /(?<![\p{L}\d])p\.? ?o\.? box \d{1,6}/giu,
  new RegExp(
    `(?<![\\p{L}])(?:${CITIES})(?:-\\d{1,2})?(?![\\p{L}])(?! (?:coma|outcome|hamilton|postnatal|depression scale))`,
    'gu',
  ),
];

const NAMED: readonly RegExp[] = [
  new RegExp(`(?<![\\p{L}])(?<id>${PROPER}) ${AREA}(?![\\p{L}])`, 'dgu'),
  new RegExp(`(?<![\\p{L}])(?<id>(?:St\\.? )?${PROPER}(?:'s)?) ${FACILITY}(?![\\p{L}])`, 'dgu'),
  new RegExp(
    `(?<=\\b(?:live|lives|lived|living|reside|resides|residing|based|raised|grew up|born|stay|stays|staying|moved|relocated|shifted|settled|home|village|town|city|hometown)(?: here| back| out| away)?(?: (?:is|was|called|named|of|in|at|near|from|to|outside|around))+ )(?<id>${PROPER})`,
    'dgu',
  ),
  new RegExp(
    `(?<=\\b(?:I'm|I am|we're|we are|he's|he is|she's|she is|family is|originally|comes?|came|here) from )(?<id>${PROPER})`,
    'dgu',
  ),
];

const EMPLOYER: readonly RegExp[] = [
  /(?<=\b(?:work|works|worked|working|employed|job|position|shift|intern|internship|volunteer|nurse|teacher|teach|teaches|engineer|manager|cashier|driver|guard|cook|chef|waiter|waitress|cleaner|clerk|accountant|analyst|laid off|fired|hired|contractor|career)(?: (?:full|part)[- ]time)?(?: as an? (?:[a-z]+ ){1,4})? ?(?:at|for|by|with|from) (?:the )?)(?<id>\p{Lu}[\p{L}\d&'.-]{1,24}(?:(?: and| &| of)? \p{Lu}[\p{L}\d&'-]{1,24}){0,3})/dgu,
  /(?<=\b(?:employer|company|firm|workplace)(?: is| was|,| called| named|:)+ )(?<id>\p{Lu}[\p{L}\d&'-]{1,24}(?: \p{Lu}[\p{L}\d&'-]{1,24}){0,3})/dgu,
];

const SMALL_CITY = new RegExp(`(?<![\\p{L}])(?:${CITIES})(?![\\p{L}])`, 'giu');

/** Cities in a text that uses no capitals at all. */
function citiesInSmall(text: string): Candidate[] {
  if (/\p{Lu}\p{Ll}/u.test(text)) return [];
  return findAll(text, 'place', SMALL_CITY, (found) => !CITY_WORDS.has(found.toLowerCase()));
}

/** Trailing words that open the next thought rather than belong to a name: "from Pokhara I moved". */
function trimmed(candidate: Candidate, text: string): Candidate {
  let { start, end } = candidate;
  for (;;) {
    const found = text.slice(start, end);
    const last = / ([^ ]+)$/.exec(found);
    if (last?.[1] !== undefined && NO_NAMES.has(last[1].toLowerCase())) {
      end -= last[0].length;
      continue;
    }
    const first = /^([^ ]+) /.exec(found);
    if (first?.[1] !== undefined && NO_NAMES.has(first[1].toLowerCase()) && !/^(?:the|best)$/.test(first[1])) {
      start += first[0].length;
      continue;
    }
    return { ...candidate, start, end: found.endsWith('.') ? end - 1 : end };
  }
}

/** Places smaller than a state: addresses, post codes, cities, districts, named facilities. And employers, by cue. */
export function findPlaces(text: string): Candidate[] {
  const named = (kind: 'place' | 'employer', expressions: readonly RegExp[]): Candidate[] =>
    expressions
      .flatMap((expression) => findAll(text, kind, expression))
      .map((candidate) => trimmed(candidate, text))
      .filter(({ start, end }) => end > start && local(text.slice(start, end)));
  return [
    ...EXPRESSIONS.flatMap((expression) => findAll(text, 'place', expression, local)),
    ...citiesInSmall(text),
    ...named('place', NAMED),
    ...named('employer', EMPLOYER),
  ];
}
