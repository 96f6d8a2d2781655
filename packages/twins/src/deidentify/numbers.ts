import { findAll } from './find.js';
import type { Candidate, IdentifierKind } from './kinds.js';

/** Help lines that many people share; they must reach the reader as they are. */
const HELP_LINES = new Set([
  '18002738255',
  '8002738255',
  '18007997233',
  '8007997233',
  '18006624357',
  '8006624357',
  '18002221222',
  '8002221222',
  '18006564673',
  '8006564673',
  '116123',
  '0116123',
  '08001111',
  '08088010101',
  '08082000247',
  '131114',
  '1800737732',
  '1300224636',
  '18005990019',
  '9152987821',
  '16600102005',
]);
/** Toll-free numbers belong to services, never to a patient. */
const TOLL_FREE = /^1?8(?:00|33|44|55|66|77|88)\d{7}$/;
const digits = (text: string): string => text.replace(/\D/g, '');

/** A number that measures something is no identifier. */
const UNIT_AFTER =
  /^ ?(?:mg|mcg|g|kg|ml|l|dl|iu|units?|cells?|copies|steps?|calories|kcal|kj|%|µ|μ|\/ ?(?:µ|μ|u)?l|mmhg|bpm|dollars?|rupees?|usd|eur|pounds?|people|years?|hours?|minutes?|seconds?|days?|times|per )/i;
const MONEY_BEFORE = /(?:[$€£₹]|\b(?:rs|npr|inr|usd|eur)\.?) ?$/i;
const measures = (text: string, start: number, end: number): boolean =>
  UNIT_AFTER.test(text.slice(end, end + 12)) || MONEY_BEFORE.test(text.slice(Math.max(0, start - 5), start));

/** A code as offices give them: letters, digits and joints, with at least `least` digits. */
const CODE =
  '(?<id>(?=[A-Z\\d/.-]{0,24}\\d|[A-Z]{1,4} \\d{3})[A-Z\\d](?:[A-Z\\d]|[-/.](?=[A-Z\\d])| (?=\\d{2,})){2,24})';
const SAYS =
  "(?: ?(?:no|nos|number|num|id|code|#)\\b\\.?|#)?(?:'s)?(?: (?:is|was|are|reads|ends in))?(?: ?[:=#]| -)? ?#?";

const byCue = (cue: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\d])(?:${cue})${SAYS}(?<![\\p{L}\\d])${CODE}(?![\\p{L}\\d])`, 'dgiu');

const CUED: readonly (readonly [IdentifierKind, RegExp, number])[] = [
  [
    'record',
    byCue(
      'mrn|medical records?|hospital|health record|chart|patient(?: id)?|case|file|opd|ipd|uhid|record|encounter|admission|lab(?:oratory)? (?:ref(?:erence)?|order)|referral|prescription|rx|accession',
    ),
    4,
  ],
  [
    'plan',
    byCue(
      'member(?:ship)?|policy|subscriber|insurance|medicare|medicaid|health (?:plan|card)|plan|group|beneficiary|ssf|ayushman|abha|ohip|nhs',
    ),
    5,
  ],
  [
    'account',
    byCue('account|acct|a/c|bank|iban|sort code|routing|credit card|debit card|card|upi|customer|invoice|esewa|khalti'),
    4,
  ],
  [
    'licence',
    byCue(
      "(?:driver'?s?|driving|medical|nursing|professional|practice)? ?(?:licen[cs]e|licen[cs]ing)|dea|npi|gmc|nmc|registration certificate|certificate|permit",
    ),
    4,
  ],
  [
    'vehicle',
    byCue('licen[cs]e plate|number ?plate|plate|vehicle|vin|car reg(?:istration)?|reg(?:istration)? plate|chassis'),
    1,
  ],
  [
    'device',
    byCue('serial|device|pacemaker|implant|insulin pump|pump|imei|meid|mac address|cpap|defibrillator|hearing aid|udi'),
    3,
  ],
  [
    'national_id',
    byCue(
      'ssn|social security|social|aadhaar|aadhar|pan(?: card)?|national id(?:entity)?|nin|ni|citizenship|nagarikta|passport|voter(?: id)?|tax(?: id)?|tin|nhi|sin|ppsn?|tfn',
    ),
    4,
  ],
  [
    'code',
    byCue(
      'ticket|order|tracking|booking|student|employee|staff|badge|roll|enrol?ment|reference|ref|confirmation|serial code|barcode|inmate|docket|claim',
    ),
    3,
  ],
];

/** Forms of telephone numbers and how many digits each has at least. */
const PHONES: readonly (readonly [RegExp, number])[] = [
  // North America
  [
    /(?<![\d.,-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?:,? ?(?:x|ext\.?|extension) ?\d{1,5})?(?![\d-])/gi,
    10,
  ],
  // any country with its code
  [/(?<![\d.])(?:\+|00)\d{1,3}(?:[ .()-]{0,2}\d){6,13}(?!\d)/g, 9],
  // Nepal and India: mobile numbers of ten digits; Nepal's land lines
  [/(?<![\d.,-])(?:0|977[ -]?|91[ -]?)?(?:9[678]\d{1,3}|[6-9]\d{4})[ -]?\d{2,3}[ -]?\d{3,5}(?![\d.-])/g, 10],
  [/(?<![\d.,-])0\d{1,2}-\d{6,7}(?!\d)/g, 8],
  // United Kingdom and Ireland
  [/(?<![\d.,-])\(?0(?:7\d{3}|1\d{2,4}|2\d{1,2}|8\d{1,3})\)?[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)/g, 10],
  // seven digits behind a word of calling
  [
    /(?<=\b(?:call|phone|tel|telephone|mobile|cell|whatsapp|viber|text|number|ring|contact|fax)(?: me)?(?: (?:is|at|on|no\.?|number))?:? )\d{3}[ .-]?\d{4}(?!\d)/gi,
    7,
  ],
];

function phones(text: string): Candidate[] {
  return PHONES.flatMap(([expression, least]) =>
    findAll(text, 'phone', expression, (found, match) => {
      const number = digits(found);
      const end = match.index + found.length;
      return (
        number.length >= least &&
        number.length <= 18 &&
        !HELP_LINES.has(number) &&
        !TOLL_FREE.test(number) &&
        !measures(text, match.index, end)
      );
    }),
  ).map((found) =>
    /\bfax\b[^.!?\n]{0,14}$/i.test(text.slice(Math.max(0, found.start - 24), found.start))
      ? { ...found, kind: 'fax' }
      : found,
  );
}

/** The check digit of payment cards and of device numbers (IMEI). */
function luhn(number: string): boolean {
  let sum = 0;
  for (let i = 0; i < number.length; i++) {
    const digit = Number(number[number.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

const SHAPED: readonly (readonly [IdentifierKind, RegExp, (found: string) => boolean])[] = [
  ['national_id', /(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])/g, () => true],
  [
    'national_id',
    /(?<![A-Z\d])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Z\d])/gi,
    () => true,
  ],
  ['national_id', /(?<![\d-])[2-9]\d{3}[ -]\d{4}[ -]\d{4}(?![\d -]*\d)/g, () => true],
  ['national_id', /(?<![A-Z\d])[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z](?![A-Z\d])/g, () => true],
  [
    'account',
    /(?<![A-Z\d])[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?(?![A-Z\d])/g,
    (found) => digits(found).length >= 10,
  ],
  [
    'account',
    /(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.])/g,
    (found) => digits(found).length !== 15 && luhn(digits(found)),
  ],
  ['device', /(?<![\d.])\d{15}(?![\d.])/g, luhn],
  ['device', /(?<![A-F\d:-])(?:[A-F\d]{2}[:-]){5}[A-F\d]{2}(?![A-F\d:-])/gi, () => true],
  ['vehicle', /(?<![A-Z\d])[A-HJ-NPR-Z\d]{17}(?![A-Z\d])/g, (found) => /\d{3}/.test(found) && /[A-Z]{2}/.test(found)],
  ['vehicle', /(?<![A-Z\d])[A-Z]{2}[ -]?\d{1,2}[ -]?[A-Z]{1,3}[ -]?\d{4}(?![A-Z\d])/g, () => true],
  [
    'vehicle',
    /(?<![\p{L}\d])(?:Ba|Ga|Lu|Ko|Na|Me|Se|Dha|Ja|Bhe|Ra|Ma|Sa|Bagmati|Gandaki)[ -](?:Pradesh[ -])?\d{1,3}[ -](?:\d{3}[ -])?(?:Cha|Pa|Kha|Ka|Ga|Ja|Jha)[ -]?\d{3,4}(?!\d)/gu,
    () => true,
  ],
  [
    'vehicle',
    /(?<=\b(?:car|van|plate|plates|reg|registration|vehicle|taxi|bike|scooter|motorbike)\b[^.!?\n]{0,30})(?<![A-Z\d])[A-Z]{2}\d{2} ?[A-Z]{3}(?![A-Z\d])/g,
    () => true,
  ],
  ['ip', /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]*\d)/g, () => true],
  [
    'ip',
    /(?<![A-F\d:])(?:[A-F\d]{1,4}:){3,7}:?[A-F\d]{1,4}(?:::?[A-F\d]{1,4}){0,3}(?![A-F\d:])/gi,
    (found) => /[a-f]/i.test(found) || found.length > 11,
  ],
];

/** Codes and long numbers that no cue explains: unique enough to find a person by. */
function uniqueCodes(text: string): Candidate[] {
  return [
    ...findAll(
      text,
      'code',
      /(?<![\p{L}\d.])(?=[A-Z\d-]{0,20}\d{3})(?=[A-Z\d-]{0,20}[A-Z]{2})[A-Z\d]{2,}(?:-?[A-Z\d]+){1,6}(?![\p{L}\d])/gu,
      (found) => digits(found).length >= 4 && found.length >= 7 && !/^(?:COVID|SARS|ICD|DSM)/.test(found),
    ),
    ...findAll(
      text,
      'code',
      /(?<![\p{L}\d.,/])\d{7,}(?![\p{L}\d]|[.,]\d)/gu,
      (found, match) => !measures(text, match.index, match.index + found.length) && !HELP_LINES.has(found),
    ),
    ...findAll(text, 'code', /(?<![\p{L}\d])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![\p{L}\d])/giu),
    ...findAll(text, 'code', /(?<![\p{L}\d@.])@[A-Za-z_][\w.]{2,29}(?<!\.)(?!\w)/gu),
  ];
}

const digitsOf = (text: string): number => digits(text).length;

/** Numbers and codes: telephone, accounts, records, licences, vehicles, devices, addresses of machines and mail. */
export function findNumbers(text: string): Candidate[] {
  return [
    ...findAll(text, 'email', /(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z\d-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w-])/g),
    ...findAll(
      text,
      'email',
      /(?<![\w.+-])[\w.+-]{2,64} ?(?:\(at\)|\[at\]| at ) ?(?:[A-Za-z\d-]{2,63} ?(?:\(dot\)|\[dot\]| dot |\.) ?){1,3}(?:com|org|net|edu|gov|np|in|uk|co)(?!\w)/gi,
      (found) =>
        /\(dot\)|\[dot\]| dot |\(at\)|\[at\]/i.test(found) ||
        /\b(?:gmail|yahoo|hotmail|outlook|icloud|proton)/i.test(found),
    ),
    ...findAll(text, 'url', /(?<![\w@])(?:https?:\/\/|www\.)[^\s<>"')\]]{2,400}(?<![.,;:!?])/gi),
    ...findAll(
      text,
      'url',
      /(?<![\w@.])(?:[A-Za-z\d-]{2,63}\.){1,3}(?:com|org|net|io|me|info|blog|com\.np|org\.np|co\.uk|org\.uk|co\.in)(?:\/[^\s<>"')\]]{1,300})?(?<![.,;:!?])(?![\w@-])/gi,
      (found) => !/^(?:findahelpline|988lifeline|samaritans)\./i.test(found),
    ),
    ...SHAPED.flatMap(([kind, expression, accept]) => findAll(text, kind, expression, accept)),
    ...CUED.flatMap(([kind, expression, least]) =>
      findAll(text, kind, expression, (found, match) => {
        const start = match.indices?.groups?.id?.[0] ?? match.index;
        return (
          digitsOf(found) >= least &&
          found.length >= 4 &&
          !/^[A-Za-z]*[a-z][A-Za-z]* /.test(found) &&
          !measures(text, start, start + found.length) &&
          !/^\d{1,2}\/\d{1,2}$|^(?:19|20)\d\d$/.test(found)
        );
      }),
    ),
    ...phones(text),
    ...uniqueCodes(text),
  ];
}
