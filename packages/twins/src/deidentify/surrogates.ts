import type { IdentifierKind } from './kinds.js';

const GIVEN = ['Robin', 'Casey', 'Jordan', 'Sasha', 'Noor', 'Kit', 'Remy', 'Ariel', 'Sunny', 'Jules', 'Rowan', 'Quinn'];
const FAMILY = [
  'Hill',
  'Lake',
  'Rivers',
  'Stone',
  'Field',
  'Woods',
  'Banks',
  'Marsh',
  'Dale',
  'Ford',
  'Brook',
  'Heath',
];
const PLACES = ['Rivertown', 'Hillford', 'Lakeside', 'Eastvale', 'Northfield', 'Mapleton', 'Stonebridge', 'Greenhill'];

const nth = (list: readonly string[], at: number): string => {
  const word = list[at % list.length] ?? '';
  const lap = Math.floor(at / list.length);
  return lap === 0 ? word : `${word}${lap + 1}`;
};

/** A year may stay; finer parts of a date become words. */
function dateInstead(found: string): string {
  const year = /(?<!\d)(?:19|20)\d\d(?!\d)/.exec(found)?.[0];
  if (year !== undefined) return year;
  return /\d/.test(found) ? 'a certain day' : 'a certain month';
}

/** Made-up values that nobody has: reserved numbers, addresses and domains, and invented places. */
const INSTEAD: Readonly<Record<Exclude<IdentifierKind, 'name' | 'date'>, (at: number) => string>> = {
  place: (at) => nth(PLACES, at),
  age: () => '90+',
  phone: (at) => `555-01${String(at % 100).padStart(2, '0')}`,
  fax: (at) => `555-01${String(99 - (at % 100)).padStart(2, '0')}`,
  email: (at) => `person${at + 1}@example.org`,
  national_id: (at) => `ID-${at + 1}`,
  record: (at) => `RECORD-${at + 1}`,
  plan: (at) => `PLAN-${at + 1}`,
  account: (at) => `ACCOUNT-${at + 1}`,
  licence: (at) => `LICENCE-${at + 1}`,
  vehicle: (at) => `VEHICLE-${at + 1}`,
  device: (at) => `DEVICE-${at + 1}`,
  url: (at) => `https://example.org/${at + 1}`,
  ip: (at) => `192.0.2.${(at % 254) + 1}`,
  employer: (at) => `Example Company${at === 0 ? '' : ` ${at + 1}`}`,
  code: (at) => `CODE-${at + 1}`,
};

/** Replacements for one text: the same identifier gets the same one, none of them occurs in the text. */
export class Surrogates {
  private readonly given = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  constructor(private readonly original: string) {}

  replacementFor(kind: IdentifierKind, found: string): string {
    if (kind === 'date') return dateInstead(found);
    if (kind === 'name') return this.name(found);
    return this.once(kind, found, INSTEAD[kind]);
  }

  private name(found: string): string {
    return found
      .split(' ')
      .map((word, at) =>
        /^\p{Lu}\.?$/u.test(word)
          ? 'X.'
          : this.once(at === 0 ? 'given' : 'family', word, (n) => nth(at === 0 ? GIVEN : FAMILY, n), 'name'),
      )
      .join(' ');
  }

  private once(series: string, found: string, make: (at: number) => string, space = series): string {
    const key = `${space}:${found.toLowerCase().replaceAll(/[\s().-]/g, '')}`;
    const known = this.given.get(key);
    if (known !== undefined) return known;
    let at = this.counts.get(series) ?? 0;
    let made = make(at);
    // Bounded: a text cannot hold every number of a series.
    for (let tries = 0; series !== 'age' && tries < 100 && this.original.includes(made); tries++) made = make(++at);
    this.counts.set(series, at + 1);
    this.given.set(key, made);
    return made;
  }
}
