import { isIP } from 'node:net';
import type { MetagraphNeuron } from '@bettertherapy/chain';
import { type Hotkey, isPublicAddress } from '@bettertherapy/core';
import { shuffled, weightedSample } from './seed.js';

export interface EligibilityRules {
  readonly self: Hotkey;
  /** Miners asked behind one address. */
  readonly maxPerIp: number;
  readonly maxPerColdkey: number;
  /** rao; a permit holder with more stake is taken for a validator and not asked. */
  readonly stakeLimit: bigint;
  /** Ask addresses that are not public (a local chain). */
  readonly privateIps: boolean;
  /** Miners asked in one round; a draw decides above that. */
  readonly maxMiners: number;
  /** A newcomer is drawn with twice the weight of the others. */
  readonly isNewcomer: (neuron: MetagraphNeuron) => boolean;
}

export type SkipReason =
  | 'self'
  | 'not_serving'
  | 'private_address'
  | 'stake_limit'
  | 'ip_cap'
  | 'coldkey_cap'
  | 'not_drawn';

export type ServingNeuron = MetagraphNeuron & { readonly axon: NonNullable<MetagraphNeuron['axon']> };

const NEWCOMER_WEIGHT = 2;

/**
 * Who is asked this round, in the (random) order in which they are asked, and why the others are not. Where a cap
 * leaves some out, chance decides anew each round. Anybody may publish another's address, so an endpoint claimed twice
 * is asked for each hotkey: requests are bound to their receiver, and only the one that holds the key can answer.
 */
export function eligibleMiners(
  neurons: readonly MetagraphNeuron[],
  rules: EligibilityRules,
  random: () => number,
): { readonly miners: ServingNeuron[]; readonly skipped: ReadonlyMap<SkipReason, number> } {
  const skipped = new Map<SkipReason, number>();
  const skip = (reason: SkipReason): void => {
    skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
  };
  const serving: ServingNeuron[] = [];
  for (const neuron of [...neurons].sort((a, b) => a.registeredAt - b.registeredAt || a.uid - b.uid)) {
    const reason = refusal(neuron, rules);
    if (reason) skip(reason);
    else if (isServing(neuron)) serving.push(neuron);
  }
  const perIp = new Map<string, number>();
  const perColdkey = new Map<string, number>();
  const capped = shuffled(serving, random).filter((neuron) => {
    if (take(perIp, neuron.axon.ip) > rules.maxPerIp) skip('ip_cap');
    else if (take(perColdkey, neuron.coldkey) > rules.maxPerColdkey) skip('coldkey_cap');
    else return true;
    return false;
  });
  const weightOf = (neuron: MetagraphNeuron): number => (rules.isNewcomer(neuron) ? NEWCOMER_WEIGHT : 1);
  const miners = capped.length > rules.maxMiners ? weightedSample(capped, rules.maxMiners, weightOf, random) : capped;
  for (let left = miners.length; left < capped.length; left += 1) skip('not_drawn');
  return { miners, skipped };
}

function refusal(neuron: MetagraphNeuron, rules: EligibilityRules): SkipReason | null {
  if (neuron.hotkey === rules.self) return 'self';
  if (!isServing(neuron)) return 'not_serving';
  if (!rules.privateIps && !isPublicAddress(neuron.axon.ip)) return 'private_address';
  if (neuron.validatorPermit && neuron.totalStake > rules.stakeLimit) return 'stake_limit';
  return null;
}

function isServing(neuron: MetagraphNeuron): neuron is ServingNeuron {
  return neuron.axon !== null && neuron.axon.port > 0 && isIP(neuron.axon.ip) !== 0 && !UNSPECIFIED.has(neuron.axon.ip);
}

function take(counts: Map<string, number>, key: string): number {
  const n = (counts.get(key) ?? 0) + 1;
  counts.set(key, n);
  return n;
}

const UNSPECIFIED: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
