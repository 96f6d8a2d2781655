import { S } from '../../pallets/subtensor/index.js';
import type { Hex } from '../../scale/index.js';
import type { MutableState, StateView } from '../../state/index.js';
import {
  runYuma,
  type SparseRow,
  toU16,
  type YumaNeuron,
  type YumaParameters,
  type YumaResult,
} from '../../yuma/index.js';
import { earliestCommitBlock } from './commits.js';
import { activityCutoff, isOwnerHotkey, mechanismIndex, meetsStakeThreshold, stakeWeight } from './facts.js';

const U16_TOP = 65_535;
const MILLION = 1_000_000;

/** What one neuron earned in an epoch, in rao of alpha. */
export interface Earning {
  readonly uid: number;
  readonly hotkey: Hex;
  readonly server: bigint;
  readonly validator: bigint;
}

function parametersOf(view: StateView, netuid: number, block: number): YumaParameters {
  const [low, high] = S.AlphaValues.get(view, netuid);
  const liquid = S.LiquidAlphaOn.get(view, netuid);
  const steepness = S.AlphaSigmoidSteepness.get(view, netuid);
  return {
    block,
    lastStep: S.LastMechansimStepBlock.get(view, netuid),
    tempo: S.Tempo.get(view, netuid),
    activityCutoff: activityCutoff(view, netuid),
    kappa: S.Kappa.get(view, netuid) / U16_TOP,
    maxValidators: S.MaxAllowedValidators.get(view, netuid),
    bondsPenalty: S.BondsPenalty.get(view, netuid) / U16_TOP,
    bondsAlpha: 1 - S.BondsMovingAverage.get(view, netuid) / MILLION,
    version: S.Yuma3On.get(view, netuid) ? 3 : 2,
    liquidAlpha: liquid ? { low: low / U16_TOP, high: high / U16_TOP, steepness } : null,
  };
}

function neuronsOf(view: StateView, netuid: number, mi: number): { hotkeys: Hex[]; neurons: YumaNeuron[] } {
  const n = S.SubnetworkN.get(view, netuid);
  const permits = S.ValidatorPermit.get(view, netuid);
  const lastUpdate = S.LastUpdate.get(view, mi);
  const hidden = S.CommitRevealWeightsEnabled.get(view, netuid);
  const hotkeys = Array.from({ length: n }, (_, uid) => S.Keys.get(view, netuid, uid));
  const neurons = hotkeys.map(
    (hotkey, uid): YumaNeuron => ({
      stake: Number(stakeWeight(view, hotkey, netuid)),
      meetsThreshold: meetsStakeThreshold(view, hotkey, netuid),
      isOwner: isOwnerHotkey(view, hotkey, netuid),
      permit: permits[uid] ?? false,
      lastUpdate: lastUpdate[uid] ?? 0,
      registeredAt: S.BlockAtRegistration.get(view, netuid, uid),
      earliestCommit: hidden ? earliestCommitBlock(view, netuid, mi, hotkey) : null,
      weights: S.Weights.get(view, mi, uid),
      bonds: S.Bonds.get(view, mi, uid),
    }),
  );
  return { hotkeys, neurons };
}

/** Shares of the pot per mechanism, summing to 1. */
function mechanismSplit(view: StateView, netuid: number): number[] {
  const count = S.MechanismCountCurrent.get(view, netuid);
  const split = S.MechanismEmissionSplit.get(view, netuid) ?? [];
  const sum = split.slice(0, count).reduce((total, part) => total + part, 0);
  return Array.from({ length: count }, (_, i) => (sum > 0 ? (split[i] ?? 0) / sum : 1 / count));
}

function rao(pot: bigint, share: number): bigint {
  return BigInt(Math.floor(Number(pot) * share));
}

/** Runs the consensus of every mechanism of a subnet, stores its results and says what each neuron earned of the pot. */
export function runEpoch(state: MutableState, netuid: number, block: number, pot: bigint): Earning[] {
  const split = mechanismSplit(state, netuid);
  const parameters = parametersOf(state, netuid, block);
  const results: YumaResult[] = [];
  let earnings: Earning[] = [];
  for (const [mecid, part] of split.entries()) {
    const mi = mechanismIndex(netuid, mecid);
    const { hotkeys, neurons } = neuronsOf(state, netuid, mi);
    const result = runYuma(neurons, parameters);
    results.push(result);
    S.Incentive.set(state, mi, result.incentive.map(toU16));
    storeBonds(state, mi, result.bonds);
    const share = rao(pot, part);
    earnings = hotkeys.map((hotkey, uid) => ({
      uid,
      hotkey,
      server: (earnings[uid]?.server ?? 0n) + rao(share, result.serverShare[uid] ?? 0),
      validator: (earnings[uid]?.validator ?? 0n) + rao(share, result.validatorShare[uid] ?? 0),
    }));
  }
  storeScores(state, netuid, results, split);
  S.Emission.set(
    state,
    netuid,
    earnings.map(({ server, validator }) => server + validator),
  );
  return earnings;
}

function storeBonds(state: MutableState, mi: number, rows: readonly SparseRow[]): void {
  for (const [uid, row] of rows.entries()) {
    if (row.length > 0) {
      S.Bonds.set(
        state,
        mi,
        uid,
        row.map(([target, value]) => [target, value]),
      );
    } else if (S.Bonds.has(state, mi, uid)) S.Bonds.remove(state, mi, uid);
  }
}

/** Scores that are kept per subnet are averaged over its mechanisms by their share of the pot. */
function storeScores(
  state: MutableState,
  netuid: number,
  results: readonly YumaResult[],
  split: readonly number[],
): void {
  const [first] = results;
  if (first === undefined) return;
  const averaged = (of: (result: YumaResult) => readonly number[]): number[] =>
    first.active.map((_, uid) =>
      toU16(results.reduce((total, result, m) => total + (split[m] ?? 0) * (of(result)[uid] ?? 0), 0)),
    );
  S.Active.set(state, netuid, [...first.active]);
  S.Consensus.set(
    state,
    netuid,
    averaged((result) => result.consensus),
  );
  S.Dividends.set(
    state,
    netuid,
    averaged((result) => result.dividends),
  );
  S.ValidatorTrust.set(
    state,
    netuid,
    averaged((result) => result.validatorTrust),
  );
  S.StakeWeight.set(state, netuid, first.stake.map(toU16));
  S.ValidatorPermit.set(state, netuid, [...first.permits]);
}
