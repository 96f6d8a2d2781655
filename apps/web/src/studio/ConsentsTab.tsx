import { type FormEvent, type ReactNode, useState } from 'react';
import type { Consent } from '../api/studioTypes.js';
import { Button } from '../design/Button.js';
import { Dialog } from '../design/Dialog.js';
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
  const [busy, setBusy] = useState(false);
  const [withdrawing, setWithdrawing] = useState<Consent | null>(null);
  const add = (event: FormEvent): void => {
    event.preventDefault();
    setTrouble(null);
    setBusy(true);
    api
      .addConsent(scope, statement.trim())
      .then(() => {
        setStatement('');
        again();
      }, setTrouble)
      .finally(() => setBusy(false));
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
          minLength={10}
          maxLength={1000}
          required
        />
        {trouble ? <Trouble error={trouble} /> : null}
        <div>
          <Button kind="main" type="submit" busy={busy} disabled={statement.trim() === ''}>
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
                    <Button kind="bare" onClick={() => setWithdrawing(row)}>
                      Withdraw
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {withdrawing ? (
        <Dialog title="Withdraw this consent?" onClose={() => setWithdrawing(null)}>
          <p>
            {withdrawing.dialogues === 1 ? 'Its dialogue is' : `Its ${withdrawing.dialogues} dialogues are`} erased, and
            versions that hold them are withdrawn from patients. This cannot be undone.
          </p>
          <div className="row">
            <Button
              kind="alarm"
              onClick={() => {
                setWithdrawing(null);
                setTrouble(null);
                api.withdrawConsent(withdrawing.id).then(again, setTrouble);
              }}
            >
              Withdraw the consent
            </Button>
            <Button onClick={() => setWithdrawing(null)}>Keep it</Button>
          </div>
        </Dialog>
      ) : null}
    </div>
  );
}
