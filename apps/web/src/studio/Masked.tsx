import type { ReactNode } from 'react';
import type { Span } from '../api/studioTypes.js';
import { stretches } from './masking.js';

/** A text with each identifier struck out and what replaces it beside it. */
export function Masked({
  label,
  text,
  spans,
}: {
  readonly label: string;
  readonly text: string;
  readonly spans: readonly Span[];
}): ReactNode {
  return (
    <div>
      <h4>{label}</h4>
      <p className="masked">
        {stretches(text, spans).map((part) =>
          part.replacement === null ? (
            <span key={part.start}>{part.text}</span>
          ) : (
            <span key={part.start} title={part.kind ?? undefined}>
              <del>{part.text}</del> <ins>{part.replacement}</ins>
            </span>
          ),
        )}
      </p>
    </div>
  );
}
