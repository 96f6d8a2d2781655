import type { Turn } from '@bettertherapy/store';
import type { CrisisRegion, RiskKind, TwinPack } from '@bettertherapy/twins';

/** Help in a crisis, as it goes to the patient before anything else. */
export interface CrisisHelp {
  readonly level: 'concern' | 'crisis';
  readonly kinds: readonly RiskKind[];
  readonly region: CrisisRegion;
  /** How to reach a crisis line there. */
  readonly line: string;
  readonly emergency: string;
  /** The sentence to read. */
  readonly text: string;
}

/** A question on its way to the miners. */
export interface PatientQuestion {
  readonly answerId: string;
  readonly twin: TwinPack;
  /** The conversation as far as miners are told it; the last turn is the question. */
  readonly turns: readonly Turn[];
  /** Language of the answer, ISO 639-1. */
  readonly lang: string;
  readonly region: CrisisRegion;
  readonly crisis: CrisisHelp | null;
}
