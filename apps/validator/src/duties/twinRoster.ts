import type { Metagraph } from '@bettertherapy/chain';
import {
  BoundedQueue,
  type Clock,
  describeError,
  type Hotkey,
  isPublicAddress,
  type Logger,
  repeat,
} from '@bettertherapy/core';
import type { ServedTwin, TwinRef } from '@bettertherapy/protocol';
import type { AxonTarget } from '@bettertherapy/transport';
import type { ServingNeuron } from '../round/eligible.js';
import type { Duty } from './duty.js';

export interface RosterOptions {
  readonly self: Hotkey;
  readonly everyMs: number;
  /** The longest one axon may take to say what it serves. */
  readonly deadlineMs: number;
  /** Axons asked at once. */
  readonly concurrency: number;
  readonly privateIps: boolean;
}

export interface RosterParts {
  readonly metagraph: (signal: AbortSignal) => Promise<Metagraph>;
  /** What an axon says it serves; null when it does not say. */
  readonly list: (
    target: AxonTarget,
    terms: { readonly deadlineMs: number; readonly signal: AbortSignal },
  ) => Promise<readonly ServedTwin[] | null>;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Which miners say that they serve which twin. Lists are unsigned and only steer questions; who then answers badly is
 * judged for it. Kept in memory alone, because a minute of looking makes it anew.
 */
export class TwinRoster implements Duty {
  readonly name = 'twin roster';
  private byMiner: ReadonlyMap<Hotkey, ReadonlySet<string>> = new Map();
  private looked = false;

  constructor(
    private readonly options: RosterOptions,
    private readonly parts: RosterParts,
  ) {}

  /** Miners that say they serve this version. */
  minersOf(id: string, version: number): Hotkey[] {
    const name = nameOf({ id, version });
    return [...this.byMiner].filter(([, twins]) => twins.has(name)).map(([hotkey]) => hotkey);
  }

  /** What a miner says it serves, by id; empty while it has not said. */
  twinsOf(hotkey: Hotkey): TwinRef[] {
    return [...(this.byMiner.get(hotkey) ?? [])].sort().map((name) => {
      const at = name.lastIndexOf('@');
      return { id: name.slice(0, at), version: Number(name.slice(at + 1)) };
    });
  }

  /** True as well while nobody has been asked yet. */
  serves(hotkey: Hotkey, twin: TwinRef): boolean {
    return !this.looked || this.byMiner.get(hotkey)?.has(nameOf(twin)) === true;
  }

  run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    const failed = (error: unknown): void =>
      log.warn('miners could not be asked for their twins', { error: describeError(error) });
    return repeat({ everyMs: this.options.everyMs, clock, signal, failed }, () => this.look(signal));
  }

  /** Asks every serving miner once. */
  async look(signal: AbortSignal): Promise<void> {
    const { metagraph, list, log } = this.parts;
    const { self, privateIps, concurrency, deadlineMs } = this.options;
    const { neurons } = await metagraph(signal);
    const serving = neurons.filter(
      (neuron): neuron is ServingNeuron =>
        neuron.axon !== null && neuron.hotkey !== self && (privateIps || isPublicAddress(neuron.axon.ip)),
    );
    const queue = new BoundedQueue({ concurrency, capacity: serving.length });
    const found = await Promise.all(
      serving.map(({ hotkey, axon }) =>
        queue.run(async () => {
          const twins = await list({ hotkey, ip: axon.ip, port: axon.port }, { deadlineMs, signal });
          return [hotkey, new Set((twins ?? []).map(nameOf))] as const;
        }),
      ),
    );
    this.byMiner = new Map(found.filter(([, twins]) => twins.size > 0));
    this.looked = true;
    log.debug('twins of the miners looked up', { asked: serving.length, serving: this.byMiner.size });
  }
}

function nameOf(twin: TwinRef): string {
  return `${twin.id}@${twin.version}`;
}
