import { BlockList, isIP } from 'node:net';
import type { MetagraphNeuron } from '@bettertherapy/chain';
import type { Hotkey } from '@bettertherapy/core';
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

/** Ranges that are not routed on the internet (RFC 6890 and successors). */
const NOT_PUBLIC = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  NOT_PUBLIC.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  NOT_PUBLIC.addSubnet(net, prefix, 'ipv6');
}

/** True for an address that is routed on the internet. */
export function isPublicAddress(ip: string): boolean {
  const family = isIP(ip);
  return family !== 0 && !NOT_PUBLIC.check(ip, family === 6 ? 'ipv6' : 'ipv4');
}
