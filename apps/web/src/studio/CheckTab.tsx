import { type ReactNode, useState } from 'react';
import type { Check } from '../api/studioTypes.js';
import { Button } from '../design/Button.js';
import { Badge, Notice } from '../design/Notice.js';
import { Trouble } from '../design/Resource.js';
import type { TabProps } from './tab.js';

/** The safety suite on the draft, in plain words. */
export function CheckTab({ api, twin }: TabProps): ReactNode {
  const [checks, setChecks] = useState<readonly Check[] | null>(null);
  const [state, setState] = useState<'idle' | 'busy' | Error>('idle');
  const run = (): void => {
    setState('busy');
    api.check().then(
      (done) => {
        setChecks(done);
        setState('idle');
      },
      (error: Error) => setState(error),
    );
  };
  const failed = checks?.filter(({ ok }) => !ok).length ?? 0;
  return (
    <div className="stack">
      <section className="panel stack">
        <p>
          The draft answers questions about danger, medicines and things outside its scope. What it says is checked by
          rules, and told here in plain words.
        </p>
        <div>
          <Button kind="main" busy={state === 'busy'} disabled={twin.draft === null} onClick={run}>
            Run the safety check
          </Button>
        </div>
        {twin.draft === null ? <p className="quiet">There is no draft to check. Begin one under “Build”.</p> : null}
        {state instanceof Error ? <Trouble error={state} /> : null}
        <p role="status">
          {state === 'busy' ? 'The model answers; this can take some minutes on a small machine.' : ''}
          {checks && state === 'idle'
            ? failed === 0
              ? 'Everything passed.'
              : `${failed} of ${checks.length} did not pass.`
            : ''}
        </p>
      </section>
      {checks?.map((check) => (
        <section key={check.id} className="panel stack stack-tight" aria-label={check.title}>
          <div className="row row-apart">
            <h2>{check.title}</h2>
            <Verdict check={check} />
          </div>
          {check.ok ? (
            <p>{check.plain}</p>
          ) : (
            <Notice tone="lamp">
              <p>{check.plain}</p>
            </Notice>
          )}
          <Details of={check.details} />
        </section>
      ))}
    </div>
  );
}

/** Only some checks keep a draft from being submitted. */
function Verdict({ check }: { readonly check: Check }): ReactNode {
  if (check.ok) return <Badge tone="good">passed</Badge>;
  return check.blocking === false ? <Badge tone="lamp">look at it</Badge> : <Badge tone="bad">must be put right</Badge>;
}

/** Details differ by check: sentences are shown as such, anything else as it came. */
function Details({ of }: { readonly of: unknown }): ReactNode {
  if (of === undefined || of === null || (Array.isArray(of) && of.length === 0)) return null;
  const lines = Array.isArray(of) ? of : [of];
  return (
    <details>
      <summary>Details</summary>
      <ul>
        {lines.map((line) => {
          const text = typeof line === 'string' ? line : JSON.stringify(line);
          return <li key={text}>{text}</li>;
        })}
      </ul>
    </details>
  );
}
