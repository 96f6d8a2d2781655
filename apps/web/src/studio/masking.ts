import type { Span } from '../api/studioTypes.js';

/** A stretch of text, and what stands in its place once saved; null where it stays. */
export interface Stretch {
  readonly start: number;
  readonly text: string;
  readonly replacement: string | null;
  readonly kind: string | null;
}

/** The text of one field cut at its spans, in order; overlapping spans keep the first. */
export function stretches(text: string, spans: readonly Span[]): readonly Stretch[] {
  const parts: Stretch[] = [];
  let at = 0;
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    if (span.start < at) continue;
    if (span.start > at) parts.push({ start: at, text: text.slice(at, span.start), replacement: null, kind: null });
    parts.push({
      start: span.start,
      text: text.slice(span.start, span.end),
      replacement: span.replacement,
      kind: span.kind,
    });
    at = span.end;
  }
  if (at < text.length) parts.push({ start: at, text: text.slice(at), replacement: null, kind: null });
  return parts;
}

/** The format of a file or of pasted text: a JSON object on the first line means JSONL. */
export function formatOf(name: string | null, text: string): 'csv' | 'jsonl' {
  if (name?.toLowerCase().endsWith('.csv')) return 'csv';
  if (name && /\.(jsonl|ndjson|json)$/i.test(name)) return 'jsonl';
  return text.trimStart().startsWith('{') ? 'jsonl' : 'csv';
}
