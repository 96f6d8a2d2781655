import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from '../design/Button.js';
import { TextField } from '../design/Field.js';
import type { Entering } from './useEntering.js';

interface KeyFormProps {
  readonly label: string;
  readonly hint: ReactNode;
  /** Said when nothing was typed. */
  readonly missing: string;
  /** What a link brought. */
  readonly initial?: string;
  readonly entering: Entering;
}

/** The one secret that opens a part of the pages, typed in. */
export function KeyForm({ label, hint, missing, initial = '', entering }: KeyFormProps): ReactNode {
  const [value, setValue] = useState(initial);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const given = value.trim();
    if (given === '') entering.refuse(missing);
    else entering.enter(given);
  };
  return (
    <form className="panel stack" onSubmit={submit}>
      <TextField
        label={label}
        hint={hint}
        value={value}
        onValue={setValue}
        autoComplete="off"
        spellCheck={false}
        problem={entering.problem}
      />
      <div>
        <Button kind="main" type="submit" busy={entering.busy}>
          Enter
        </Button>
      </div>
    </form>
  );
}
