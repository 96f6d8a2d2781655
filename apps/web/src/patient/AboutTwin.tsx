import type { ReactNode } from 'react';
import type { TwinDetail } from '../api/types.js';
import { Notice } from '../design/Notice.js';
import { SourceList } from './SourceList.js';
import { licenceText } from './TwinsPage.js';

/** What a twin is made from, what it speaks about, and what it does not. */
export function AboutTwin({ twin }: { readonly twin: TwinDetail }): ReactNode {
  return (
    <div className="stack">
      {twin.demonstration ? (
        <Notice tone="lamp">
          <p>A demonstration: the expert, the licence and the texts are invented for showing how twins work.</p>
        </Notice>
      ) : null}
      <List title="Ask about" items={twin.scope.in} />
      <List title="Not for" items={twin.scope.out} />
      {twin.sources.length > 0 ? (
        <details>
          <summary>Its sources ({twin.sources.length})</summary>
          <SourceList sources={twin.sources} />
        </details>
      ) : null}
      <p className="small quiet">
        Version {twin.version} · {licenceText(twin)}
      </p>
    </div>
  );
}

function List({ title, items }: { readonly title: string; readonly items: readonly string[] }): ReactNode {
  if (items.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <ul>
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </div>
  );
}
