import { type ChangeEvent, type ReactNode, useId, useState } from 'react';
import { Button } from '../design/Button.js';
import { CheckField, TextArea, TextField } from '../design/Field.js';
import { Avatar } from '../patient/Avatar.js';
import { problemAt } from './draft.js';
import { ListField } from './ListField.js';
import type { StepProps } from './steps.js';

const MAX_AVATAR_BYTES = 24 * 1024;

/** Who the twin stands for. */
export function IdentityStep({ draft, problems, change }: StepProps): ReactNode {
  const at = (path: string) => problemAt(problems, path);
  return (
    <>
      <div className="halves">
        <TextField label="Name" value={draft.name} problem={at('name')} onValue={(name) => change({ name })} />
        <TextField
          label="Title"
          hint="For example MD, consultant psychiatrist"
          value={draft.title}
          problem={at('title')}
          onValue={(title) => change({ title })}
        />
        <TextField
          label="Specialty"
          value={draft.specialty}
          problem={at('specialty')}
          onValue={(specialty) => change({ specialty })}
        />
      </div>
      <TextArea
        label="In two sentences, for the card that patients see"
        value={draft.summary}
        problem={at('summary')}
        onValue={(summary) => change({ summary })}
      />
      <Licence draft={draft} problems={problems} change={change} />
      <CheckField
        label="A demonstration: this twin stands for no real person"
        checked={draft.demonstration}
        onChecked={(demonstration) => change({ demonstration })}
      />
      <ListField
        label="Languages"
        hint="As codes: en, ne, pt-BR"
        one="Language"
        values={draft.languages}
        path="languages"
        problems={problems}
        onValues={(languages) => change({ languages })}
      />
      <AvatarField
        name={draft.name}
        picture={draft.avatar}
        problem={at('avatar')}
        onPicture={(avatar) => change({ avatar })}
      />
    </>
  );
}

function Licence({ draft, problems, change }: StepProps): ReactNode {
  const [number, setNumber] = useState('');
  const [unable, setUnable] = useState(false);
  const { licence } = draft;
  const seal = async (): Promise<void> => {
    // Browsers give pages that came over plain HTTP from another machine no way to make a fingerprint.
    if (!globalThis.isSecureContext) {
      setUnable(true);
      return;
    }
    const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(number.trim()));
    const numberSha256 = Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
    setNumber('');
    change({ licence: { ...licence, numberSha256 } });
  };
  return (
    <fieldset className="card stack">
      <legend className="legend">Licence</legend>
      <div className="halves">
        <TextField
          label="Body that licensed you"
          value={licence.body}
          problem={problemAt(problems, 'licence.body')}
          onValue={(body) => change({ licence: { ...licence, body } })}
        />
        <TextField
          label="Where it is valid"
          value={licence.jurisdiction}
          problem={problemAt(problems, 'licence.jurisdiction')}
          onValue={(jurisdiction) => change({ licence: { ...licence, jurisdiction } })}
        />
      </div>
      <div className="licence-number">
        <TextField
          label="Licence number"
          hint={
            licence.numberSha256
              ? `A fingerprint is kept: ${licence.numberSha256.slice(0, 12)}…`
              : 'Never leaves this page; only its fingerprint (SHA-256) is kept.'
          }
          value={number}
          autoComplete="off"
          problem={
            unable
              ? 'This page came without encryption, so no fingerprint can be made. Open it by https.'
              : problemAt(problems, 'licence.numberSha256')
          }
          onValue={setNumber}
        />
        <Button disabled={number.trim() === ''} onClick={() => void seal()}>
          Keep its fingerprint
        </Button>
      </div>
    </fieldset>
  );
}

function AvatarField({
  name,
  picture,
  problem,
  onPicture,
}: {
  readonly name: string;
  readonly picture: string;
  readonly problem: string | null;
  readonly onPicture: (picture: string) => void;
}): ReactNode {
  const id = useId();
  const [tooLarge, setTooLarge] = useState(false);
  const read = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = event.target.files?.[0];
    if (!file) return;
    setTooLarge(file.size > MAX_AVATAR_BYTES);
    if (file.size > MAX_AVATAR_BYTES) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    onPicture(`data:image/svg+xml;base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`);
  };
  return (
    <div className="row">
      <Avatar name={name} picture={picture} />
      <div className="field">
        <label htmlFor={id}>Picture (SVG, at most 24 kB)</label>
        <input
          id={id}
          type="file"
          accept="image/svg+xml,.svg"
          aria-describedby={`${id}-problem`}
          onChange={(event) => void read(event)}
        />
        <div id={`${id}-problem`}>
          {tooLarge ? <p className="problem">That picture is larger than 24 kB.</p> : null}
          {problem ? <p className="problem">{problem}</p> : null}
        </div>
      </div>
    </div>
  );
}
