import { type FormEvent, type ReactNode, useState } from 'react';
import type { InboxItem } from '../api/studioTypes.js';
import { Button } from '../design/Button.js';
import { TextArea } from '../design/Field.js';
import { dateTime } from '../design/format.js';
import { Badge } from '../design/Notice.js';
import { Loaded, Trouble, useResource } from '../design/Resource.js';
import { AnswerText } from '../patient/AnswerText.js';
import type { TabProps } from './tab.js';

/** Answers that patients marked down or reported; the doctor writes what should have been said. */
export function InboxTab({ api }: TabProps): ReactNode {
  const [inbox, again] = useResource(api.inbox);
  return (
    <div className="stack">
      <p className="lead">
        Answers that patients marked down or reported. What you write becomes a reviewed dialogue of the twin and a
        question that the computers which answer for it (miners) are tested with.
      </p>
      <Loaded of={inbox} again={again}>
        {(items) =>
          items.length === 0 ? (
            <p className="quiet">Nothing is waiting.</p>
          ) : (
            items.map((item) => <Item key={item.answer_id} api={api} item={item} onCorrected={again} />)
          )
        }
      </Loaded>
    </div>
  );
}

function Item({
  api,
  item,
  onCorrected,
}: {
  readonly api: TabProps['api'];
  readonly item: InboxItem;
  readonly onCorrected: () => void;
}): ReactNode {
  const [answer, setAnswer] = useState('');
  const [question, setQuestion] = useState('');
  const [mistake, setMistake] = useState('');
  const [state, setState] = useState<'idle' | 'busy' | Error>('idle');
  const correct = (event: FormEvent): void => {
    event.preventDefault();
    setState('busy');
    const correction = {
      answer: answer.trim(),
      ...(question.trim() ? { question: question.trim() } : {}),
      ...(mistake.trim() ? { mistake: mistake.trim() } : {}),
    };
    api.correct(item.answer_id, correction).then(
      () => {
        setState('idle');
        onCorrected();
      },
      (error: Error) => setState(error),
    );
  };
  return (
    <article className="panel stack">
      <p className="row">
        <Badge tone="lamp">{item.why}</Badge>
        {item.corrected ? <Badge tone="good">corrected</Badge> : null}
        <span className="quiet small">{dateTime(item.created_ms)}</span>
      </p>
      <h2 className="small quiet">The question</h2>
      <p>{item.question}</p>
      <h2 className="small quiet">What the twin said</h2>
      <AnswerText text={item.answer} />
      {item.corrected ? null : (
        <form className="stack" onSubmit={correct}>
          {item.needs_question ? (
            <TextArea
              label="The question in your own words"
              hint="This patient did not agree that their words are used, so yours stand in their place."
              value={question}
              onValue={setQuestion}
              maxLength={2000}
              required
            />
          ) : null}
          <TextArea
            label="What it should have said"
            value={answer}
            onValue={setAnswer}
            maxLength={2400}
            rows={6}
            required
          />
          <TextArea
            label="What was wrong (optional)"
            hint="In a few words. Miners that make this mistake again lose points."
            value={mistake}
            onValue={setMistake}
            maxLength={200}
            rows={2}
          />
          {state instanceof Error ? <Trouble error={state} /> : null}
          <div>
            <Button kind="main" type="submit" busy={state === 'busy'} disabled={answer.trim() === ''}>
              Save the correction
            </Button>
          </div>
        </form>
      )}
    </article>
  );
}
