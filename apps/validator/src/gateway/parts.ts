import type { Metagraph } from '@bettertherapy/chain';
import type { Clock, Hotkey, Logger, Tracer } from '@bettertherapy/core';
import type { Examiner, Question } from '@bettertherapy/judge';
import type { LanguageModel } from '@bettertherapy/llm';
import type { Store } from '@bettertherapy/store';
import type { TwinMemory, TwinRegistry } from '@bettertherapy/twins';
import type { Signer } from '@bettertherapy/wallet';
import type { Room } from '../disk/diskGate.js';
import type { EvidenceBook } from '../evidence/evidenceBook.js';
import type { ExamResult } from '../exam/startUpExam.js';
import type { ValidatorOptions } from '../options.js';
import type { PatientJudge } from '../patientJudge.js';
import type { AskMany } from '../round/askMany.js';
import type { ServingNeuron } from '../round/eligible.js';
import type { Limits } from './http/limits.js';
import type { RefusalLog } from './operator/refusalLog.js';
import type { QuestionRouter, RouterMetrics } from './route/router.js';

/** What the app gives the gateway. */
export interface GatewayGiven {
  readonly options: ValidatorOptions;
  readonly store: Store;
  /** Of the chain whose miners are asked. */
  readonly genesisHash: string;
  /** The metagraph of now, a few seconds old at most. */
  readonly metagraph: (signal: AbortSignal) => Promise<Metagraph>;
  /** The last metagraph read, however old; null before the first. */
  readonly lastMetagraph: () => Metagraph | null;
  /** The newest refusals of this gateway, of miners and of gates. */
  readonly refusals: RefusalLog;
  /** Of a dendrite of the gateway's own: patients never wait for a socket that a round holds. */
  readonly askMany: AskMany;
  readonly examiner: Examiner;
  readonly patientJudge: PatientJudge;
  /** Whether a miner says that it serves the twin; true for all while nothing is known. */
  readonly serves: (miner: ServingNeuron, twin: { readonly id: string; readonly version: number }) => boolean;
  /** What a miner says it serves. */
  readonly twinsOf: (hotkey: Hotkey) => readonly { readonly id: string; readonly version: number }[];
  readonly twins: TwinRegistry;
  readonly memory: TwinMemory;
  /** The judge's model, for the studio's previews; judging goes first. */
  readonly model: LanguageModel;
  /** Of the judge, for the operator's pages. */
  readonly exam: ExamResult;
  readonly evidence: EvidenceBook;
  readonly bank: readonly Question[];
  readonly signer: Signer<Hotkey>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracer: Tracer;
  /** Whether what a caller sends could be kept. */
  readonly room: () => Room;
  readonly metrics: GatewayMetrics | null;
  /** Known to this validator alone. */
  readonly secret: string;
  /** A sortable unique id. */
  readonly newId: () => string;
}

/** What the gateway reports; the app binds it to Prometheus. */
export interface GatewayMetrics extends RouterMetrics {
  requestFinished(route: string, status: number, tookMs: number): void;
  streamsRunning(count: number): void;
  ratingGiven(kind: 'new' | 'changed' | 'withdrawn'): void;
}

/** What the routes of the gateway work with. */
export interface GatewayParts extends GatewayGiven {
  readonly limits: Limits;
  readonly router: QuestionRouter;
}
