import type { Draft, Problem } from '../api/studioTypes.js';

/** What every step of the form gets. */
export interface StepProps {
  readonly draft: Draft;
  readonly problems: readonly Problem[];
  readonly change: (fields: Partial<Draft>) => void;
}
