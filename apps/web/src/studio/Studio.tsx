import { type ReactNode, useMemo, useState } from 'react';
import { Route, Switch } from 'wouter';
import { studioApi } from '../api/studio.js';
import { WhenRefused } from '../design/whenRefused.js';
import { setStudioLogin, studioLogin } from '../shell/keys.js';
import { LoginPage } from './LoginPage.js';
import { TwinStudio } from './TwinStudio.js';
import { TwinsPage } from './TwinsPage.js';

const ENDED = {
  words: 'You are not signed in any more. Ask the operator of this validator for a new invitation.',
  label: 'Enter an invitation',
} as const;

/** The doctors' pages; an invitation opens them for this tab. */
export default function Studio(): ReactNode {
  const [token, setToken] = useState(studioLogin);
  const api = useMemo(() => (token === null ? null : studioApi(token)), [token]);
  const enter = (given: string | null): void => {
    setStudioLogin(given);
    setToken(given);
  };
  if (api === null) return <LoginPage onToken={enter} />;
  return (
    <WhenRefused value={{ ...ENDED, act: () => enter(null) }}>
      <Switch>
        <Route path="/studio/twins/:id/:tab?">
          {({ id, tab }) => <TwinStudio key={id} api={api} id={id} tab={tab ?? 'build'} />}
        </Route>
        <Route>
          <TwinsPage
            api={api}
            onLeave={() => {
              // This tab forgets the login even when the gateway cannot be told.
              api.logOut().catch(() => undefined);
              enter(null);
            }}
          />
        </Route>
      </Switch>
    </WhenRefused>
  );
}
