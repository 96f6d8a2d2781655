import { type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import { Link } from 'wouter';
import type { StudioApi } from '../api/studio.js';
import { Loaded, useResource } from '../design/Resource.js';
import { Page } from '../shell/Page.js';
import { AdapterTab } from './AdapterTab.js';
import { BuildTab } from './BuildTab.js';
import { CheckTab } from './CheckTab.js';
import { ConsentsTab } from './ConsentsTab.js';
import { ImportTab } from './ImportTab.js';
import { InboxTab } from './InboxTab.js';
import { PreviewTab } from './PreviewTab.js';
import type { TabProps } from './tab.js';
import { VersionsTab } from './VersionsTab.js';

const TABS = [
  { id: 'build', title: 'Build' },
  { id: 'preview', title: 'Preview' },
  { id: 'check', title: 'Safety check' },
  { id: 'versions', title: 'Versions' },
  { id: 'import', title: 'Import dialogues' },
  { id: 'adapter', title: 'Adapter' },
  { id: 'inbox', title: 'Inbox' },
  { id: 'consents', title: 'Consents' },
] as const;

const VIEWS: Readonly<Record<string, (props: TabProps) => ReactNode>> = {
  build: BuildTab,
  preview: PreviewTab,
  check: CheckTab,
  versions: VersionsTab,
  import: ImportTab,
  adapter: AdapterTab,
  inbox: InboxTab,
  consents: ConsentsTab,
};

/** Everything a doctor does with one twin, a tab for each. */
export function TwinStudio({
  api,
  id,
  tab,
}: {
  readonly api: StudioApi;
  readonly id: string;
  readonly tab: string;
}): ReactNode {
  const own = useMemo(() => api.twin(id), [api, id]);
  const [twin, again] = useResource(useCallback((signal: AbortSignal) => own.read(signal), [own]));
  const View = VIEWS[tab] ?? BuildTab;
  const current = useRef<HTMLAnchorElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is another link.
  useEffect(() => {
    // On a phone the tabs scroll, and the one that is open may stand beyond the edge.
    current.current?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [tab]);
  return (
    <Page title={twin.data?.draft?.name || twin.data?.name || id} lead={<Link href="/studio">All your twins</Link>}>
      <nav className="tabs" aria-label="This twin">
        {TABS.map((one) => (
          <Link
            key={one.id}
            href={`/studio/twins/${encodeURIComponent(id)}/${one.id}`}
            aria-current={one.id === tab ? 'page' : undefined}
            ref={one.id === tab ? current : null}
          >
            {one.title}
          </Link>
        ))}
      </nav>
      <Loaded of={twin} again={again}>
        {(data) => <View id={id} api={own} twin={data} onChanged={again} />}
      </Loaded>
    </Page>
  );
}
