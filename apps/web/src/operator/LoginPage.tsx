import { type ReactNode, useCallback } from 'react';
import { operatorApi } from '../api/operator.js';
import { KeyForm } from '../shell/KeyForm.js';
import { Page } from '../shell/Page.js';
import { useEntering } from '../shell/useEntering.js';

/** For those who did not come by the link with the key in it. */
export function LoginPage({ onKey }: { readonly onKey: (key: string) => void }): ReactNode {
  const attempt = useCallback(
    async (given: string): Promise<void> => {
      await operatorApi(given).overview();
      onKey(given);
    },
    [onKey],
  );
  const entering = useEntering(attempt);
  return (
    <Page title="Operator" lead={<p>Rounds, scores, weights and refusals of this validator.</p>}>
      <KeyForm
        label="Operator key"
        hint={
          <>
            Made by <code>pnpm bt key create --scope operator</code>; kept in this tab only.
          </>
        }
        missing="Paste the key that was printed once."
        entering={entering}
      />
    </Page>
  );
}
