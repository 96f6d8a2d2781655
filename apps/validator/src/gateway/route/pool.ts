import type { Metagraph } from '@bettertherapy/chain';
import type { Hotkey } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import { type EligibilityRules, eligibleMiners, type ServingNeuron } from '../../round/eligible.js';

/** A miner that may be asked. */
export interface PoolMiner {
  readonly hotkey: Hotkey;
  readonly uid: number;
  readonly registeredAtBlock: number;
  readonly ip: string;
  readonly port: number;
  readonly version: number;
  /** Moving average, 0 to 100. */
  readonly average: number;
  readonly newcomer: boolean;
  /** It says that it serves the twin; true for all while nobody says so. */
  readonly servesTwin: boolean;
}

export type PoolRules = Omit<EligibilityRules, 'isNewcomer' | 'maxMiners'> & {
  /** Rounds after which a miner is no newcomer any more. */
  readonly newcomerRounds: number;
};

/**
 * Everybody who may be asked now, with what is known about them. Where some say that they serve the twin, the others
 * are left out; where nobody does, all are asked, because an old miner answers from the text alone.
 */
export function minerPool(
  metagraph: Metagraph,
  rules: PoolRules,
  parts: {
    readonly store: Pick<Store, 'averages'>;
    readonly serves: (miner: ServingNeuron) => boolean;
    readonly random: () => number;
  },
): PoolMiner[] {
  const averages = new Map(parts.store.averages.all().map((row) => [`${row.hotkey}:${row.registeredAtBlock}`, row]));
  const averageOf = (neuron: Pick<ServingNeuron, 'hotkey' | 'registeredAt'>) =>
    averages.get(`${neuron.hotkey}:${neuron.registeredAt}`);
  const isNewcomer = (neuron: Pick<ServingNeuron, 'hotkey' | 'registeredAt'>): boolean =>
    (averageOf(neuron)?.rounds ?? 0) < rules.newcomerRounds;
  const { miners } = eligibleMiners(
    metagraph.neurons,
    { ...rules, maxMiners: Number.MAX_SAFE_INTEGER, isNewcomer },
    parts.random,
  );
  const pool = miners.map((neuron): PoolMiner => {
    const { hotkey, uid, registeredAt: registeredAtBlock, axon } = neuron;
    const { ip, port, version } = axon;
    return {
      ...{ hotkey, uid, registeredAtBlock, ip, port, version },
      average: averageOf(neuron)?.ema ?? 0,
      newcomer: isNewcomer(neuron),
      servesTwin: parts.serves(neuron),
    };
  });
  const serving = pool.filter((miner) => miner.servesTwin);
  return serving.length > 0 ? serving : pool.map((miner) => ({ ...miner, servesTwin: true }));
}
