import { S, subtensorCalls, subtensorEvents } from '../../pallets/subtensor/index.js';
import type { Hex } from '../../scale/index.js';
import type { StateView } from '../../state/index.js';
import type { DispatchError } from '../../types/index.js';
import { type CallContext, type Dispatcher, signedBy } from '../call.js';
import { DispatchFault, subtensorFault } from '../faults.js';
import { isOwnerHotkey, mechanismIndex, meetsStakeThreshold, ROOT } from './facts.js';

export interface WeightVector {
  readonly netuid: number;
  readonly mecid: number;
  readonly uids: readonly number[];
  readonly values: readonly number[];
  readonly versionKey: bigint;
}

const U16_TOP = 65_535;

/** A set or commit is allowed when the last one is a full rate limit away, or there was none. */
export function passesWeightsRate(view: StateView, netuid: number, mi: number, uid: number, block: number): boolean {
  const last = S.LastUpdate.get(view, mi)[uid] ?? 0;
  return last === 0 || block - last >= S.WeightsSetRateLimit.get(view, netuid);
}

/** The largest value becomes 65535. */
function maxUpscale(values: readonly number[]): number[] {
  const top = Math.max(0, ...values);
  return top === 0 ? [...values] : values.map((value) => Math.floor((value * U16_TOP) / top));
}

/** @throws DispatchFault MechanismDoesNotExist */
export function ensureMechanism(view: StateView, netuid: number, mecid: number): void {
  if (!S.NetworksAdded.get(view, netuid) || mecid >= S.MechanismCountCurrent.get(view, netuid)) {
    throw subtensorFault('MechanismDoesNotExist');
  }
}

/**
 * Checks and stores a weight vector, in the runtime's order of checks. A revealed vector was rate-limited when it was
 * committed, so a reveal neither checks nor moves the last update.
 */
export function storeWeights(
  call: Pick<CallContext, 'state' | 'events' | 'block'>,
  hotkey: Hex,
  weights: WeightVector,
  source: 'set' | 'reveal',
): void {
  const { state, block } = call;
  const { netuid, mecid, uids, values } = weights;
  if (netuid === ROOT) throw subtensorFault('CanNotSetRootNetworkWeights');
  if (uids.length !== values.length) throw subtensorFault('WeightVecNotEqualSize');
  ensureMechanism(state, netuid, mecid);
  const n = S.SubnetworkN.get(state, netuid);
  if (uids.length > n) throw subtensorFault('UidsLengthExceedUidsInSubNet');
  const uid = S.Uids.get(state, netuid, hotkey);
  if (uid === null) throw subtensorFault('HotKeyNotRegisteredInSubNet');
  if (!meetsStakeThreshold(state, hotkey, netuid)) throw subtensorFault('NotEnoughStakeToSetWeights');
  const versionKey = S.WeightsVersionKey.get(state, netuid);
  if (versionKey !== 0n && weights.versionKey < versionKey) throw subtensorFault('IncorrectWeightVersionKey');
  const mi = mechanismIndex(netuid, mecid);
  if (source === 'set' && !passesWeightsRate(state, netuid, mi, uid, block)) {
    throw subtensorFault('SettingWeightsTooFast');
  }
  const ownUidOnly = uids.length === 1 && uids[0] === uid;
  const permitted = S.ValidatorPermit.get(state, netuid)[uid] ?? false;
  if (!permitted && !ownUidOnly && !isOwnerHotkey(state, hotkey, netuid)) {
    throw subtensorFault('NeuronNoValidatorPermit');
  }
  if (new Set(uids).size !== uids.length) throw subtensorFault('DuplicateUids');
  if (uids.some((target) => target >= n)) throw subtensorFault('UidVecContainInvalidOne');
  if (!ownUidOnly && uids.length < Math.min(n, S.MinAllowedWeights.get(state, netuid))) {
    throw subtensorFault('WeightVecLengthIsLow');
  }
  const sum = values.reduce((total, value) => total + value, 0);
  const limit = S.MaxWeightsLimit.get(state, netuid);
  const tooLarge = sum > 0 && Math.max(...values) / sum > limit / U16_TOP;
  if (!ownUidOnly && limit < U16_TOP && tooLarge) throw subtensorFault('MaxWeightExceeded');
  const upscaled = maxUpscale(values);
  S.Weights.set(
    state,
    mi,
    uid,
    uids.map((target, i) => [target, upscaled[i] ?? 0]),
  );
  if (source === 'set') touch(call, mi, uid);
  call.events.emit(subtensorEvents.WeightsSet, [mi, uid]);
}

/** Moves the last update of a neuron to this block. */
export function touch(call: Pick<CallContext, 'state' | 'block'>, mi: number, uid: number): void {
  S.LastUpdate.update(call.state, mi, (list) => list.map((old, i) => (i === uid ? call.block : old)));
}

function setWeights(call: CallContext, weights: WeightVector): void {
  const hotkey = signedBy(call);
  if (S.CommitRevealWeightsEnabled.get(call.state, weights.netuid)) throw subtensorFault('CommitRevealEnabled');
  storeWeights(call, hotkey, weights, 'set');
}

type Pairs = readonly (readonly [number, number])[];

/** Each subnet's weights are set or refused on their own; the batch itself succeeds. */
function batchSetWeights(
  call: CallContext,
  netuids: readonly number[],
  weights: readonly Pairs[],
  versionKeys: readonly bigint[],
): void {
  const hotkey = signedBy(call);
  if (netuids.length !== weights.length || netuids.length !== versionKeys.length) {
    throw subtensorFault('InputLengthsUnequal');
  }
  let failures = 0;
  for (const [i, netuid] of netuids.entries()) {
    const pairs = weights[i] ?? [];
    const vector = {
      netuid,
      mecid: 0,
      uids: pairs.map(([uid]) => uid),
      values: pairs.map(([, value]) => value),
      versionKey: versionKeys[i] ?? 0n,
    };
    const error = attempt(() => setWeights(call, vector));
    if (error !== null) call.events.emit(subtensorEvents.BatchWeightItemFailed, [netuid, error]);
    failures += error === null ? 0 : 1;
  }
  if (failures > 0) call.events.emit(subtensorEvents.BatchCompletedWithErrors, []);
  else call.events.emit(subtensorEvents.BatchWeightsCompleted, [[...netuids], hotkey]);
}

/** Runs one item of a batch. Its checks all come before its writes, so nothing is left of a refused one. */
export function attempt(run: () => void): DispatchError | null {
  try {
    run();
    return null;
  } catch (fault) {
    if (fault instanceof DispatchFault) return fault.error;
    throw fault;
  }
}

export function registerWeights(dispatcher: Dispatcher): void {
  dispatcher.on(subtensorCalls.set_weights, (call, args) =>
    setWeights(call, {
      netuid: args.netuid,
      mecid: 0,
      uids: args.dests,
      values: args.weights,
      versionKey: args.version_key,
    }),
  );
  dispatcher.on(subtensorCalls.set_mechanism_weights, (call, args) =>
    setWeights(call, {
      netuid: args.netuid,
      mecid: args.mecid,
      uids: args.dests,
      values: args.weights,
      versionKey: args.version_key,
    }),
  );
  dispatcher.on(subtensorCalls.batch_set_weights, (call, args) =>
    batchSetWeights(call, args.netuids, args.weights, args.version_keys),
  );
}
