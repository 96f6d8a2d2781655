import { type FormEvent, type ReactNode, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { StudioApi } from '../api/studio.js';
import type { TwinLine } from '../api/studioTypes.js';
import { Button } from '../design/Button.js';
import { TextField } from '../design/Field.js';
import { dateTime } from '../design/format.js';
import { Badge } from '../design/Notice.js';
import { Loaded, useResource } from '../design/Resource.js';
import { Page } from '../shell/Page.js';
import { slug } from './slug.js';

/** The doctor's twins, and a new one. */
export function TwinsPage({ api, onLeave }: { readonly api: StudioApi; readonly onLeave: () => void }): ReactNode {
  const [twins, again] = useResource(api.twins);
  return (
    <Page title="Your twins" aside={<Button onClick={onLeave}>Sign out everywhere</Button>}>
      <Loaded of={twins} again={again}>
        {(lines) =>
          lines.length === 0 ? (
            <p className="quiet">You have no twin yet. Begin one below; nobody sees it before you publish it.</p>
          ) : (
            <ul className="grid">
              {lines.map((line) => (
                <li key={line.id} className="panel stack stack-tight">
                  <Line line={line} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <NewTwin api={api} />
    </Page>
  );
}

function Line({ line }: { readonly line: TwinLine }): ReactNode {
  return (
    <>
      <h2>
        <Link href={`/studio/twins/${encodeURIComponent(line.id)}`}>{line.name}</Link>
      </h2>
      <p className="row">
        {line.published_version === null ? (
          <Badge>not published</Badge>
        ) : (
          <Badge tone="good">version {line.published_version} published</Badge>
        )}
        {line.draft_version === null ? null : <Badge tone="lamp">draft</Badge>}
      </p>
      <p className="small quiet">Changed {dateTime(line.updated_ms)}</p>
    </>
  );
}

function NewTwin({ api }: { readonly api: StudioApi }): ReactNode {
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [, navigate] = useLocation();
  const id = slug(name);
  const create = (event: FormEvent): void => {
    event.preventDefault();
    if (id.length < 3) {
      setProblem(
        name.trim() === ''
          ? 'Write the name that patients will see.'
          : 'The address is made of the name and needs three Latin letters or digits. Add the name in Latin letters; you can change what patients see afterwards.',
      );
      return;
    }
    setBusy(true);
    api.create(id, name.trim()).then(
      () => navigate(`/studio/twins/${id}`),
      (error: Error) => {
        setProblem(error.message);
        setBusy(false);
      },
    );
  };
  return (
    <form className="panel stack" onSubmit={create}>
      <h2>Build a new twin</h2>
      <TextField
        label="Name"
        hint={id ? <>Its address will be {id}</> : 'As patients shall see it, for example Dr. Ada Example'}
        value={name}
        onValue={setName}
        problem={problem}
      />
      <div>
        <Button kind="main" type="submit" busy={busy}>
          Begin
        </Button>
      </div>
    </form>
  );
}
