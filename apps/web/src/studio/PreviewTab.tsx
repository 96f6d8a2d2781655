import { type FormEvent, type ReactNode, useState } from 'react';
import type { PreviewAnswer, VersionChoice } from '../api/studioTypes.js';
import { Button } from '../design/Button.js';
import { SelectField, TextArea } from '../design/Field.js';
import { seconds } from '../design/format.js';
import { Notice } from '../design/Notice.js';
import { Trouble } from '../design/Resource.js';
import { AnswerText } from '../patient/AnswerText.js';
import type { TabProps } from './tab.js';

const NONE = 'none';

/** The doctor's own question, answered by the draft and by an earlier version side by side. */
export function PreviewTab({ api, twin }: TabProps): ReactNode {
  const known = twin.versions.toSorted((a, b) => b.version - a.version).map(({ version }) => String(version));
  const choices = [...(twin.draft ? ['draft'] : []), ...known];
  const [left, setLeft] = useState(known[0] ?? NONE);
  const [right, setRight] = useState(choices[0] ?? NONE);
  const [question, setQuestion] = useState('');
  const [answers, setAnswers] = useState<readonly PreviewAnswer[] | null>(null);
  const [state, setState] = useState<'idle' | 'busy' | Error>('idle');
  const options = choices.map((value) => ({ value, label: nameOf(value) }));
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    const versions = [...new Set([left, right])].filter((one) => one !== NONE).map(choiceOf);
    setState('busy');
    api.preview(question.trim(), versions).then(
      (given) => {
        setAnswers(given);
        setState('idle');
      },
      (error: Error) => setState(error),
    );
  };
  return (
    <div className="stack">
      <form className="panel stack" onSubmit={ask}>
        <TextArea label="Your question" value={question} onValue={setQuestion} maxLength={2000} required />
        <div className="halves">
          <SelectField
            label="Left"
            value={left}
            onValue={setLeft}
            options={[{ value: NONE, label: 'nothing' }, ...options]}
          />
          <SelectField label="Right" value={right} onValue={setRight} options={options} />
        </div>
        <div>
          <Button
            kind="main"
            type="submit"
            busy={state === 'busy'}
            disabled={question.trim() === '' || choices.length === 0}
          >
            Compare
          </Button>
        </div>
      </form>
      {choices.length === 0 ? <p className="quiet">There is nothing to try yet. Begin a draft under “Build”.</p> : null}
      {state instanceof Error ? <Trouble error={state} /> : null}
      <p role="status">{state === 'busy' ? 'The model answers; this can take a minute on a small machine.' : ''}</p>
      <div className="halves" aria-live="polite">
        {answers?.map((answer) => (
          <Answer key={String(answer.version)} answer={answer} />
        ))}
      </div>
    </div>
  );
}

function Answer({ answer }: { readonly answer: PreviewAnswer }): ReactNode {
  return (
    <article className="panel stack">
      <div className="row row-apart">
        <h2>{nameOf(String(answer.version))}</h2>
        <span className="quiet small">{seconds(answer.ms)}</span>
      </div>
      {answer.crisis ? (
        <Notice tone="alarm">
          <p>Patients would see this first: {answer.crisis.text}</p>
        </Notice>
      ) : null}
      <AnswerText text={answer.text} />
      {answer.sources.length > 0 ? (
        <p className="small quiet">Used: {answer.sources.map(({ title }) => title).join('; ')}</p>
      ) : null}
    </article>
  );
}

function nameOf(choice: string): string {
  return choice === 'draft' ? 'Draft' : `Version ${choice}`;
}

function choiceOf(choice: string): VersionChoice {
  return choice === 'draft' ? 'draft' : Number(choice);
}
