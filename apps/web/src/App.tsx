import { lazy, type ReactNode, Suspense } from 'react';
import { Link, Route, Switch } from 'wouter';
import { ChatPage } from './patient/ChatPage.js';
import { HistoryPage } from './patient/HistoryPage.js';
import { TwinPage } from './patient/TwinPage.js';
import { TwinsPage } from './patient/TwinsPage.js';
import { HelpProvider } from './shell/help.js';
import { NoticeProvider } from './shell/notice.js';
import { Page } from './shell/Page.js';
import { Shell } from './shell/Shell.js';
import { PatientProvider } from './shell/session.js';

// A patient's phone does not load what only doctors and operators need.
const Studio = lazy(() => import('./studio/Studio.js'));
const Operator = lazy(() => import('./operator/Operator.js'));

/** Every page and its address. */
export function App(): ReactNode {
  return (
    <NoticeProvider>
      <HelpProvider>
        <PatientProvider>
          <Shell>
            <Suspense fallback={<p role="status">Loading…</p>}>
              <Switch>
                <Route path="/" component={TwinsPage} />
                <Route path="/twins/:id">{({ id }) => <TwinPage key={id} id={id} />}</Route>
                <Route path="/sessions/:id">{({ id }) => <ChatPage key={id} id={id} />}</Route>
                <Route path="/history" component={HistoryPage} />
                <Route path="/studio/*?">
                  <Studio />
                </Route>
                <Route path="/operator/*?">
                  <Operator />
                </Route>
                <Route>
                  <Page title="There is no such page">
                    <p>
                      <Link href="/">See the twins</Link>
                    </p>
                  </Page>
                </Route>
              </Switch>
            </Suspense>
          </Shell>
        </PatientProvider>
      </HelpProvider>
    </NoticeProvider>
  );
}
