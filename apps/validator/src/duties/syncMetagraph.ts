import type { Metagraph } from '@bettertherapy/chain';
import { type Clock, type CodedError, describeError, type Hotkey, type Logger } from '@bettertherapy/core';
import { noPermit, notRegistered } from '../errors.js';
import type { Duty } from './duty.js';

/** Keeps a metagraph at hand and watches this validator's own place in it. A place that is lost is told, and waited for. */
export class SyncMetagraph implements Duty {
  readonly name = 'metagraph';
  private told: Standing | null = null;
  private latest: { readonly graph: Metagraph; readonly atMs: number } | null = null;

  constructor(
    private readonly options: {
      readonly self: Hotkey;
      readonly everyMs: number;
      readonly retryMs: number;
      readonly freshMs: number;
    },
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

  /** This validator's own place: whether asking miners makes sense now. @throws what the chain client throws */
  async standing(signal: AbortSignal): Promise<Standing> {
    return standingIn(await this.current(signal), this.options.self);
  }

  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      const well = await this.look(signal);
      await this.parts.clock.sleep(well ? this.options.everyMs : this.options.retryMs, signal);
    }
  }

  /** Reads and reports; false when something is amiss and should soon be looked at again. */
  private async look(signal: AbortSignal): Promise<boolean> {
    const { log, metrics, report } = this.parts;
    try {
      const graph = await this.refresh(signal);
      metrics?.metagraphSynced('ok');
      const standing = standingIn(graph, this.options.self);
      metrics?.registered(standing !== 'not registered');
      report(standing === 'permit' || standing === 'no permits yet', standing);
      this.tell(standing, graph);
      return standing === 'permit';
    } catch (error) {
      signal.throwIfAborted();
      metrics?.metagraphSynced('error');
      report(false, 'chain unreachable');
      log.warn('metagraph could not be read', { error: describeError(error) });
      return false;
    }
  }

  /** One line at each change, so that a lost place is neither missed nor repeated every minute. */
  private tell(standing: Standing, graph: Metagraph): void {
    const { log } = this.parts;
    log.debug('metagraph synced', { block: graph.block, neurons: graph.neurons.length, standing });
    if (standing === this.told) return;
    const before = this.told;
    this.told = standing;
    const fault = faultOf(standing, this.options.self, graph.netuid);
    if (fault) log.error(fault.message, { code: fault.code, remedy: fault.remedy, block: graph.block });
    else if (before !== null) log.info('standing on the subnet changed', { before, standing, block: graph.block });
  }

  private async refresh(signal: AbortSignal): Promise<Metagraph> {
    const graph = await this.parts.read(signal);
    this.latest = { graph, atMs: this.parts.clock.monotonicMs() };
    return graph;
  }
}

/**
 * `no permits yet`: nobody on the subnet holds one, as before its first epoch; then nobody is turned away for the want of it.
 */
export type Standing = 'permit' | 'no permit' | 'no permits yet' | 'not registered';

function standingIn({ neurons, ownerHotkey }: Metagraph, self: Hotkey): Standing {
  const me = neurons.find((neuron) => neuron.hotkey === self);
  if (!me) return 'not registered';
  if (me.validatorPermit || ownerHotkey === self) return 'permit';
  return neurons.some((neuron) => neuron.validatorPermit) ? 'no permit' : 'no permits yet';
}

function faultOf(standing: Standing, self: Hotkey, netuid: number): CodedError | null {
  if (standing === 'not registered') return notRegistered(self, netuid);
  return standing === 'no permit' ? noPermit(self, netuid) : null;
}
