import type { ReactNode } from 'react';
import type { Source } from '../api/types.js';

/** Only web addresses become links; a pack could carry any other scheme. */
export function safeAddress(url: string | null): string | null {
  return url !== null && /^https?:\/\//i.test(url) ? url : null;
}

export function SourceList({ sources }: { readonly sources: readonly Source[] }): ReactNode {
  return (
    <ol>
      {sources.map((source) => {
        const address = safeAddress(source.url);
        return (
          <li key={source.id ?? `${source.title} ${source.publisher}`}>
            {address ? (
              <a href={address} target="_blank" rel="noreferrer noopener">
                {source.title}
              </a>
            ) : (
              source.title
            )}
            {[source.publisher, source.year].filter(Boolean).length > 0 ? (
              <span className="quiet"> · {[source.publisher, source.year].filter(Boolean).join(', ')}</span>
            ) : null}
          </li>
        );
      })}
    </ol>
  );
}
