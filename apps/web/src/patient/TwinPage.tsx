import { type ReactNode, useCallback, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { readTwin } from '../api/patient.js';
import type { TwinDetail } from '../api/types.js';
import { Button } from '../design/Button.js';
import { Loaded, Trouble, useResource } from '../design/Resource.js';
import { useHelp } from '../shell/help.js';
import { Page } from '../shell/Page.js';
import { usePatient } from '../shell/session.js';
import { AboutTwin } from './AboutTwin.js';
import { Avatar } from './Avatar.js';
import { Composer } from './Composer.js';
import { Disclaimer } from './Disclaimer.js';

/** One twin, and the first question to it. */
export function TwinPage({ id }: { readonly id: string }): ReactNode {
  const [twin, again] = useResource(useCallback((signal: AbortSignal) => readTwin(id, signal), [id]));
  if (twin.data !== null) return <Introduction twin={twin.data} />;
  return (
    <Page title={twin.state === 'failed' ? 'This twin cannot be shown' : 'A doctor’s twin'}>
      <Loaded of={twin} again={again}>
        {() => null}
      </Loaded>
      <p>
        <Link href="/">See all twins</Link>
      </p>
    </Page>
  );
}

function Introduction({ twin }: { readonly twin: TwinDetail }): ReactNode {
  const { api, forget } = usePatient();
  const { page, show } = useHelp();
  const [, navigate] = useLocation();
  const [trouble, setTrouble] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  /** False when the conversation could not begin; the question is still the reader's then. */
  const begin = async (question: string): Promise<boolean> => {
    if (!api || busy) return false;
    setBusy(true);
    setTrouble(null);
    try {
      const session = await api.createSession(twin.id, page.help.region);
      navigate(`/sessions/${encodeURIComponent(session.id)}`, { state: { question } });
      return true;
    } catch (error) {
      setBusy(false);
      setTrouble(error instanceof Error ? error : new Error(String(error)));
      // Nobody could look whether the question spoke of danger, so help is shown.
      show('asked');
      if (isRefusedToken(error)) forget();
      return false;
    }
  };
  return (
    <Page
      title={twin.name}
      aside={<Avatar name={twin.name} picture={twin.avatar} />}
      lead={
        <>
          <p>
            {twin.title} · {twin.specialty}
          </p>
          <p>{twin.summary}</p>
        </>
      }
    >
      <div className="consult">
        <div className="consult-main">
          {api === null ? (
            <Disclaimer />
          ) : (
            <>
              {twin.starters.length > 0 ? (
                <section className="stack stack-tight" aria-labelledby="starters-title">
                  <h2 id="starters-title">Begin with</h2>
                  <div className="starters">
                    {twin.starters.map((starter) => (
                      <Button key={starter} className="starter" disabled={busy} onClick={() => void begin(starter)}>
                        {starter}
                      </Button>
                    ))}
                  </div>
                </section>
              ) : null}
              {trouble ? <Trouble error={trouble} /> : null}
              <Composer name={twin.name} state={busy ? 'sending' : 'open'} onSend={begin} />
            </>
          )}
        </div>
        <aside className="panel" aria-label={`About ${twin.name}’s twin`}>
          <AboutTwin twin={twin} />
        </aside>
      </div>
    </Page>
  );
}

function isRefusedToken(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 401;
}
