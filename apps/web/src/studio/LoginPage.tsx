import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { logIn } from '../api/studio.js';
import { KeyForm } from '../shell/KeyForm.js';
import { pendingInvitation, setPendingInvitation } from '../shell/keys.js';
import { Page } from '../shell/Page.js';
import { useEntering } from '../shell/useEntering.js';

/** A doctor comes with a link that holds an invitation, or types it. */
export function LoginPage({ onToken }: { readonly onToken: (token: string) => void }): ReactNode {
  const [brought] = useState(() => pendingInvitation() ?? '');
  const attempt = useCallback(
    async (given: string): Promise<void> => {
      const { token } = await logIn(given);
      onToken(token);
    },
    [onToken],
  );
  const entering = useEntering(attempt);
  const { enter } = entering;
  useEffect(() => {
    const invited = pendingInvitation();
    setPendingInvitation(null);
    if (invited !== null) enter(invited);
  }, [enter]);
  return (
    <Page
      title="Studio"
      lead={
        <p>
          Here a doctor builds the twin that answers in their way, looks at what it says, and takes it back at any time.
        </p>
      }
    >
      <KeyForm
        label="Invitation"
        hint="The operator of this validator sends it as a link. It opens the studio in this tab only."
        missing="Paste the invitation that you were sent."
        initial={brought}
        entering={entering}
      />
    </Page>
  );
}
