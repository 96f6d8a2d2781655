import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from '../design/Button.js';
import { SelectField, TextArea } from '../design/Field.js';
import { dateTime } from '../design/format.js';
import { Badge } from '../design/Notice.js';
import { Loaded, Trouble, useResource } from '../design/Resource.js';
import { Table } from '../design/Table.js';
import type { TabProps } from './tab.js';

const SCOPES = [
  { value: 'twin', label: 'Dialogues become part of the twin' },
  { value: 'training', label: 'Dialogues may also train a model' },
];

/** What the doctor agreed to, when, in which words; each can be taken back. */
export function ConsentsTab({ api }: TabProps): ReactNode {
  const [consents, again] = useResource(api.consents);
  const [scope, setScope] = useState('twin');
  const [statement, setStatement] = useState('');
  const [trouble, setTrouble] = useState<Error | null>(null);
  const add = (event: FormEvent): void => {
    event.preventDefault();
    setTrouble(null);
    api.addConsent(scope, statement.trim()).then(() => {
      setStatement('');
      again();
    }, setTrouble);
  };
  return (
    <div className="stack">
      <form className="panel stack" onSubmit={add}>
        <h2>Write a consent record</h2>
        <SelectField label="For" value={scope} onValue={setScope} options={SCOPES} />
        <TextArea
          label="Statement"
          hint="For example: I have the right to use these dialogues, and the patients agreed or cannot be recognised."
          value={statement}
          onValue={setStatement}
          maxLength={1000}
        />
        {trouble ? <Trouble error={trouble} /> : null}
        <div>
          <Button kind="main" type="submit" disabled={statement.trim() === ''}>
            Record it
          </Button>
        </div>
      </form>
      <Loaded of={consents} again={again}>
        {(all) => (
          <Table
            caption="Consent records"
            rows={all}
            rowKey={(row) => row.id}
            empty="No consent was recorded yet."
            columns={[
              { title: 'For', cell: (row) => row.scope },
              { title: 'Statement', cell: (row) => row.statement },
              { title: 'Recorded', cell: (row) => dateTime(row.given_ms) },
              { title: 'Dialogues', cell: (row) => row.dialogues, figure: true },
              {
                title: 'State',
                cell: (row) =>
                  row.withdrawn_ms ? (
                    <Badge tone="bad">withdrawn {dateTime(row.withdrawn_ms)}</Badge>
                  ) : (
                    <Button kind="bare" onClick={() => api.withdrawConsent(row.id).then(again, setTrouble)}>
                      Withdraw
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </div>
  );
}
