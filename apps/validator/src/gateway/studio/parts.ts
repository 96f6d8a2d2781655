import type { Clock } from '@bettertherapy/core';
import type { LanguageModel } from '@bettertherapy/llm';
import type { Store } from '@bettertherapy/store';
import type { TwinMemory, TwinRegistry } from '@bettertherapy/twins';

/** What the studio's routes work with. */
export interface StudioParts {
  readonly store: Store;
  readonly registry: TwinRegistry;
  readonly memory: TwinMemory;
  /** Answers previews and the safety questions; the judge's own work goes first. */
  readonly model: LanguageModel;
  readonly clock: Clock;
  /** A sortable unique id. */
  readonly newId: () => string;
}
