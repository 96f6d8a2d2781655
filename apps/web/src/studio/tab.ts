import type { TwinApi } from '../api/studio.js';
import type { TwinInStudio } from '../api/studioTypes.js';

/** What every tab of a twin gets. */
export interface TabProps {
  readonly id: string;
  readonly api: TwinApi;
  readonly twin: TwinInStudio;
  /** Reads the twin again. */
  readonly onChanged: () => void;
}
