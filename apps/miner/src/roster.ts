import type { Metagraph, MetagraphNeuron } from '@bettertherapy/chain';
import type { Hotkey } from '@bettertherapy/core';
import type { Standing } from './policy.js';

/** The subnet as last read: who is on it, with what permit and stake. */
export class Roster {
  private byHotkey: ReadonlyMap<Hotkey, MetagraphNeuron> = new Map();
  private readAt = 0;

  /** Block of the last read; 0 before the first. */
  get block(): number {
    return this.readAt;
  }

  replace(metagraph: Metagraph): void {
    this.byHotkey = new Map(metagraph.neurons.map((neuron) => [neuron.hotkey, neuron]));
    this.readAt = metagraph.block;
  }

  neuron(hotkey: Hotkey): MetagraphNeuron | null {
    return this.byHotkey.get(hotkey) ?? null;
  }

  standing(hotkey: Hotkey): Standing | null {
    const neuron = this.byHotkey.get(hotkey);
    if (neuron === undefined) return null;
    return { uid: neuron.uid, validatorPermit: neuron.validatorPermit, stake: neuron.totalStake };
  }
}
