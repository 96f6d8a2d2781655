import { drandStorage } from '../../pallets/drand.js';
import { S, subtensorCalls, subtensorEvents } from '../../pallets/subtensor/index.js';
import { accountId, encodeWith, type Hex, toHex, tuple, u16, u64, vec } from '../../scale/index.js';
import { blake2_256, type StateView } from '../../state/index.js';
import { type CallContext, type Dispatcher, signedBy } from '../call.js';
import { subtensorFault } from '../faults.js';
import { epochDue, mechanismIndex } from './facts.js';
import { attempt, ensureMechanism, passesWeightsRate, storeWeights, touch, type WeightVector } from './weights.js';

/** Commits of one hotkey that may wait for their reveal. */
const MAX_WAITING = 10;
/** The only format of timelocked commits that the chain opens. */
export const TIMELOCK_VERSION = 4;

type Commit = readonly [hash: Hex, epoch: number, block: number, unused: number];

/** The epoch a transaction of this block belongs to. */
export function currentEpoch(view: StateView, netuid: number, block: number): number {
  const due = epochDue(view, netuid, block, S.BlocksSinceLastStep.get(view, netuid));
  return S.SubnetEpochIndex.get(view, netuid) + (due ? 1 : 0);
}

/** Commits that can still be revealed. */
function waitingCommits(view: StateView, netuid: number, mi: number, hotkey: Hex, epoch: number): Commit[] {
  const period = S.RevealPeriodEpochs.get(view, netuid);
  return (S.WeightCommits.get(view, mi, hotkey) ?? []).filter(([, committed]) => committed + period >= epoch);
}

/** The block of the oldest commit of a validator that is still to be revealed. */
export function earliestCommitBlock(view: StateView, netuid: number, mi: number, hotkey: Hex): number | null {
  const epoch = S.SubnetEpochIndex.get(view, netuid);
  const period = S.RevealPeriodEpochs.get(view, netuid);
  const blocks = waitingCommits(view, netuid, mi, hotkey, epoch).map(([, , block]) => block);
  for (const [[, committed], commits] of S.TimelockedWeightCommits.entries(view, mi)) {
    if (committed + period < epoch) continue;
    for (const [who, block] of commits) if (who === hotkey) blocks.push(block);
  }
  return blocks.length === 0 ? null : Math.min(...blocks);
}

/** Checks that hold for both kinds of commit. */
function checkCommit(call: CallContext, netuid: number, mecid: number): { hotkey: Hex; mi: number; uid: number } {
  const hotkey = signedBy(call);
  ensureMechanism(call.state, netuid, mecid);
  if (!S.CommitRevealWeightsEnabled.get(call.state, netuid)) throw subtensorFault('CommitRevealDisabled');
  const uid = S.Uids.get(call.state, netuid, hotkey);
  if (uid === null) throw subtensorFault('HotKeyNotRegisteredInSubNet');
  const mi = mechanismIndex(netuid, mecid);
  if (!passesWeightsRate(call.state, netuid, mi, uid, call.block)) throw subtensorFault('CommittingWeightsTooFast');
  return { hotkey, mi, uid };
}

function commitHash(call: CallContext, netuid: number, mecid: number, hash: Hex): void {
  const { hotkey, mi, uid } = checkCommit(call, netuid, mecid);
  const epoch = currentEpoch(call.state, netuid, call.block);
  const waiting = waitingCommits(call.state, netuid, mi, hotkey, epoch);
  if (waiting.length >= MAX_WAITING) throw subtensorFault('TooManyUnrevealedCommits');
  S.WeightCommits.set(call.state, mi, hotkey, [...waiting.map(copy), [hash, epoch, call.block, 0]]);
  touch(call, mi, uid);
  call.events.emit(subtensorEvents.WeightsCommitted, [hotkey, mi, hash]);
}

function copy([hash, epoch, block, unused]: Commit): [Hex, number, number, number] {
  return [hash, epoch, block, unused];
}

const committedForm = tuple(accountId, u16, vec(u16), vec(u16), vec(u16), u64);

/** What `commit_weights` is given: the hash of the weights with a salt. */
export function weightsHash(hotkey: Hex, mi: number, weights: WeightVector, salt: readonly number[]): Hex {
  const { uids, values, versionKey } = weights;
  return toHex(blake2_256(encodeWith(committedForm, [hotkey, mi, [...uids], [...values], [...salt], versionKey])));
}

function reveal(call: CallContext, weights: WeightVector, salt: readonly number[]): void {
  const hotkey = signedBy(call);
  const { netuid, mecid } = weights;
  ensureMechanism(call.state, netuid, mecid);
  if (!S.CommitRevealWeightsEnabled.get(call.state, netuid)) throw subtensorFault('CommitRevealDisabled');
  const mi = mechanismIndex(netuid, mecid);
  const commits = S.WeightCommits.get(call.state, mi, hotkey) ?? [];
  if (commits.length === 0) throw subtensorFault('NoWeightsCommitFound');
  const hash = weightsHash(hotkey, mi, weights, salt);
  const position = commits.findIndex(([committed]) => committed === hash);
  const commit = commits[position];
  if (commit === undefined) throw subtensorFault('InvalidRevealCommitHashNotMatch');
  const epoch = currentEpoch(call.state, netuid, call.block);
  const opens = commit[1] + S.RevealPeriodEpochs.get(call.state, netuid);
  if (epoch < opens) throw subtensorFault('RevealTooEarly');
  if (epoch > opens) throw subtensorFault('ExpiredWeightCommit');
  // Older commits are void once a younger one is revealed.
  const rest = commits.slice(position + 1);
  S.WeightCommits.set(call.state, mi, hotkey, rest.length === 0 ? null : rest);
  storeWeights(call, hotkey, weights, 'reveal');
  call.events.emit(subtensorEvents.WeightsRevealed, [hotkey, mi, hash]);
}

interface Timelocked {
  readonly netuid: number;
  readonly mecid: number;
  readonly commit: Uint8Array;
  readonly round: number;
  readonly version: number;
}

function commitTimelocked(call: CallContext, args: Timelocked): void {
  const { hotkey, mi, uid } = checkCommit(call, args.netuid, args.mecid);
  if (args.version !== TIMELOCK_VERSION) throw subtensorFault('IncorrectCommitRevealVersion');
  if (args.round < drandStorage.LastStoredRound.get(call.state)) throw subtensorFault('InvalidRevealRound');
  const epoch = currentEpoch(call.state, args.netuid, call.block);
  const commits = S.TimelockedWeightCommits.get(call.state, mi, epoch);
  if (commits.filter(([who]) => who === hotkey).length >= MAX_WAITING) throw subtensorFault('TooManyUnrevealedCommits');
  S.TimelockedWeightCommits.set(call.state, mi, epoch, [...commits, [hotkey, call.block, args.commit, args.round]]);
  touch(call, mi, uid);
  const hash = toHex(blake2_256(args.commit));
  call.events.emit(subtensorEvents.TimelockedWeightsCommitted, [hotkey, mi, hash, args.round]);
}

/** Runs the items of a batch one by one; a refused item leaves an event and the batch goes on. */
function batch(call: CallContext, netuids: readonly number[], run: (netuid: number, index: number) => void): void {
  const hotkey = signedBy(call);
  let failures = 0;
  for (const [i, netuid] of netuids.entries()) {
    const error = attempt(() => run(netuid, i));
    if (error !== null) call.events.emit(subtensorEvents.BatchWeightItemFailed, [netuid, error]);
    failures += error === null ? 0 : 1;
  }
  if (failures > 0) call.events.emit(subtensorEvents.BatchCompletedWithErrors, []);
  else call.events.emit(subtensorEvents.BatchWeightsCompleted, [[...netuids], hotkey]);
}

/** Reveals of one subnet, all or nothing. */
function batchReveal(
  call: CallContext,
  args: {
    readonly netuid: number;
    readonly uids_list: readonly (readonly number[])[];
    readonly values_list: readonly (readonly number[])[];
    readonly salts_list: readonly (readonly number[])[];
    readonly version_keys: readonly bigint[];
  },
): void {
  const { netuid, uids_list, values_list, salts_list, version_keys } = args;
  const lengths = new Set([uids_list.length, values_list.length, salts_list.length, version_keys.length]);
  if (lengths.size !== 1) throw subtensorFault('InputLengthsUnequal');
  for (const [i, uids] of uids_list.entries()) {
    const weights = { netuid, mecid: 0, uids, values: values_list[i] ?? [], versionKey: version_keys[i] ?? 0n };
    reveal(call, weights, salts_list[i] ?? []);
  }
}

export function registerCommits(dispatcher: Dispatcher): void {
  dispatcher.on(subtensorCalls.commit_weights, (call, args) => commitHash(call, args.netuid, 0, args.commit_hash));
  dispatcher.on(subtensorCalls.commit_mechanism_weights, (call, args) =>
    commitHash(call, args.netuid, args.mecid, args.commit_hash),
  );
  dispatcher.on(subtensorCalls.batch_commit_weights, (call, { netuids, commit_hashes }) => {
    if (netuids.length !== commit_hashes.length) throw subtensorFault('InputLengthsUnequal');
    batch(call, netuids, (netuid, i) => commitHash(call, netuid, 0, commit_hashes[i] ?? '0x'));
  });
  dispatcher.on(subtensorCalls.reveal_weights, (call, { netuid, uids, values, salt, version_key }) =>
    reveal(call, { netuid, mecid: 0, uids, values, versionKey: version_key }, salt),
  );
  dispatcher.on(subtensorCalls.reveal_mechanism_weights, (call, { netuid, mecid, uids, values, salt, version_key }) =>
    reveal(call, { netuid, mecid, uids, values, versionKey: version_key }, salt),
  );
  dispatcher.on(subtensorCalls.batch_reveal_weights, (call, args) => batchReveal(call, args));
  dispatcher.on(subtensorCalls.commit_timelocked_weights, (call, args) =>
    commitTimelocked(call, {
      netuid: args.netuid,
      mecid: 0,
      commit: args.commit,
      round: args.reveal_round,
      version: args.commit_reveal_version,
    }),
  );
  dispatcher.on(subtensorCalls.commit_timelocked_mechanism_weights, (call, args) =>
    commitTimelocked(call, {
      netuid: args.netuid,
      mecid: args.mecid,
      commit: args.commit,
      round: args.reveal_round,
      version: args.commit_reveal_version,
    }),
  );
  dispatcher.on(subtensorCalls.commit_crv3_mechanism_weights, (call, args) =>
    commitTimelocked(call, {
      netuid: args.netuid,
      mecid: args.mecid,
      commit: args.commit,
      round: args.reveal_round,
      version: TIMELOCK_VERSION,
    }),
  );
}
