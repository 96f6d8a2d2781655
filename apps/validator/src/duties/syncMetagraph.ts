import type { Metagraph } from '@bettertherapy/chain';
import { type Clock, CodedError, describeError, type Hotkey, type Logger } from '@bettertherapy/core';
import { notRegistered, ValidatorErrorCode } from '../errors.js';
import type { Duty } from './duty.js';

/** Keeps a metagraph at hand and watches this validator's own place in it. */
export class SyncMetagraph implements Duty {
  readonly name = 'metagraph';
  private latest: { readonly graph: Metagraph; readonly atMs: number } | null = null;

  constructor(
    private readonly options: { readonly self: Hotkey; readonly everyMs: number; readonly freshMs: number },
    private readonly parts: {
      readonly read: (signal: AbortSignal) => Promise<Metagraph>;
      readonly clock: Clock;
      readonly log: Logger;
      readonly metrics: {
        metagraphSynced(outcome: 'ok' | 'error'): void;
        registered(yes: boolean): void;
      } | null;
      readonly report: (ok: boolean, state: string) => void;
    },
  ) {}

  /** The last one read, however old; null before the first. */
  last(): Metagraph | null {
    return this.latest?.graph ?? null;
  }

  /** The metagraph, at most `freshMs` old. @throws what the chain client throws */
  async current(signal: AbortSignal): Promise<Metagraph> {
    const { clock } = this.parts;
    if (this.latest && clock.monotonicMs() - this.latest.atMs < this.options.freshMs) return this.latest.graph;
    return this.refresh(signal);
  }

  /** @throws CodedError VALIDATOR_NOT_REGISTERED once the hotkey has lost its place: there is nothing left to do here. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log, metrics, report } = this.parts;
    for (;;) {
      try {
        const graph = await this.refresh(signal);
        metrics?.metagraphSynced('ok');
        const me = graph.neurons.find((neuron) => neuron.hotkey === this.options.self);
        metrics?.registered(me !== undefined);
        if (!me) throw notRegistered(this.options.self, graph.netuid);
        report(true, me.validatorPermit ? 'permit' : 'no permit yet');
        log.debug('metagraph synced', { block: graph.block, neurons: graph.neurons.length, uid: me.uid });
      } catch (error) {
        signal.throwIfAborted();
        if (isNotRegistered(error)) throw error;
        metrics?.metagraphSynced('error');
        report(false, 'unreachable');
        log.warn('metagraph could not be read', { error: describeError(error) });
      }
      await clock.sleep(this.options.everyMs, signal);
    }
  }

  private async refresh(signal: AbortSignal): Promise<Metagraph> {
    const graph = await this.parts.read(signal);
    this.latest = { graph, atMs: this.parts.clock.monotonicMs() };
    return graph;
  }
}

function isNotRegistered(error: unknown): boolean {
  return error instanceof CodedError && error.code === ValidatorErrorCode.NotRegistered;
}
