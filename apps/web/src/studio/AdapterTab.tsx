import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { TwinAdapter, TwinAdapters } from '../api/studioTypes.js';
import { Button } from '../design/Button.js';
import { Dialog } from '../design/Dialog.js';
import { Facts } from '../design/Facts.js';
import { short, size } from '../design/format.js';
import { Notice } from '../design/Notice.js';
import { Loaded, Trouble, useResource } from '../design/Resource.js';
import { AdapterForm } from './AdapterForm.js';
import type { TabProps } from './tab.js';

/** The weights of a twin's own: which LoRA adapter the next version has; another is attached, or none. */
export function AdapterTab({ id, api, onChanged }: TabProps): ReactNode {
  const [adapters, again] = useResource(api.adapters);
  const [said, setSaid] = useState<string | null>(null);
  const done = (words: string): void => {
    setSaid(words);
    again();
    onChanged();
  };
  return (
    <div className="stack">
      <p className="lead">
        A LoRA adapter is a small file of weights, trained on your dialogues, that is laid over the language model when
        it answers as this twin. It is optional. Computers (miners) with another base model answer without it, as the
        preview and the safety check here do.
      </p>
      {said ? (
        <Notice>
          <p role="status">{said}</p>
          <p>
            <Link href={`/studio/twins/${encodeURIComponent(id)}/versions`}>Submit and publish the draft</Link> to give
            it to patients.
          </p>
        </Notice>
      ) : null}
      <Loaded of={adapters} again={again}>
        {(data) => (
          <>
            <Held adapters={data} api={api} onDetached={() => done('The next version has no adapter.')} />
            <AdapterForm
              key={data.next?.sha256 ?? 'none'}
              api={api}
              mostBytes={data.most_bytes}
              replaces={data.next !== null}
              onAttached={() => done('The adapter is in the draft.')}
            />
          </>
        )}
      </Loaded>
    </div>
  );
}

function Held({
  adapters: { next, published },
  api,
  onDetached,
}: {
  readonly adapters: TwinAdapters;
  readonly api: TabProps['api'];
  readonly onDetached: () => void;
}): ReactNode {
  const [asking, setAsking] = useState(false);
  const [state, setState] = useState<'idle' | 'busy' | Error>('idle');
  const detach = (): void => {
    setAsking(false);
    setState('busy');
    api.detachAdapter().then(() => {
      setState('idle');
      onDetached();
    }, setState);
  };
  const same = next?.sha256 === published?.sha256;
  return (
    <section className="panel stack" aria-labelledby="next-adapter">
      <h2 id="next-adapter">The next version</h2>
      {next === null ? <p>It has no adapter: its texts alone make it speak as you do.</p> : <About adapter={next} />}
      <p className="quiet">{same ? 'The version that patients get has the same.' : servedWords(published)}</p>
      {state instanceof Error ? <Trouble error={state} /> : null}
      {next === null ? null : (
        <div>
          <Button kind="alarm" busy={state === 'busy'} onClick={() => setAsking(true)}>
            Detach it
          </Button>
        </div>
      )}
      {asking ? (
        <Dialog title="Detach the adapter?" onClose={() => setAsking(false)}>
          <p>
            The next version is answered by the base model alone. Versions that are published keep theirs until they are
            withdrawn. To have it back you upload it again.
          </p>
          <div className="row">
            <Button kind="alarm" onClick={detach}>
              Detach the adapter
            </Button>
            <Button onClick={() => setAsking(false)}>Keep it</Button>
          </div>
        </Dialog>
      ) : null}
    </section>
  );
}

function servedWords(published: TwinAdapter | null): string {
  if (published === null) return 'Patients get no adapter now.';
  return `Patients get ${published.name ?? 'another one'} now (${short(published.sha256)}).`;
}

function About({ adapter }: { readonly adapter: TwinAdapter }): ReactNode {
  const { name, sha256, base_model, rank, bytes, trained_on, description, here } = adapter;
  return (
    <>
      {here ? null : (
        <Notice tone="lamp">
          <p>The file is not on this service, so miners cannot fetch it from here. Upload it again.</p>
        </Notice>
      )}
      <Facts
        of={[
          ['Name', name ?? '–'],
          [
            'Fingerprint',
            <span key="sha256" className="code" title={sha256}>
              {short(sha256)}
            </span>,
          ],
          ['Base model', base_model],
          ['Rank', rank ?? '–'],
          ['Size', size(bytes)],
          ['Trained on', trained_on.length === 0 ? 'the file does not say' : trained_on.join(', ')],
        ]}
      />
      {description === null ? null : <p>{description}</p>}
    </>
  );
}
