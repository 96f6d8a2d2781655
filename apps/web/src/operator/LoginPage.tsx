import { type FormEvent, type ReactNode, useState } from 'react';
import { operatorApi } from '../api/operator.js';
import { Button } from '../design/Button.js';
import { TextField } from '../design/Field.js';
import { Page } from '../shell/Page.js';

/** For those who did not come by the link with the key in it. */
export function LoginPage({ onKey }: { readonly onKey: (key: string) => void }): ReactNode {
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const enter = (event: FormEvent): void => {
    event.preventDefault();
    const given = key.trim();
    if (given === '') {
      setProblem('Paste the key that was printed once.');
      return;
    }
    setBusy(true);
    operatorApi(given)
      .overview()
      .then(
        () => onKey(given),
        (error: Error) => {
          setProblem(error.message);
          setBusy(false);
        },
      );
  };
  return (
    <Page title="Operator" lead={<p>Rounds, scores, weights and refusals of this validator.</p>}>
      <form className="panel stack" onSubmit={enter}>
        <TextField
          label="Operator key"
          hint={
            <>
              Made by <code>pnpm bt key create --scope operator</code>; kept in this tab only.
            </>
          }
          value={key}
          onValue={setKey}
          autoComplete="off"
          spellCheck={false}
          problem={problem}
        />
        <div>
          <Button kind="main" type="submit" busy={busy}>
            Enter
          </Button>
        </div>
      </form>
    </Page>
  );
}
