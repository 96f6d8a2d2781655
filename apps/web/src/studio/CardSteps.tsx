import type { ReactNode } from 'react';
import type { Problem, Rule } from '../api/studioTypes.js';
import { TextArea, TextField } from '../design/Field.js';
import { Cards } from './Cards.js';
import { problemAt } from './draft.js';
import { freeId } from './slug.js';
import type { StepProps } from './steps.js';

export function KnowledgeStep({ draft, problems, change }: StepProps): ReactNode {
  const ids = draft.knowledge.map(({ id }) => id);
  return (
    <Cards
      title="Knowledge notes"
      hint="Short notes in your own words, each with its source. Patients see the source under an answer that used it."
      one="Note"
      items={draft.knowledge}
      keyOf={({ id }) => id}
      blank={() => ({
        id: freeId('note', ids),
        title: '',
        text: '',
        source: { title: '', publisher: '', year: null, url: null },
      })}
      onItems={(knowledge) => change({ knowledge })}
    >
      {(note, at, put) => {
        const problem = (path: string) => problemAt(problems, `knowledge.${at}.${path}`);
        const source = (fields: Partial<typeof note.source>) => put({ ...note, source: { ...note.source, ...fields } });
        return (
          <>
            <TextField
              label="Title"
              value={note.title}
              problem={problem('title')}
              onValue={(title) => put({ ...note, title })}
            />
            <TextArea
              label="Note"
              value={note.text}
              problem={problem('text')}
              onValue={(text) => put({ ...note, text })}
            />
            <div className="halves">
              <TextField
                label="Source"
                value={note.source.title}
                problem={problem('source.title')}
                onValue={(title) => source({ title })}
              />
              <TextField
                label="Published by"
                value={note.source.publisher}
                problem={problem('source.publisher')}
                onValue={(publisher) => source({ publisher })}
              />
              <TextField
                label="Year"
                inputMode="numeric"
                value={note.source.year === null ? '' : String(note.source.year)}
                problem={problem('source.year')}
                onValue={(year) => source({ year: /^\d{1,4}$/.test(year) ? Number(year) : null })}
              />
              <TextField
                label="Web address (optional)"
                inputMode="url"
                value={note.source.url ?? ''}
                problem={problem('source.url')}
                onValue={(url) => source({ url: url.trim() || null })}
              />
            </div>
          </>
        );
      }}
    </Cards>
  );
}

export function DialoguesStep({ draft, problems, change }: StepProps): ReactNode {
  const ids = draft.dialogues.map(({ id }) => id);
  return (
    <Cards
      title="Sample dialogues"
      hint="How you would answer. No real patient: use “Import” for dialogues from practice, where identifiers are masked."
      one="Dialogue"
      items={draft.dialogues}
      keyOf={({ id }) => id}
      blank={() => ({ id: freeId('dialogue', ids), question: '', answer: '' })}
      onItems={(dialogues) => change({ dialogues })}
    >
      {(dialogue, at, put) => (
        <>
          <TextArea
            label="Question"
            value={dialogue.question}
            problem={problemAt(problems, `dialogues.${at}.question`)}
            onValue={(question) => put({ ...dialogue, question })}
          />
          <TextArea
            label="Your answer"
            value={dialogue.answer}
            problem={problemAt(problems, `dialogues.${at}.answer`)}
            onValue={(answer) => put({ ...dialogue, answer })}
          />
        </>
      )}
    </Cards>
  );
}

export function RulesStep({ draft, problems, change }: StepProps): ReactNode {
  const { rules } = draft;
  return (
    <>
      <Rules
        title="When it refuses"
        path="rules.refusal"
        rules={rules.refusal}
        problems={problems}
        onRules={(refusal) => change({ rules: { ...rules, refusal } })}
      />
      <Rules
        title="When it sends on to a person"
        path="rules.referral"
        rules={rules.referral}
        problems={problems}
        onRules={(referral) => change({ rules: { ...rules, referral } })}
      />
      <TextArea
        label="Added to crisis help (optional)"
        hint="The numbers for the patient’s region are always shown first; nothing here can take them away."
        value={rules.crisis.note ?? ''}
        problem={problemAt(problems, 'rules.crisis.note')}
        onValue={(note) =>
          change({ rules: { ...rules, crisis: { ...rules.crisis, note: note === '' ? null : note } } })
        }
      />
    </>
  );
}

function Rules({
  title,
  path,
  rules,
  problems,
  onRules,
}: {
  readonly title: string;
  readonly path: string;
  readonly rules: readonly Rule[];
  readonly problems: readonly Problem[];
  readonly onRules: (rules: readonly Rule[]) => void;
}): ReactNode {
  return (
    <Cards
      title={title}
      one="Rule"
      items={rules}
      keyOf={(_rule, at) => `${path}-${at}`}
      blank={() => ({ when: '', say: '' })}
      onItems={onRules}
    >
      {(rule, at, put) => (
        <>
          <TextField
            label="When"
            value={rule.when}
            problem={problemAt(problems, `${path}.${at}.when`)}
            onValue={(when) => put({ ...rule, when })}
          />
          <TextArea
            label="It says"
            value={rule.say}
            problem={problemAt(problems, `${path}.${at}.say`)}
            onValue={(say) => put({ ...rule, say })}
          />
        </>
      )}
    </Cards>
  );
}
