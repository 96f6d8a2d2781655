import { findAll } from './find.js';
import type { Candidate } from './kinds.js';

/** Months that are no common words; "may" and "march" need a day, a year or a preposition beside them. */
const MONTH =
  '(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)';
/** Months of the Bikram Sambat calendar. */
const NEPALI_MONTH =
  '(?:baisakh|baishakh|jestha|jeth|asar|ashadh|shrawan|saun|bhadra|bhadau|ashoj|ashwin|kartik|mangsir|poush|pus|magh|falgun|fagun|chaitra|chait)';
const DAY = '(?:3[01]|[12]\\d|0?[1-9])(?:st|nd|rd|th)?';
const YEAR = "(?:(?:19|20)\\d\\d|'\\d\\d)";
const ANY_MONTH = `(?:${MONTH}|${NEPALI_MONTH})\\.?`;

const FULL: readonly RegExp[] = [
  /(?<![\d./-])(?:19|20)\d\d([-/.])(?:1[0-2]|0?[1-9])\1(?:3[0-2]|[12]\d|0?[1-9])(?![\d-])/g,
  /(?<![\d./-])(?:3[0-2]|[12]\d|0?[1-9])([-/.])(?:3[01]|[12]\d|0?[1-9])\1(?:19|20)?\d\d(?![\d./-]*\d)/g,
  new RegExp(`\\b${DAY} (?:of )?${ANY_MONTH}(?:,? (?:of )?${YEAR})?(?![\\w])`, 'gi'),
  new RegExp(
    `\\b${ANY_MONTH} ${DAY}(?:(?:,| of)? (?:of )?${YEAR})?(?![\\w/%]| ?(?:mg|mcg|ml|g|pills?|tablets?|times|people|hours?|minutes?)\\b)`,
    'gi',
  ),
  new RegExp(`\\b${ANY_MONTH},? (?:of )?${YEAR}\\b`, 'gi'),
  new RegExp(
    `(?<=\\b(?:in|since|last|this|next|until|till|by|early|late|mid|every|during|before|after|from) (?:early |late |mid[- ])?)${MONTH}(?= (?:i|we|he|she|my|the|and|when|to|because|after|until)\\b|[.,;!?)]|$)`,
    'gim',
  ),
  /(?<=\b(?:on|since|born|from|dob:?|until|by) )(?:1[0-2]|0?[1-9])\/(?:3[01]|[12]\d|0?[1-9])(?![\d/%]| ?(?:mg|mcg|ml|g\b|mmhg|on|pain))/gi,
  /(?<=\b(?:on|since|born|from|dob:?) )(?:1[3-9]|2\d|3[01])\/(?:1[0-2]|0?[1-9])(?![\d/%]| ?(?:mg|mcg|ml|g\b|mmhg))/gi,
];

const AGES: readonly RegExp[] = [
  /(?<![\d.])(?<id>9\d|1[01]\d)(?=[- ]?(?:years?|yrs?)[- ]?(?:old|of age)|[- ]?(?:yo|y\/o|y\.o\.)\b|-year-old)/dgi,
  /(?<=\b(?:age|aged|turned|turning|turns|turn) (?:of )?(?:is )?)(?<id>9\d|1[01]\d)(?![\d%./]| ?(?:mg|kg|lbs?|days?|weeks?|months?|minutes?|degrees))/dgi,
  /(?<=\b(?:i'm|i am|she's|she is|he's|he is|is now|grandm\w+|grandf\w+|gran|nana) (?:is |now |almost |nearly )*)(?<id>9\d|1[01]\d)(?=[.,;!)]|$| (?:and|now|but|with|who|years)\b)/dgim,
];

/** Modal "may" before a number word is no month: "it may 2 out of 3 times". */
const isDate = (found: string): boolean =>
  /\d/.test(found) || !/^(?:may|march|mar|jan|dec|sep)$/i.test(found) || /^(?:May|March)$/.test(found);

/** Dates finer than a year, and ages over 89. */
export function findDates(text: string): Candidate[] {
  return [
    ...FULL.flatMap((expression) => findAll(text, 'date', expression, isDate)),
    ...AGES.flatMap((expression) => findAll(text, 'age', expression)),
  ];
}
