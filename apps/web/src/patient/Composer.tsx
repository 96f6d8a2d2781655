import { type FormEvent, type KeyboardEvent, type ReactNode, type Ref, useId, useState } from 'react';
import { Button } from '../design/Button.js';

/** Where a question is written. Enter sends, Shift and Enter makes a new line. */
export function Composer({
  name,
  state,
  onSend,
  onStop,
  field,
}: {
  readonly name: string;
  /** `sending`: the question is on its way. `answering`: it may be stopped. */
  readonly state: 'open' | 'sending' | 'answering';
  /** False when the question did not get through: it is put back, so that nobody writes it twice. */
  readonly onSend: (text: string) => Promise<boolean>;
  readonly onStop?: () => void;
  readonly field?: Ref<HTMLTextAreaElement>;
}): ReactNode {
  const [text, setText] = useState('');
  const id = useId();
  const send = (): void => {
    const asked = text.trim();
    if (asked === '' || state !== 'open') return;
    setText('');
    void onSend(asked).then((sent) => {
      if (!sent) setText((typed) => typed || asked);
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    send();
  };
  return (
    <form className="composer" onSubmit={onSubmit}>
      <label className="unseen" htmlFor={id}>
        Your question to {name}’s twin
      </label>
      <textarea
        id={id}
        ref={field}
        className="input"
        rows={2}
        maxLength={8000}
        placeholder={`Ask ${name}’s twin…`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {state === 'answering' ? (
        <Button onClick={onStop}>Stop</Button>
      ) : (
        <Button kind="main" type="submit" busy={state === 'sending'} aria-disabled={text.trim() === ''}>
          Ask
        </Button>
      )}
    </form>
  );
}
