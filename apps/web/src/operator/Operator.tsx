import { type ReactNode, useMemo, useState } from 'react';
import { Route, Switch } from 'wouter';
import { type OperatorApi, operatorApi } from '../api/operator.js';
import { WhenRefused } from '../design/whenRefused.js';
import { operatorKey, setOperatorKey } from '../shell/keys.js';
import { ChartsPage } from './ChartsPage.js';
import { JudgePage } from './JudgePage.js';
import { LeaderboardPage } from './LeaderboardPage.js';
import { LoginPage } from './LoginPage.js';
import { MinerPage } from './MinerPage.js';
import { OverviewPage } from './OverviewPage.js';
import { RefusalsPage } from './RefusalsPage.js';
import { RoundPage } from './RoundPage.js';
import { RoundsPage } from './RoundsPage.js';
import { WeightsPage } from './WeightsPage.js';

/** The operator's pages; a key of scope `operator` opens them for this tab. */
export default function Operator(): ReactNode {
  const [key, setKey] = useState(operatorKey);
  const api = useMemo(() => (key === null ? null : operatorApi(key)), [key]);
  const enter = (given: string | null): void => {
    setOperatorKey(given);
    setKey(given);
  };
  if (api === null) return <LoginPage onKey={enter} />;
  const leave = (): void => enter(null);
  return (
    <WhenRefused value={{ words: 'This key is not valid any more.', label: 'Enter another key', act: leave }}>
      <Pages api={api} onLeave={leave} />
    </WhenRefused>
  );
}

function Pages({ api, onLeave }: { readonly api: OperatorApi; readonly onLeave: () => void }): ReactNode {
  return (
    <Switch>
      <Route path="/operator/rounds">
        <RoundsPage api={api} />
      </Route>
      <Route path="/operator/rounds/:id">{({ id }) => <RoundPage key={id} api={api} id={id} />}</Route>
      <Route path="/operator/leaderboard">
        <LeaderboardPage api={api} />
      </Route>
      <Route path="/operator/miners/:hotkey">
        {({ hotkey }) => <MinerPage key={hotkey} api={api} hotkey={hotkey} />}
      </Route>
      <Route path="/operator/weights">
        <WeightsPage api={api} />
      </Route>
      <Route path="/operator/judge">
        <JudgePage api={api} />
      </Route>
      <Route path="/operator/refusals">
        <RefusalsPage api={api} />
      </Route>
      <Route path="/operator/charts">
        <ChartsPage api={api} />
      </Route>
      <Route>
        <OverviewPage api={api} onLeave={onLeave} />
      </Route>
    </Switch>
  );
}
