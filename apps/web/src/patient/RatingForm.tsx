import { type FormEvent, type ReactNode, useId, useState } from 'react';
import type { PatientApi } from '../api/patient.js';
import { type Rating, REASONS, type Reason } from '../api/types.js';
import { Button } from '../design/Button.js';
import { TextField } from '../design/Field.js';

export const REASON_WORDS: Readonly<Record<Reason, string>> = {
  helpful: 'It helped',
  kind: 'Kind',
  clear: 'Clear',
  wrong: 'Wrong',
  unsafe: 'Unsafe',
  cold: 'Cold',
  off_topic: 'Off topic',
  too_long: 'Too long',
};
const STAR_WORDS = ['no help', 'little help', 'fair', 'good', 'very good'];
const COUNTS = 'Thank you. Your rating is kept and counts.';
/** Nobody can judge a twin by one reply, and a rating that comes with it is worth nothing to others. */
const TOO_EARLY =
  'Thank you. Your rating is kept. It does not count yet: ask at least one more question, then choose “Change rating” and send it again.';
const NUMBERS = [1, 2, 3, 4, 5];

interface RatingFormProps {
  readonly api: PatientApi;
  readonly answerId: string;
  /** Single-use permission that came with the answer. */
  readonly token: string | null;
  readonly rating: Rating | null;
  readonly onRated: (rating: Rating | null) => void;
}

/** Stars first; the reason and own words only after them. Can be changed and taken back. */
export function RatingForm({ api, answerId, token, rating, onRated }: RatingFormProps): ReactNode {
  const group = useId();
  const [stars, setStars] = useState(rating?.stars ?? 0);
  const [reason, setReason] = useState<Reason | null>(rating?.reason ?? null);
  const [text, setText] = useState(rating?.text ?? '');
  const [editing, setEditing] = useState(false);
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);

  const act = (work: Promise<Rating | null>, wordsFor: (after: Rating | null) => string): void => {
    setBusy(true);
    work
      .then(
        (after) => {
          onRated(after);
          setSaid(wordsFor(after));
          setEditing(false);
        },
        (error: Error) => setSaid(error.message),
      )
      .finally(() => setBusy(false));
  };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const words = text.trim();
    const rated = { stars, ...(reason ? { reason } : {}), ...(words ? { text: words } : {}) };
    act(api.rate(answerId, { ...(token ? { token } : {}), ...rated }), (after) => (after?.counts ? COUNTS : TOO_EARLY));
  };
  const withdraw = (): void => {
    setStars(0);
    setReason(null);
    setText('');
    act(
      api.withdrawRating(answerId).then(() => null),
      () => 'Your rating is withdrawn.',
    );
  };
  const open = editing || (rating === null && stars > 0);
  return (
    <form className="stack stack-tight" onSubmit={send}>
      <fieldset className="row">
        <legend className="unseen">How good was this answer?</legend>
        <span className="small quiet" aria-hidden="true">
          Rate
        </span>
        <span className="stars">
          {NUMBERS.map((number) => (
            <Star
              key={number}
              name={group}
              number={number}
              lit={number <= stars}
              checked={number === stars}
              onPick={() => {
                setStars(number);
                setEditing(true);
              }}
            />
          ))}
        </span>
        {rating && !open ? (
          <>
            <Button kind="bare" onClick={() => setEditing(true)} disabled={busy}>
              Change rating
            </Button>
            <Button kind="bare" onClick={withdraw} disabled={busy}>
              Withdraw rating
            </Button>
          </>
        ) : null}
      </fieldset>
      {open ? (
        <>
          <fieldset className="chips">
            <legend className="unseen">Why? One reason, if you like</legend>
            {REASONS.map((one) => (
              <label key={one} className="chip">
                <input type="radio" name={`${group}-why`} checked={reason === one} onChange={() => setReason(one)} />
                <span>{REASON_WORDS[one]}</span>
              </label>
            ))}
          </fieldset>
          <TextField
            label="In your own words (optional)"
            hint="Names and numbers are masked before anything is kept for learning."
            value={text}
            maxLength={1000}
            onValue={setText}
          />
          <div className="row">
            <Button kind="main" type="submit" busy={busy}>
              Send rating
            </Button>
          </div>
        </>
      ) : null}
      <p className="small quiet" role="status">
        {said}
      </p>
    </form>
  );
}

function Star({
  name,
  number,
  lit,
  checked,
  onPick,
}: {
  readonly name: string;
  readonly number: number;
  readonly lit: boolean;
  readonly checked: boolean;
  readonly onPick: () => void;
}): ReactNode {
  return (
    <label className={lit ? 'star star-lit' : 'star'}>
      <input type="radio" name={name} checked={checked} onChange={onPick} />
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="m12 3.2 2.7 5.6 6.1.8-4.5 4.2 1.1 6.1-5.4-3-5.4 3 1.1-6.1L3.2 9.6l6.100-.8Z" strokeLinejoin="round" />
      </svg>
      <span className="unseen">
        {number} of 5, {STAR_WORDS[number - 1]}
      </span>
    </label>
  );
}
