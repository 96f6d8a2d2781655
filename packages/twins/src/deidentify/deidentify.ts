import { findDates } from './dates.js';
import type { Candidate, IdentifierKind, IdentifierSpan, ResidualReason } from './kinds.js';
import { findNames } from './names.js';
import { findNumbers } from './numbers.js';
import { findPlaces } from './places.js';
import { readable } from './readable.js';
import { residualReasons } from './residualRisk.js';
import { Surrogates } from './surrogates.js';

export interface Deidentified {
  /** The text with every span replaced. */
  readonly text: string;
  /** What was replaced, in the order of the text; they do not overlap. Offsets are into the original. */
  readonly spans: readonly IdentifierSpan[];
  /** True when the text may still say who it is about; a person should read it before anybody else does. */
  readonly residualRisk: boolean;
  readonly reasons: readonly ResidualReason[];
}

/** Where finds overlap the more certain kind wins, then the longer find. */
const CERTAINTY: readonly IdentifierKind[] = [
  'email',
  'url',
  'ip',
  'national_id',
  'fax',
  'vehicle',
  'device',
  'licence',
  'record',
  'plan',
  'account',
  'date',
  'phone',
  'age',
  'employer',
  'place',
  'name',
  'code',
];

function settle(candidates: readonly Candidate[]): Candidate[] {
  const rank = ({ kind }: Candidate): number => CERTAINTY.indexOf(kind);
  const ordered = [...candidates].sort(
    (a, b) => rank(a) - rank(b) || b.end - b.start - (a.end - a.start) || a.start - b.start,
  );
  const taken: Candidate[] = [];
  const owner = new Set<number>();
  for (const candidate of ordered) {
    // What a surer find left over at either end is still an identifier.
    let { start, end } = candidate;
    while (start < end && owner.has(start)) start++;
    while (end > start && owner.has(end - 1)) end--;
    let free = end > start;
    for (let at = start; free && at < end; at++) free = !owner.has(at);
    if (!free) continue;
    for (let at = start; at < end; at++) owner.add(at);
    taken.push({ ...candidate, start, end });
  }
  return taken.sort((a, b) => a.start - b.start);
}

/** Replaces whole spans of a text; spans are in order and do not overlap. */
function replaced(original: string, spans: readonly IdentifierSpan[]): string {
  let text = '';
  let at = 0;
  for (const span of spans) {
    text += original.slice(at, span.start) + span.replacement;
    at = span.end;
  }
  return text + original.slice(at);
}

/**
 * Masks what can say who a text is about: names, places below state, dates finer than a year, ages over 89, numbers and
 * codes (HIPAA Safe Harbor, with Nepali, Indian and British forms), employers. Rules and lists only, so some
 * identifiers are missed; `residualRisk` says when that is likely. The same text gives the same result.
 */
export function deidentify(original: string): Deidentified {
  const { text, origins } = readable(original);
  const candidates = [...findNumbers(text), ...findDates(text), ...findPlaces(text), ...findNames(text)];
  const surrogates = new Surrogates(original);
  const spans = settle(candidates).flatMap(({ start, end, kind }): IdentifierSpan[] => {
    const from = origins[start];
    const last = origins[end - 1];
    const found = text.slice(start, end);
    if (from === undefined || last === undefined || !/[\p{L}\d]/u.test(found)) return [];
    return [{ start: from, end: last + 1, kind, replacement: surrogates.replacementFor(kind, found) }];
  });
  const masked = replaced(original, spans);
  const reasons = residualReasons(original, masked, spans);
  return { text: masked, spans, residualRisk: reasons.length > 0, reasons };
}
