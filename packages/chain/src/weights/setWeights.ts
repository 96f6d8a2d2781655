import type { Hotkey } from '@bettertherapy/core';
import type { Signer } from '@bettertherapy/wallet';
import { u8aToHex } from '@polkadot/util';
import { ChainErrorCode, hasChainCode } from '../errors.js';
import { readMetagraphStake } from '../reads/metagraph.js';
import { type BlockView, viewHead } from '../reads/view.js';
import {
  type Beacon,
  encodePlaintext,
  epochOfBlock,
  firstRevealBlock,
  sealForRound,
  walkTo,
} from '../timelock/index.js';
import { type SubmitOptions, submit, type TxAccess, type TxOutcome } from '../tx/submit.js';
import { checkAllowed, readWeightsState } from './preflight.js';
import { planReveal, type RevealPlan } from './revealPlan.js';
import { checkTargets, type WeightTarget } from './targets.js';
import { checkVector, type WeightVector } from './weightVector.js';

export interface SetWeightsRequest extends WeightVector {
  readonly netuid: number;
  readonly mecid?: number | undefined;
  readonly versionKey: bigint | number;
  /** Whom each uid is meant for; a uid that has gone to somebody else meanwhile is then not paid. */
  readonly targets?: readonly WeightTarget[] | undefined;
  /** Halves the time until a timelocked commit may be opened, so many times. 0 unless said. */
  readonly haste?: number | undefined;
}

/** How weights went to the chain. */
export interface WeightsOutcome extends TxOutcome {
  readonly mode: 'plain' | 'timelocked';
  /** The beacon round that opens a timelocked commit; null for a plain set. */
  readonly revealRound: number | null;
  /** The block in which the chain reveals it, if its schedule does not change; null for a plain set. */
  readonly revealBlock: number | null;
  /** The epoch that a timelocked commit belongs to; null for a plain set. */
  readonly commitEpoch: number | null;
}

/** How often a switch of commit-reveal between reading and landing is followed. */
const SWITCHES_FOLLOWED = 1;

/**
 * Sets weights the way the subnet asks for at this moment: plainly, or as a timelocked commit when commit-reveal is
 * on. What the chain would refuse is refused before sending.
 * @throws CodedError as {@link checkAllowed} and `submit` do
 */
export async function setWeights(
  access: TxAccess,
  signer: Signer<Hotkey>,
  request: SetWeightsRequest,
  beacon: Partial<Beacon> | null,
  options: SubmitOptions = {},
): Promise<WeightsOutcome> {
  checkVector(request);
  for (let switches = 0; ; switches += 1) {
    try {
      return await setOnce(access, signer, request, beacon, options);
    } catch (error) {
      const switched =
        hasChainCode(error, ChainErrorCode.CommitRevealOn) || hasChainCode(error, ChainErrorCode.CommitRevealOff);
      if (!switched || switches >= SWITCHES_FOLLOWED) throw error;
    }
  }
}

async function setOnce(
  access: TxAccess,
  signer: Signer<Hotkey>,
  request: SetWeightsRequest,
  beacon: Partial<Beacon> | null,
  options: SubmitOptions,
): Promise<WeightsOutcome> {
  const { netuid, mecid = 0, uids, values } = request;
  const versionKey = BigInt(request.versionKey);
  const view = await viewHead(access, { signal: options.signal });
  const state = await readWeightsState(view, netuid, mecid, signer.address);
  await checkAllowed(state, request, versionKey, (uid) => readMetagraphStake(view, netuid, uid));
  if (request.targets) await checkTargets(view, netuid, request.targets);
  if (!state.commitReveal) {
    const outcome = await submit(access, signer, plainCall(view, { netuid, mecid, uids, values, versionKey }), options);
    return { ...outcome, mode: 'plain', revealRound: null, revealBlock: null, commitEpoch: null };
  }
  const plan = planReveal({
    state,
    beacon,
    haste: request.haste ?? 0,
    wallMs: access.parts.clock.wallMs(),
    headAgeMs: view.session.trail.ageMs,
    blockTimeMs: view.session.blockTimeMs,
    log: access.parts.log,
  });
  const plaintext = encodePlaintext({ hotkey: signer.publicKey, uids, values, versionKey });
  const commit = u8aToHex(sealForRound(plaintext, plan.round, plan.beacon));
  const call = commitCall({ netuid, mecid, commit, plan, version: state.commitVersion });
  const outcome = await submit(access, signer, call, options);
  const { blockNumber } = outcome;
  const commitEpoch = epochOfBlock(state.epoch, blockNumber);
  // It may have landed blocks later than planned, in the next epoch even: what is told is from where it landed.
  const revealBlock = firstRevealBlock(walkTo(state.epoch, blockNumber - 1), state.revealPeriod);
  return { ...outcome, mode: 'timelocked', revealRound: plan.round, revealBlock, commitEpoch };
}

type Call = Parameters<typeof submit>[2];

function plainCall(
  view: BlockView,
  args: { netuid: number; mecid: number; uids: readonly number[]; values: readonly number[]; versionKey: bigint },
): Call {
  const { mecid, netuid, uids, values, versionKey } = args;
  const common = { netuid, dests: [...uids], weights: [...values], versionKey };
  const byMechanism = { pallet: 'SubtensorModule', call: 'set_mechanism_weights', args: { ...common, mecid } };
  const direct = { pallet: 'SubtensorModule', call: 'set_weights', args: common };
  return mecid === 0 && !view.runtime.hasCall('SubtensorModule', 'set_mechanism_weights') ? direct : byMechanism;
}

function commitCall(at: { netuid: number; mecid: number; commit: string; plan: RevealPlan; version: number }): Call {
  const { netuid, mecid, commit, plan, version } = at;
  const common = { netuid, commit, revealRound: plan.round };
  const names = ['commit_timelocked_mechanism_weights', 'commit_timelocked_weights', 'commit_crv3_weights'];
  return {
    pallet: 'SubtensorModule',
    call: mecid === 0 ? names : names.slice(0, 1),
    args: (name) => {
      if (name === 'commit_timelocked_mechanism_weights') return { ...common, mecid, commitRevealVersion: version };
      if (name === 'commit_timelocked_weights') return { ...common, commitRevealVersion: version };
      return common;
    },
  };
}
