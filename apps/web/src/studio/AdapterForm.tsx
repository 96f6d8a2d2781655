import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button } from '../design/Button.js';
import { TextField } from '../design/Field.js';
import { size } from '../design/format.js';
import { Trouble } from '../design/Resource.js';
import { GatewayError } from '../edge/http.js';
import type { TabProps } from './tab.js';
import { problemOf, uploadAdapter } from './uploadAdapter.js';

type State =
  | { readonly at: 'idle' }
  | { readonly at: 'sending'; readonly have: number; readonly of: number }
  | { readonly at: 'checking' }
  | { readonly at: 'failed'; readonly error: Error };

/** Chooses a file, sends it and attaches it. What has arrived is not sent again when only the name of the base was missing. */
export function AdapterForm({
  api,
  mostBytes,
  replaces,
  onAttached,
}: {
  readonly api: TabProps['api'];
  readonly mostBytes: number;
  readonly replaces: boolean;
  readonly onAttached: () => void;
}): ReactNode {
  const id = useId();
  const [file, setFile] = useState<File | null>(null);
  const [base, setBase] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [state, setState] = useState<State>({ at: 'idle' });
  const running = useRef<AbortController | null>(null);
  const arrived = useRef<{ readonly file: File; readonly upload: string } | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const choose = async (chosen: File | null): Promise<void> => {
    setState({ at: 'idle' });
    setFile(chosen);
    setProblem(chosen === null ? null : await readProblem(chosen, mostBytes));
  };
  const send = async (chosen: File, signal: AbortSignal): Promise<void> => {
    if (arrived.current?.file !== chosen) {
      const progress = (have: number): void => setState({ at: 'sending', have, of: chosen.size });
      progress(0);
      arrived.current = { file: chosen, upload: await uploadAdapter(chosen, api, progress, signal) };
    }
    setState({ at: 'checking' });
    try {
      await api.attachAdapter(arrived.current.upload, base.trim(), signal);
    } catch (error) {
      if (!(error instanceof GatewayError && error.code === 'invalid_request')) arrived.current = null;
      throw error;
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (file === null || problem !== null) return;
    const stop = new AbortController();
    running.current = stop;
    send(file, stop.signal).then(onAttached, (error: Error) =>
      setState(stop.signal.aborted ? { at: 'idle' } : { at: 'failed', error }),
    );
  };

  if (mostBytes === 0) {
    return (
      <section className="panel">
        <p>This service takes no adapters here. Give the file to its operator, who attaches it for you.</p>
      </section>
    );
  }
  const busy = state.at === 'sending' || state.at === 'checking';
  return (
    <form className="panel stack" onSubmit={submit} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{replaces ? 'Attach another' : 'Attach one'}</h2>
      <div className="field">
        <label htmlFor={id}>File of the adapter</label>
        <input
          id={id}
          type="file"
          accept=".gguf"
          disabled={busy}
          aria-describedby={problem === null ? `${id}-hint` : `${id}-hint ${id}-problem`}
          {...(problem === null ? {} : { 'aria-invalid': true })}
          onChange={(event) => void choose(event.target.files?.[0] ?? null)}
        />
        <p className="hint" id={`${id}-hint`}>
          A GGUF file of a LoRA adapter, {size(mostBytes)} at the most. It can repeat what it was trained on, and goes
          to every computer that answers for this twin.
        </p>
        {problem === null ? null : (
          <p className="problem" id={`${id}-problem`} role="alert">
            {problem}
          </p>
        )}
      </div>
      <TextField
        label="Base model, where the file does not name it"
        hint="Like Llama-3.1-8B-Instruct: the model on which it was trained."
        value={base}
        maxLength={120}
        disabled={busy}
        onValue={setBase}
      />
      {state.at === 'sending' ? <Progress have={state.have} of={state.of} /> : null}
      {state.at === 'checking' ? (
        <p className="row" role="status">
          <span className="spinner" aria-hidden="true" /> It has arrived and is being checked…
        </p>
      ) : null}
      {state.at === 'failed' ? <Trouble error={state.error} /> : null}
      <div className="row">
        <Button kind="main" type="submit" busy={busy} disabled={file === null || problem !== null}>
          Upload and attach
        </Button>
        {busy ? <Button onClick={() => running.current?.abort()}>Cancel</Button> : null}
      </div>
    </form>
  );
}

function Progress({ have, of }: { readonly have: number; readonly of: number }): ReactNode {
  const id = useId();
  return (
    <div className="stack stack-tight">
      <label htmlFor={id}>
        Uploading: {size(have)} of {size(of)}
      </label>
      <progress id={id} className="progress" value={have} max={of} />
    </div>
  );
}

async function readProblem(file: File, mostBytes: number): Promise<string | null> {
  try {
    return await problemOf(file, mostBytes);
  } catch {
    // The browser says why in words for programmers: it was moved, or may not be read.
    return `${file.name} could not be read. Choose it again.`;
  }
}
