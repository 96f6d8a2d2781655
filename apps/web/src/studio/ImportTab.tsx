import { type ChangeEvent, type FormEvent, type ReactNode, useId, useState } from 'react';
import { Link } from 'wouter';
import type { Inspection } from '../api/studioTypes.js';
import { Button } from '../design/Button.js';
import { SelectField, TextArea } from '../design/Field.js';
import { Badge, Notice } from '../design/Notice.js';
import { Loaded, Trouble, useResource } from '../design/Resource.js';
import { Masked } from './Masked.js';
import { formatOf } from './masking.js';
import type { TabProps } from './tab.js';

/** Dialogues from practice: read, look at what is masked, save. Nothing is kept before the last button. */
export function ImportTab({ id, api }: TabProps): ReactNode {
  const file = useId();
  const [name, setName] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [found, setFound] = useState<Inspection | null>(null);
  const [state, setState] = useState<'idle' | 'busy' | Error>('idle');
  const [saved, setSaved] = useState<number | null>(null);
  /** Counts what was looked at: what was left out of one file says nothing about the next. */
  const [inspections, setInspections] = useState(0);
  const read = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const given = event.target.files?.[0];
    if (!given) return;
    setName(given.name);
    try {
      setText(await given.text());
    } catch {
      // The browser says why in words for programmers: it was moved, or may not be read.
      setState(new Error(`${given.name} could not be read. Choose it again, or paste its text.`));
    }
  };
  const inspect = (event: FormEvent): void => {
    event.preventDefault();
    setState('busy');
    setSaved(null);
    api.inspect(formatOf(name, text), text).then(
      (inspection) => {
        setFound(inspection);
        setInspections((before) => before + 1);
        setState('idle');
      },
      (error: Error) => setState(error),
    );
  };
  return (
    <div className="stack">
      <form className="panel stack" onSubmit={inspect}>
        <p>
          A CSV file with the columns <code>question</code> and <code>answer</code>, or JSONL with one object on each
          line.
        </p>
        <div className="field">
          <label htmlFor={file}>File</label>
          <input
            id={file}
            type="file"
            accept=".csv,.jsonl,.ndjson,.json,text/csv"
            onChange={(event) => void read(event)}
          />
        </div>
        <TextArea
          label="Or paste it"
          value={text}
          rows={6}
          spellCheck={false}
          onValue={(pasted) => {
            setName(null);
            setText(pasted);
          }}
        />
        <div>
          <Button kind="main" type="submit" busy={state === 'busy'} disabled={text.trim() === ''}>
            Look for identifiers
          </Button>
        </div>
      </form>
      {state instanceof Error ? <Trouble error={state} /> : null}
      {saved === null ? null : (
        <Notice>
          <p role="status">{saved} dialogues were saved with their identifiers masked.</p>
        </Notice>
      )}
      {found ? (
        <Found
          key={inspections}
          id={id}
          api={api}
          found={found}
          onSaved={(count) => {
            setSaved(count);
            setFound(null);
            setText('');
          }}
        />
      ) : null}
      <Saved key={saved ?? 0} api={api} />
    </div>
  );
}

function Found({
  id,
  api,
  found,
  onSaved,
}: {
  readonly id: string;
  readonly api: TabProps['api'];
  readonly found: Inspection;
  readonly onSaved: (count: number) => void;
}): ReactNode {
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const [consent, setConsent] = useState('');
  const [saving, setSaving] = useState<'idle' | 'busy' | Error>('idle');
  const [consents, again] = useResource(api.consents);
  const rows = found.dialogues.map((dialogue, at) => ({ dialogue, at, key: `dialogue-${at}` }));
  const kept = rows.filter(({ at }) => !left.has(at));
  const spans = found.dialogues.reduce((sum, dialogue) => sum + dialogue.spans.length, 0);
  const save = (consentId: string): void => {
    const dialogues = kept.map(({ dialogue: { question, answer } }) => ({ question, answer }));
    setSaving('busy');
    api.saveDialogues(dialogues, consentId).then(() => onSaved(dialogues.length), setSaving);
  };
  return (
    <section className="stack" aria-label="What was found">
      <Notice>
        <p role="status">
          {found.dialogues.length} dialogues with {spans} identifiers. What is struck out is replaced before anything is
          saved. Look at each; leave out what still says who it is about.
        </p>
      </Notice>
      {found.problems.length > 0 ? (
        <Notice tone="lamp">
          <ul>
            {found.problems.map((problem) => (
              <li key={`${problem.line ?? problem.path} ${problem.message}`}>
                {problem.line === undefined ? problem.path : `Line ${problem.line}`}: {problem.message}
              </li>
            ))}
          </ul>
        </Notice>
      ) : null}
      {rows.map(({ dialogue, at, key }) => (
        <article key={key} className="panel stack stack-tight">
          <div className="row row-apart">
            <h3>Dialogue {at + 1}</h3>
            <label className="row">
              <input
                type="checkbox"
                checked={!left.has(at)}
                onChange={() => setLeft((before) => toggled(before, at))}
              />
              Keep dialogue {at + 1}
            </label>
          </div>
          {dialogue.check ? <Badge tone="lamp">read it closely: it may still say who it is about</Badge> : null}
          <Masked
            label="Question"
            text={dialogue.question}
            spans={dialogue.spans.filter(({ field }) => field === 'question')}
          />
          <Masked
            label="Answer"
            text={dialogue.answer}
            spans={dialogue.spans.filter(({ field }) => field === 'answer')}
          />
        </article>
      ))}
      <Loaded of={consents} again={again}>
        {(all) => {
          const standing = all.filter(({ withdrawn_ms }) => !withdrawn_ms);
          const chosen = consent || standing[0]?.id;
          if (chosen === undefined) {
            return (
              <Notice tone="lamp">
                <p>
                  Saving needs a consent record first.{' '}
                  <Link href={`/studio/twins/${encodeURIComponent(id)}/consents`}>Write one</Link>
                </p>
              </Notice>
            );
          }
          return (
            <div className="panel stack">
              <SelectField
                label="Under which consent?"
                value={chosen}
                onValue={setConsent}
                options={standing.map((one) => ({
                  value: one.id,
                  label: `${one.scope}: ${one.statement.slice(0, 60)}`,
                }))}
              />
              {saving instanceof Error ? <Trouble error={saving} /> : null}
              <div>
                <Button kind="main" busy={saving === 'busy'} disabled={kept.length === 0} onClick={() => save(chosen)}>
                  Save {kept.length} masked dialogues
                </Button>
              </div>
            </div>
          );
        }}
      </Loaded>
    </section>
  );
}

function toggled(before: ReadonlySet<number>, at: number): ReadonlySet<number> {
  const after = new Set(before);
  if (!after.delete(at)) after.add(at);
  return after;
}

function Saved({ api }: { readonly api: TabProps['api'] }): ReactNode {
  const [dialogues, again] = useResource(api.dialogues);
  return (
    <section className="stack" aria-labelledby="saved-title">
      <h2 id="saved-title">Saved dialogues</h2>
      <Loaded of={dialogues} again={again}>
        {(all) =>
          all.length === 0 ? (
            <p className="quiet">None yet.</p>
          ) : (
            <ul className="stack">
              {all.map((dialogue) => (
                <li key={dialogue.id} className="card stack stack-tight">
                  <p>
                    <strong>Question:</strong> {dialogue.question}
                  </p>
                  <p>
                    <strong>Answer:</strong> {dialogue.answer}
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}
