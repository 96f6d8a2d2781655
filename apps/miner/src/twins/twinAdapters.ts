import {
  type Clock,
  type CodedError,
  CoreErrorCode,
  describeError,
  type Hotkey,
  hasCode,
  type Logger,
  withDeadline,
} from '@bettertherapy/core';
import { type AdapterFolder, type AdapterUse, type ModelInfo, sameModel } from '@bettertherapy/llm';
import type { HeldTwin } from './heldTwins.js';

/** Why a twin speaks with its adapter or with the base model alone. */
export type AdapterState =
  /** Its adapter is laid over the model. */
  | 'adapter'
  /** Its pack names none. */
  | 'none'
  /** It is not here (yet). */
  | 'absent'
  /** It was made for another model. */
  | 'wrong_base'
  /** This backend loads none, or was told not to. */
  | 'unsupported'
  /** It failed a short while ago. */
  | 'failed';

export interface AdapterChoice {
  readonly state: AdapterState;
  /** Null for the base model alone. */
  readonly use: AdapterUse | null;
}

export interface TwinAdapterParts {
  readonly model: { readonly info: Pick<ModelInfo, 'name' | 'names' | 'capabilities'> };
  readonly folder: Pick<AdapterFolder, 'find'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An adapter that could not be used is tried again after this long: it may have been replaced, or memory may be free. */
const AFTER_FAILURE_MS = 300_000;
/** A question waits no longer for the folder. */
const LOOK_MS = 1_000;
const MOST_REMEMBERED = 512;

/** Decides for each question whether a twin's adapter can be used here. A twin without it answers with the base model. */
export class TwinAdapters {
  private readonly failedMs = new Map<string, number>();
  /** What was told of a twin last, so that it is told once and not with every question. */
  private readonly told = new Map<string, AdapterState>();

  constructor(
    private readonly options: { readonly scale: number },
    private readonly parts: TwinAdapterParts,
  ) {}

  async choose(twin: HeldTwin, signal: AbortSignal): Promise<AdapterChoice> {
    const choice = await this.look(twin, signal);
    this.tell(twin, choice.state);
    return choice;
  }

  /** The adapter failed in a call; it is left alone for a while. */
  failed(use: AdapterUse, error: CodedError): void {
    if (this.failedMs.size >= MOST_REMEMBERED) this.failedMs.clear();
    this.failedMs.set(use.sha256, this.parts.clock.monotonicMs());
    this.parts.log.warn('adapter cannot be used; the base model answers alone', {
      sha256: use.sha256,
      error: describeError(error),
      remedy: error.remedy,
    });
  }

  private async look({ pack, publisher }: HeldTwin, signal: AbortSignal): Promise<AdapterChoice> {
    const { info } = this.parts.model;
    const { adapter } = pack;
    if (adapter === null) return { state: 'none', use: null };
    const { sha256, baseModel } = adapter;
    const { adapters } = info.capabilities;
    if (adapters === null || this.options.scale === 0) return { state: 'unsupported', use: null };
    if (!sameModel([baseModel], info.names)) return { state: 'wrong_base', use: null };
    const failedMs = this.failedMs.get(sha256) ?? Number.NEGATIVE_INFINITY;
    if (this.parts.clock.monotonicMs() - failedMs < AFTER_FAILURE_MS) return { state: 'failed', use: null };
    const { scale } = this.options;
    if (adapters === 'named') return { state: 'adapter', use: { sha256, baseModel, file: null, scale } };
    const found = await this.find(sha256, publisher, signal);
    if (found === null) return { state: 'absent', use: null };
    return { state: 'adapter', use: { sha256, baseModel, file: found.file, scale } };
  }

  /** A folder that cannot be read, or whose new files are still being hashed, is no reason not to answer. */
  private async find(sha256: string, publisher: Hotkey, signal: AbortSignal): ReturnType<AdapterFolder['find']> {
    const { folder, clock } = this.parts;
    try {
      const bound = { what: 'a look at the folder of adapters', ms: LOOK_MS, signal, clock };
      return await withDeadline(bound, (stop) => folder.find(sha256, stop));
    } catch (error) {
      if (signal.aborted) throw error;
      if (hasCode(error, CoreErrorCode.DeadlineExceeded)) return null;
      this.parts.log.warn('folder of adapters not read', { publisher, sha256, error: describeError(error) });
      return null;
    }
  }

  private tell({ pack }: HeldTwin, state: AdapterState): void {
    const { id, version, adapter } = pack;
    const name = `${id}@${version}`;
    if (adapter === null || this.told.get(name) === state) return;
    if (this.told.size >= MOST_REMEMBERED) this.told.clear();
    this.told.set(name, state);
    const { baseModel, sha256 } = adapter;
    const fields = { id, version, sha256, baseModel, model: this.parts.model.info.name };
    if (state === 'adapter') this.parts.log.info('twin answers with its adapter', fields);
    else this.parts.log.warn('twin answers with the base model alone', { ...fields, why: state });
  }
}
