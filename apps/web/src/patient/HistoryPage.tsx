import { type ReactNode, useCallback, useState } from 'react';
import { Link } from 'wouter';
import type { PatientApi } from '../api/patient.js';
import type { Patient, Session } from '../api/types.js';
import { Button } from '../design/Button.js';
import { Dialog } from '../design/Dialog.js';
import { download } from '../design/download.js';
import { CheckField } from '../design/Field.js';
import { dateTime } from '../design/format.js';
import { Badge, Notice } from '../design/Notice.js';
import { Loaded, Trouble, useResource } from '../design/Resource.js';
import { Page } from '../shell/Page.js';
import { usePatient } from '../shell/session.js';

/** What is kept about this browser's patient, and how to take it away. */
export function HistoryPage(): ReactNode {
  const { api } = usePatient();
  const [deleted, setDeleted] = useState(false);
  if (api === null) {
    return (
      <Page title="Your conversations">
        {deleted ? (
          <Notice>
            <p role="status">Everything about you was deleted.</p>
          </Notice>
        ) : null}
        <p>
          Nothing is kept about you. <Link href="/">See the twins</Link>
        </p>
      </Page>
    );
  }
  return <OwnHistory api={api} onDeleted={() => setDeleted(true)} />;
}

interface Kept {
  readonly patient: Patient;
  readonly sessions: readonly Session[];
}

function OwnHistory({ api, onDeleted }: { readonly api: PatientApi; readonly onDeleted: () => void }): ReactNode {
  const load = useCallback(
    async (signal: AbortSignal): Promise<Kept> => {
      const [patient, sessions] = await Promise.all([api.me(signal), api.listSessions(signal)]);
      return { patient, sessions };
    },
    [api],
  );
  const [kept, again] = useResource(load);
  return (
    <Page title="Your conversations" lead={<p>Kept here under a random number, without your name.</p>}>
      <Loaded of={kept} again={again}>
        {({ patient, sessions }) => (
          <>
            <Conversations api={api} sessions={sessions} onChanged={again} />
            <YourData api={api} patient={patient} onDeleted={onDeleted} onChanged={again} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Conversations({
  api,
  sessions,
  onChanged,
}: {
  readonly api: PatientApi;
  readonly sessions: readonly Session[];
  readonly onChanged: () => void;
}): ReactNode {
  const [trouble, setTrouble] = useState<Error | null>(null);
  const [deleting, setDeleting] = useState<Session | null>(null);
  if (sessions.length === 0) {
    return (
      <p>
        No conversation yet. <Link href="/">See the twins</Link>
      </p>
    );
  }
  return (
    <section className="panel" aria-label="Conversations">
      {trouble ? <Trouble error={trouble} /> : null}
      <ul className="history">
        {sessions.map((session) => (
          <li key={session.id} className="history-row">
            <div>
              <Link href={`/sessions/${encodeURIComponent(session.id)}`}>{session.title || 'Untitled'}</Link>
              <p className="small quiet row">
                <span>
                  {session.twin.name} · {dateTime(session.updated_ms)}
                </span>
                {session.crisis ? <Badge tone="bad">help was shown</Badge> : null}
              </p>
            </div>
            <Button
              kind="bare"
              aria-label={`Delete “${session.title || 'Untitled'}”`}
              onClick={() => setDeleting(session)}
            >
              Delete
            </Button>
          </li>
        ))}
      </ul>
      {deleting ? (
        <Dialog title="Delete this conversation?" onClose={() => setDeleting(null)}>
          <p>“{deleting.title || 'Untitled'}”, with its answers and ratings, is removed for good.</p>
          <div className="row">
            <Button
              kind="alarm"
              onClick={() => {
                setDeleting(null);
                setTrouble(null);
                api.deleteSession(deleting.id).then(onChanged, setTrouble);
              }}
            >
              Delete it
            </Button>
            <Button onClick={() => setDeleting(null)}>Keep it</Button>
          </div>
        </Dialog>
      ) : null}
    </section>
  );
}

function YourData({
  api,
  patient,
  onDeleted,
  onChanged,
}: {
  readonly api: PatientApi;
  readonly patient: Patient;
  readonly onDeleted: () => void;
  readonly onChanged: () => void;
}): ReactNode {
  const { forget } = usePatient();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Error | null>(null);
  const exportAll = (): void => {
    api.exportAll().then((all) => download('bettertherapy-my-data.json', all), setTrouble);
  };
  const deleteAll = (): void => {
    setBusy(true);
    api.deleteAll().then(
      () => {
        onDeleted();
        forget();
      },
      (error: Error) => {
        setTrouble(error);
        setBusy(false);
        setAsking(false);
      },
    );
  };
  return (
    <section className="panel stack" aria-labelledby="data-title">
      <h2 id="data-title">Your data</h2>
      {trouble ? <Trouble error={trouble} /> : null}
      <CheckField
        label="My conversations may be used to improve the twins"
        hint="Off unless you switch it on. Names, numbers and places are masked first. You can take it back at any time."
        checked={patient.consent.training}
        onChecked={(training) => api.consent(training).then(onChanged, setTrouble)}
      />
      <div className="row">
        <Button onClick={exportAll}>Export everything</Button>
        <Button kind="alarm" onClick={() => setAsking(true)}>
          Delete everything
        </Button>
      </div>
      {asking ? (
        <Dialog title="Delete everything?" onClose={() => setAsking(false)}>
          <p>All conversations, ratings and reports of this browser are removed for good. This cannot be undone.</p>
          <div className="row">
            <Button kind="alarm" busy={busy} onClick={deleteAll}>
              Delete everything
            </Button>
            <Button onClick={() => setAsking(false)}>Keep it</Button>
          </div>
        </Dialog>
      ) : null}
    </section>
  );
}
