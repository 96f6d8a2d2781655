import { type FormEvent, type ReactNode, useCallback, useEffect, useState } from 'react';
import { logIn } from '../api/studio.js';
import { Button } from '../design/Button.js';
import { TextField } from '../design/Field.js';
import { pendingInvitation, setPendingInvitation } from '../shell/keys.js';
import { Page } from '../shell/Page.js';

/** A doctor comes with a link that holds an invitation, or types it. */
export function LoginPage({ onToken }: { readonly onToken: (token: string) => void }): ReactNode {
  const [invitation, setInvitation] = useState(() => pendingInvitation() ?? '');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const enter = useCallback(
    (given: string): void => {
      setBusy(true);
      logIn(given).then(
        ({ token }) => onToken(token),
        (error: Error) => {
          setProblem(error.message);
          setBusy(false);
        },
      );
    },
    [onToken],
  );
  useEffect(() => {
    const invited = pendingInvitation();
    setPendingInvitation(null);
    if (invited !== null) enter(invited);
  }, [enter]);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (invitation.trim() === '') setProblem('Paste the invitation that you were sent.');
    else enter(invitation.trim());
  };
  return (
    <Page
      title="Studio"
      lead={
        <p>
          Here a doctor builds the twin that answers in their way, looks at what it says, and takes it back at any time.
        </p>
      }
    >
      <form className="panel stack" onSubmit={onSubmit}>
        <TextField
          label="Invitation"
          hint="The operator of this validator sends it as a link. It opens the studio in this tab only."
          value={invitation}
          onValue={setInvitation}
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
