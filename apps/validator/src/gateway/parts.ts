import type { Metagraph } from '@bettertherapy/chain';
import type { Clock, Hotkey, Logger } from '@bettertherapy/core';
import type { Question } from '@bettertherapy/judge';
import type { Store } from '@bettertherapy/store';
import type { Signer } from '@bettertherapy/wallet';
import type { ValidatorOptions } from '../options.js';
import type { AskMany } from '../round/askMany.js';
import type { Examiner } from '../round/examiner.js';
import type { Limits } from './http/limits.js';
import type { RefusalLog } from './operator/refusalLog.js';

/** What the routes of the gateway work with. */
export interface GatewayParts {
  readonly options: ValidatorOptions;
  readonly store: Store;
  /** The metagraph of now, a few seconds old at most. */
  readonly metagraph: (signal: AbortSignal) => Promise<Metagraph>;
  /** The last metagraph read, however old; null before the first. */
  readonly lastMetagraph: () => Metagraph | null;
  /** The newest refusals of this gateway, of miners and of gates. */
  readonly refusals: RefusalLog;
  readonly askMany: AskMany;
  readonly examiner: Examiner;
  readonly bank: readonly Question[];
  readonly signer: Signer<Hotkey>;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Logger;
  /** Known to this validator alone. */
  readonly secret: string;
  /** A sortable unique id. */
  readonly newId: () => string;
}
