import { neuronApi, stakeApi } from '../../pallets/apis.js';
import { S } from '../../pallets/subtensor/index.js';
import type { Hex } from '../../scale/index.js';
import type { StateView } from '../../state/index.js';
import type { AxonInfo, NeuronInfo, NeuronInfoLite, PrometheusInfo, StakeInfo } from '../../types/index.js';
import { alphaStake } from '../subtensor/facts.js';
import { alphaOf } from '../subtensor/stake.js';
import type { ApiTable } from './table.js';

/** What a neuron that does not serve reads as. */
export const NO_AXON: AxonInfo = {
  block: 0,
  version: 0,
  ip: 0n,
  port: 0,
  ip_type: 0,
  protocol: 0,
  placeholder1: 0,
  placeholder2: 0,
};
const NO_PROMETHEUS: PrometheusInfo = { block: 0, version: 0, ip: 0n, port: 0, ip_type: 0 };

function describeNeurons(view: StateView, netuid: number, uids: readonly number[]): NeuronInfoLite[] {
  const active = S.Active.get(view, netuid);
  const emission = S.Emission.get(view, netuid);
  const incentive = S.Incentive.get(view, netuid);
  const consensus = S.Consensus.get(view, netuid);
  const trust = S.ValidatorTrust.get(view, netuid);
  const dividends = S.Dividends.get(view, netuid);
  const lastUpdate = S.LastUpdate.get(view, netuid);
  const permits = S.ValidatorPermit.get(view, netuid);
  return uids.map((uid) => {
    const hotkey = S.Keys.get(view, netuid, uid);
    const coldkey = S.Owner.get(view, hotkey);
    return {
      hotkey,
      coldkey,
      uid,
      netuid,
      active: active[uid] ?? false,
      axon_info: S.Axons.get(view, netuid, hotkey) ?? NO_AXON,
      prometheus_info: S.Prometheus.get(view, netuid, hotkey) ?? NO_PROMETHEUS,
      stake: [[coldkey, alphaStake(view, hotkey, netuid)]],
      rank: 0,
      emission: emission[uid] ?? 0n,
      incentive: incentive[uid] ?? 0,
      consensus: consensus[uid] ?? 0,
      trust: 0,
      validator_trust: trust[uid] ?? 0,
      dividends: dividends[uid] ?? 0,
      last_update: lastUpdate[uid] ?? 0,
      validator_permit: permits[uid] ?? false,
      pruning_score: 0,
    };
  });
}

function withRows(view: StateView, netuid: number, info: NeuronInfoLite): NeuronInfo {
  return { ...info, weights: S.Weights.get(view, netuid, info.uid), bonds: S.Bonds.get(view, netuid, info.uid) };
}

function uidsOf(view: StateView, netuid: number): number[] {
  return Array.from({ length: S.SubnetworkN.get(view, netuid) }, (_, uid) => uid);
}

function one(view: StateView, netuid: number, uid: number): NeuronInfoLite | null {
  return uid < S.SubnetworkN.get(view, netuid) ? (describeNeurons(view, netuid, [uid])[0] ?? null) : null;
}

function stakeInfoOf(view: StateView, hotkey: Hex, coldkey: Hex, netuid: number): StakeInfo {
  const uid = S.Uids.get(view, netuid, hotkey);
  return {
    hotkey,
    coldkey,
    netuid,
    stake: alphaOf(view, hotkey, coldkey, netuid),
    locked: 0n,
    emission: uid === null ? 0n : (S.Emission.get(view, netuid)[uid] ?? 0n),
    tao_emission: 0n,
    drain: 0n,
    is_registered: uid !== null,
  };
}

/** Every stake of a coldkey, on every subnet where it has some. */
function stakesOf(view: StateView, coldkey: Hex): StakeInfo[] {
  const netuids = S.NetworksAdded.entries(view).map(([[netuid]]) => netuid);
  return S.StakingHotkeys.get(view, coldkey)
    .flatMap((hotkey) => netuids.map((netuid) => stakeInfoOf(view, hotkey, coldkey, netuid)))
    .filter((info) => info.stake > 0n);
}

export function registerNeuronApis(table: ApiTable): void {
  table.on(neuronApi, 'get_neurons_lite', ({ view }, { netuid }) =>
    describeNeurons(view, netuid, uidsOf(view, netuid)),
  );
  table.on(neuronApi, 'get_neuron_lite', ({ view }, { netuid, uid }) => one(view, netuid, uid));
  table.on(neuronApi, 'get_neurons', ({ view }, { netuid }) =>
    describeNeurons(view, netuid, uidsOf(view, netuid)).map((info) => withRows(view, netuid, info)),
  );
  table.on(neuronApi, 'get_neuron', ({ view }, { netuid, uid }) => {
    const info = one(view, netuid, uid);
    return info === null ? null : withRows(view, netuid, info);
  });
  table.on(stakeApi, 'get_stake_info_for_coldkey', ({ view }, { coldkey_account }) => stakesOf(view, coldkey_account));
  table.on(stakeApi, 'get_stake_info_for_coldkeys', ({ view }, { coldkey_accounts }) =>
    coldkey_accounts.map((coldkey) => [coldkey, stakesOf(view, coldkey)]),
  );
  table.on(stakeApi, 'get_stake_info_for_hotkey_coldkey_netuid', ({ view }, args) =>
    stakeInfoOf(view, args.hotkey_account, args.coldkey_account, args.netuid),
  );
  table.on(stakeApi, 'get_stake_fee', () => 0n);
}
