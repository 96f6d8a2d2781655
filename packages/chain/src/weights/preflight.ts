import type { Hotkey } from '@bettertherapy/core';
import { ChainErrorCode, chainError } from '../errors.js';
import { epochItems, parseEpochState } from '../reads/epoch.js';
import { mechanismIndex } from '../reads/mechanism.js';
import { type BlockView, item } from '../reads/view.js';
import { type Plain, parse } from '../runtime/index.js';
import { type Beacon, type EpochState, QUICKNET } from '../timelock/index.js';
import { bad, type WeightVector } from './weightVector.js';

const PALLET = 'SubtensorModule';

/** All that decides how, and whether, weights can be set now; read at one block in one request. */
export interface WeightsState {
  readonly block: number;
  readonly netuid: number;
  readonly neurons: number;
  readonly uid: number | null;
  readonly isOwner: boolean;
  readonly permit: boolean;
  /** 0 means never: the rate limit does not apply. */
  readonly lastUpdate: number;
  readonly rateLimit: number;
  readonly versionKey: bigint;
  readonly minWeights: number;
  readonly maxShare: number;
  readonly stakeThreshold: bigint;
  readonly commitReveal: boolean;
  readonly commitVersion: number;
  readonly revealPeriod: number;
  readonly epoch: EpochState;
  /** The beacon that the chain names; quicknet when it names none. */
  readonly beacon: Beacon;
  readonly lastStoredRound: number;
  /** Unix time of the block in ms; null when the chain does not say. */
  readonly timestampMs: number | null;
}

export async function readWeightsState(
  view: BlockView,
  netuid: number,
  mecid: number,
  hotkey: Hotkey,
): Promise<WeightsState> {
  const mechanism = mechanismIndex(netuid, mecid);
  const {
    exists,
    uid: rawUid,
    ...found
  } = await view.read({
    ...epochItems(netuid),
    exists: item(PALLET, 'NetworksAdded', netuid),
    neurons: item(PALLET, 'SubnetworkN', netuid),
    uid: item(PALLET, 'Uids', netuid, hotkey),
    owner: item(PALLET, 'SubnetOwnerHotkey', netuid),
    permits: item(PALLET, 'ValidatorPermit', netuid),
    updates: item(PALLET, 'LastUpdate', mechanism),
    rateLimit: item(PALLET, 'WeightsSetRateLimit', netuid),
    versionKey: item(PALLET, 'WeightsVersionKey', netuid),
    minWeights: item(PALLET, 'MinAllowedWeights', netuid),
    maxShare: item(PALLET, 'MaxWeightsLimit', netuid),
    stakeThreshold: item(PALLET, 'StakeThreshold'),
    commitReveal: item(PALLET, 'CommitRevealWeightsEnabled', netuid),
    commitVersion: item(PALLET, 'CommitRevealWeightsVersion'),
    revealPeriod: item(PALLET, 'RevealPeriodEpochs', netuid),
    beacon: item('Drand', 'BeaconConfig'),
    lastStoredRound: item('Drand', 'LastStoredRound'),
    timestamp: item('Timestamp', 'Now'),
  });
  if (exists === false) {
    throw chainError(ChainErrorCode.SubnetMissing, `there is no subnet ${netuid}`, {
      remedy: 'Check --netuid and --subtensor.network.',
      details: { netuid },
    });
  }
  const uid = rawUid === null || rawUid === undefined ? null : parse.intOf(rawUid, 'uid');
  const updates = parse.listOf(found.updates, 'last updates');
  return {
    block: view.block,
    netuid,
    neurons: parse.intOf(found.neurons, 'neurons'),
    uid,
    isOwner: found.owner === hotkey,
    permit: uid !== null && parse.listOf(found.permits, 'permits')[uid] === true,
    lastUpdate: uid === null ? 0 : parse.blocksOf(updates[uid] ?? 0n, 'last update'),
    rateLimit: parse.blocksOf(found.rateLimit, 'rate limit'),
    versionKey: parse.bigOf(found.versionKey, 'version key'),
    minWeights: parse.intOf(found.minWeights, 'min weights'),
    maxShare: parse.intOf(found.maxShare ?? 65_535n, 'max weight'),
    stakeThreshold: parse.bigOf(found.stakeThreshold ?? 0n, 'stake threshold'),
    commitReveal: found.commitReveal === true,
    commitVersion: parse.intOf(found.commitVersion ?? 4n, 'commit version'),
    revealPeriod: parse.blocksOf(found.revealPeriod ?? 1n, 'reveal period'),
    epoch: parseEpochState(found, { netuid, block: view.block }),
    beacon: parseBeacon(found.beacon),
    lastStoredRound: parse.intOf(found.lastStoredRound ?? 0n, 'last stored round'),
    timestampMs: found.timestamp === undefined ? null : parse.intOf(found.timestamp, 'timestamp'),
  };
}

function parseBeacon(value: Plain | undefined): Beacon {
  if (value === undefined || value === null) return QUICKNET;
  const config = parse.recordOf(value, 'beacon');
  return {
    publicKey: parse.bytesOf(config.publicKey, 'beacon key'),
    genesisTime: parse.intOf(config.genesisTime, 'beacon genesis'),
    periodSeconds: parse.intOf(config.period, 'beacon period'),
  };
}

/** Blocks until the rate limit allows the next set; 0 when it does now. The set lands in the next block. */
export function blocksLeft(state: Pick<WeightsState, 'block' | 'lastUpdate' | 'rateLimit'>): number {
  if (state.lastUpdate === 0) return 0;
  return Math.max(0, state.lastUpdate + state.rateLimit - (state.block + 1));
}

/**
 * Refuses, before anything is sent, what the chain would refuse, in the order in which the chain checks.
 * `stakeWeight` is only asked for when the network has a threshold.
 * @throws CodedError CHAIN_NOT_REGISTERED, CHAIN_WEIGHTS_STAKE_TOO_LOW, CHAIN_WEIGHTS_VERSION,
 * CHAIN_WEIGHTS_TOO_SOON (`details.blocksLeft`), CHAIN_NO_PERMIT, CHAIN_BAD_WEIGHTS, CHAIN_TOO_FEW_WEIGHTS
 */
export async function checkAllowed(
  state: WeightsState,
  vector: WeightVector,
  versionKey: bigint,
  stakeWeight: (uid: number) => Promise<bigint>,
): Promise<void> {
  const { netuid, uid } = state;
  const refuse = (code: ChainErrorCode, message: string, remedy: string, details: object = {}): never => {
    throw chainError(code, message, { remedy, details: { netuid, block: state.block, ...details } });
  };
  if (uid === null) {
    return refuse(
      ChainErrorCode.NotRegistered,
      `the hotkey is not registered on subnet ${netuid}`,
      'Register the hotkey first: `pnpm bt subnet register`.',
    );
  }
  if (vector.uids.length > state.neurons) throw bad(`${vector.uids.length} weights for ${state.neurons} neurons`);
  if (state.stakeThreshold > 0n && !state.isOwner) {
    const stake = await stakeWeight(uid);
    if (stake < state.stakeThreshold) {
      refuse(
        ChainErrorCode.WeightsStakeTooLow,
        `stake weight ${stake} is below the threshold ${state.stakeThreshold}`,
        'Add stake to the hotkey: `pnpm bt stake add`.',
        { stake: String(stake), threshold: String(state.stakeThreshold) },
      );
    }
  }
  if (state.versionKey !== 0n && versionKey < state.versionKey) {
    refuse(
      ChainErrorCode.WeightsVersion,
      `the subnet requires weights version ${state.versionKey}, this is ${versionKey}`,
      'Update the validator.',
      { required: String(state.versionKey), have: String(versionKey) },
    );
  }
  const left = blocksLeft(state);
  if (left > 0) {
    refuse(
      ChainErrorCode.WeightsTooSoon,
      `weights were set at block ${state.lastUpdate}; ${left} blocks are left of the rate limit`,
      'Nothing to do: the validator sets them when the limit has passed.',
      { blocksLeft: left, lastUpdate: state.lastUpdate, rateLimit: state.rateLimit },
    );
  }
  const onlySelf = vector.uids.length === 1 && vector.uids[0] === uid;
  if (!state.permit && !state.isOwner && !onlySelf) {
    refuse(
      ChainErrorCode.NoPermit,
      `the hotkey has no validator permit on subnet ${netuid}`,
      'Add stake to the hotkey and wait an epoch: permits go to the validators with most stake.',
      { uid },
    );
  }
  const stranger = vector.uids.find((target) => target >= state.neurons);
  if (stranger !== undefined) throw bad(`there is no uid ${stranger}`, { uid: stranger, neurons: state.neurons });
  const needed = Math.min(state.minWeights, state.neurons);
  if (vector.uids.length < needed && !onlySelf) {
    refuse(
      ChainErrorCode.TooFewWeights,
      `${vector.uids.length} weights are fewer than the subnet's minimum of ${needed}`,
      'Wait until more miners have earned a weight.',
      { count: vector.uids.length, needed },
    );
  }
  const sum = vector.values.reduce((total, value) => total + value, 0);
  const largest = Math.max(...vector.values);
  if (state.maxShare < 65_535 && !onlySelf && largest / sum > state.maxShare / 65_535) {
    throw bad(
      `one weight has ${Math.round((largest / sum) * 100)} % of all, the subnet allows ${Math.round(state.maxShare / 655.35)} %`,
    );
  }
}
