import { type ReactNode, useId } from 'react';
import type { Problem } from '../api/studioTypes.js';
import { Button } from '../design/Button.js';
import { TextField } from '../design/Field.js';
import { problemAt } from './draft.js';

/** A list of short texts, each in its own field. */
export function ListField({
  label,
  hint,
  one,
  values,
  path,
  problems,
  onValues,
}: {
  readonly label: string;
  readonly hint?: string;
  /** What a single entry is called. */
  readonly one: string;
  readonly values: readonly string[];
  readonly path: string;
  readonly problems: readonly Problem[];
  readonly onValues: (values: readonly string[]) => void;
}): ReactNode {
  const id = useId();
  const whole = problemAt(problems, path);
  const rows = values.map((value, at) => ({ value, at, key: `${path}-${at}` }));
  return (
    <fieldset className="stack stack-tight" aria-describedby={hint ? id : undefined}>
      <legend className="legend">{label}</legend>
      {hint ? (
        <p id={id} className="hint">
          {hint}
        </p>
      ) : null}
      {rows.map(({ value, at, key }) => (
        <div key={key} className="list-row">
          <TextField
            label={`${one} ${at + 1}`}
            value={value}
            problem={problemAt(problems, `${path}.${at}`)}
            onValue={(text) => onValues(values.with(at, text))}
          />
          <Button
            kind="bare"
            aria-label={`Remove ${one.toLowerCase()} ${at + 1}`}
            onClick={() => onValues(values.toSpliced(at, 1))}
          >
            Remove
          </Button>
        </div>
      ))}
      {whole ? <p className="problem">{whole}</p> : null}
      <div>
        <Button onClick={() => onValues([...values, ''])}>Add {one.toLowerCase()}</Button>
      </div>
    </fieldset>
  );
}
