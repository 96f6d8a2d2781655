import { type ReactNode, useState } from 'react';
import type { AuditLine, TwinVersion } from '../api/studioTypes.js';
import { Button } from '../design/Button.js';
import { Dialog } from '../design/Dialog.js';
import { TextArea } from '../design/Field.js';
import { dateTime, short } from '../design/format.js';
import { Badge, Notice } from '../design/Notice.js';
import { Trouble } from '../design/Resource.js';
import { Table } from '../design/Table.js';
import type { TabProps } from './tab.js';

const TONES: Readonly<Record<string, 'good' | 'lamp' | 'bad' | 'plain'>> = {
  published: 'good',
  reviewed: 'lamp',
  withdrawn: 'bad',
};

/** The life of the twin: submit, publish, roll back, withdraw. */
export function VersionsTab({ api, twin, onChanged }: TabProps): ReactNode {
  const [said, setSaid] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const [withdrawing, setWithdrawing] = useState(false);
  const act = (work: Promise<unknown>, words: string): void => {
    setBusy(true);
    setTrouble(null);
    setSaid(null);
    work
      .then(() => {
        setSaid(words);
        onChanged();
      }, setTrouble)
      .finally(() => setBusy(false));
  };
  const versions = twin.versions.toSorted((a, b) => b.version - a.version);
  const reviewed = versions.find(({ state }) => state === 'reviewed');
  const served = servedVersion(twin);
  return (
    <div className="stack">
      <section className="panel stack">
        <p>
          {served === null ? 'Patients do not see this twin yet.' : `Patients talk to version ${served}.`}{' '}
          {reviewed ? `Version ${reviewed.version} was submitted and can be published.` : ''}
        </p>
        <div className="row">
          <Button
            disabled={busy || twin.draft === null}
            onClick={() => act(api.submit(), 'Submitted. It can be published now.')}
          >
            Submit the draft
          </Button>
          <Button
            kind="main"
            disabled={busy || !reviewed}
            onClick={() =>
              act(api.publish(), 'Published. The computers that answer for it (miners) fetch it within minutes.')
            }
          >
            Publish
          </Button>
          <Button kind="alarm" disabled={busy || served === null} onClick={() => setWithdrawing(true)}>
            Withdraw the twin
          </Button>
        </div>
        {said ? (
          <Notice>
            <p role="status">{said}</p>
          </Notice>
        ) : null}
        {trouble ? <Trouble error={trouble} /> : null}
      </section>
      <Table
        caption="Versions, newest first"
        rows={versions}
        rowKey={(row) => String(row.version)}
        empty="Nothing was submitted yet."
        columns={[
          { title: 'Version', cell: (row) => row.version },
          {
            title: 'State',
            cell: (row) => (
              <span className="row">
                <Badge tone={TONES[row.state] ?? 'plain'}>{row.state}</Badge>
                {row.version === served ? <span className="small">what patients get</span> : null}
              </span>
            ),
          },
          { title: 'Made', cell: (row) => dateTime(row.created_ms) },
          { title: 'Published', cell: (row) => dateTime(row.published_ms) },
          { title: 'Fingerprint', cell: (row) => <span className="code">{short(row.sha256)}</span> },
          {
            title: 'Go back',
            cell: (row) =>
              mayReturnTo(row, served) ? (
                <Button
                  kind="bare"
                  disabled={busy}
                  onClick={() => act(api.rollBack(row.version), `Patients get version ${row.version} again.`)}
                >
                  Roll back to {row.version}
                </Button>
              ) : (
                '–'
              ),
          },
        ]}
      />
      {twin.audit && twin.audit.length > 0 ? (
        <details>
          <summary>What was done and when</summary>
          <Audit lines={twin.audit} />
        </details>
      ) : null}
      {withdrawing ? (
        <Withdrawal
          onClose={() => setWithdrawing(false)}
          onReason={(reason) => {
            setWithdrawing(false);
            act(api.withdraw(reason), 'Withdrawn. No patient can begin with this twin any more.');
          }}
        />
      ) : null}
    </div>
  );
}

function Audit({ lines }: { readonly lines: readonly AuditLine[] }): ReactNode {
  const rows = lines.map((line, at) => ({ ...line, key: `${line.at_ms} ${at}` }));
  return (
    <Table
      caption="Newest first"
      rows={rows}
      rowKey={({ key }) => key}
      columns={[
        { title: 'When', cell: (row) => dateTime(row.at_ms) },
        { title: 'What', cell: (row) => row.action.replaceAll('_', ' ') },
        { title: 'Details', cell: (row) => detailsText(row.details) },
      ]}
    />
  );
}

function detailsText(details: AuditLine['details']): string {
  return Object.entries(details)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? short(value) : String(value)}`)
    .join(', ');
}

/** What patients get: what the gateway says, else the newest published version. */
function servedVersion(twin: TabProps['twin']): number | null {
  if (typeof twin.published === 'number') return twin.published;
  const published = twin.versions.filter(({ state }) => state === 'published').map(({ version }) => version);
  return published.length > 0 ? Math.max(...published) : null;
}

function mayReturnTo(row: TwinVersion, served: number | null): boolean {
  return row.state === 'published' && row.version !== served;
}

function Withdrawal({
  onClose,
  onReason,
}: {
  readonly onClose: () => void;
  readonly onReason: (reason: string) => void;
}): ReactNode {
  const [reason, setReason] = useState('');
  return (
    <Dialog title="Withdraw this twin?" onClose={onClose}>
      <p>
        The computers that answer for it (miners) stop serving every version. Conversations stay readable for those who
        had them.
      </p>
      <TextArea label="Reason" value={reason} onValue={setReason} maxLength={500} />
      <div className="row">
        <Button kind="alarm" disabled={reason.trim() === ''} onClick={() => onReason(reason.trim())}>
          Withdraw
        </Button>
        <Button onClick={onClose}>Keep it</Button>
      </div>
    </Dialog>
  );
}
