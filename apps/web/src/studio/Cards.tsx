import type { ReactNode } from 'react';
import { Button } from '../design/Button.js';

/** Entries with several fields each, drawn as cards that can be added and removed. */
export function Cards<T>({
  title,
  hint,
  one,
  items,
  keyOf,
  blank,
  onItems,
  children,
}: {
  readonly title: string;
  readonly hint?: string;
  readonly one: string;
  readonly items: readonly T[];
  readonly keyOf: (item: T, at: number) => string;
  readonly blank: () => T;
  readonly onItems: (items: readonly T[]) => void;
  readonly children: (item: T, at: number, change: (item: T) => void) => ReactNode;
}): ReactNode {
  return (
    <section className="stack" aria-label={title}>
      <div>
        <h3>{title}</h3>
        {hint ? <p className="hint">{hint}</p> : null}
      </div>
      {items.map((item, at) => (
        <fieldset key={keyOf(item, at)} className="card stack">
          <legend className="unseen">
            {one} {at + 1}
          </legend>
          {children(item, at, (changed) => onItems(items.with(at, changed)))}
          <div>
            <Button kind="bare" onClick={() => onItems(items.toSpliced(at, 1))}>
              Remove {one.toLowerCase()} {at + 1}
            </Button>
          </div>
        </fieldset>
      ))}
      <div>
        <Button onClick={() => onItems([...items, blank()])}>Add {one.toLowerCase()}</Button>
      </div>
    </section>
  );
}
