import type { Clock } from '@bettertherapy/core';
import type { LanguageModel } from '@bettertherapy/llm';
import type { Store } from '@bettertherapy/store';
import type { TwinMemory, TwinRegistry } from '@bettertherapy/twins';
import type { MaskTexts } from '../../patientRules.js';
import type { Limits } from '../http/limits.js';
import type { AdapterUploads } from './adapterUploads.js';

/** What the studio's routes work with. */
export interface StudioParts {
  readonly store: Store;
  readonly registry: TwinRegistry;
  readonly memory: TwinMemory;
  /** Answers previews and the safety questions; the judge's own work goes first. */
  readonly model: LanguageModel;
  /** Finds and masks identifiers away from the thread that patients wait on. */
  readonly mask: MaskTexts;
  /** Previews and checks count as questions in progress, so that no doctor fills the judge's queue. */
  readonly limits: Limits;
  /** Twins that one doctor may make. */
  readonly mostTwins: number;
  readonly adapters: AdapterUploads;
  readonly clock: Clock;
  /** A sortable unique id. */
  readonly newId: () => string;
}
