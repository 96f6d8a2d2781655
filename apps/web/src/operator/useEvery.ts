import { useEffect } from 'react';
import { every } from '../edge/time.js';

/** Calls `work` every `ms` while the page is shown and the tab is in front. */
export function useEvery(ms: number, work: () => void): void {
  useEffect(
    () =>
      every(ms, () => {
        if (document.visibilityState === 'visible') work();
      }),
    [ms, work],
  );
}
