import { S, subtensorEvents } from '../../pallets/subtensor/index.js';
import type { MutableState, StateView } from '../../state/index.js';
import type { CallContext } from '../call.js';
import { type Earning, runEpoch } from './epoch.js';
import { epochDue, isOwnerHotkey, subnets } from './facts.js';
import { decayBurn } from './registration.js';
import { addAlpha, growPool } from './stake.js';

const U16_TOP = 65_535n;

type BlockStep = Pick<CallContext, 'state' | 'events' | 'block'>;

/**
 * What a started subnet mints every block, in rao of alpha, and where it waits for the epoch: the owner's cut (18 % unless
 * set), and the rest in halves for serving and for validating.
 */
function accrue(state: MutableState, netuid: number, block: number): void {
  const first = S.FirstEmissionBlockNumber.get(state, netuid);
  if (first === null || block < first || !S.SubnetEmissionEnabled.get(state, netuid)) return;
  const minted = S.BlockEmission.get(state);
  const cut = S.OwnerCutEnabled.get(state, netuid) ? (minted * BigInt(S.SubnetOwnerCut.get(state))) / U16_TOP : 0n;
  const servers = (minted - cut) / 2n;
  S.SubnetAlphaOutEmission.set(state, netuid, minted);
  S.PendingOwnerCut.update(state, netuid, (pending) => pending + cut);
  S.PendingServerEmission.update(state, netuid, (pending) => pending + servers);
  S.PendingValidatorEmission.update(state, netuid, (pending) => pending + (minted - cut - servers));
}

/** The hotkey's owner takes its percentage; the rest grows the pool for all who staked. */
function payValidator(state: MutableState, netuid: number, { hotkey, validator }: Earning): void {
  const take = (validator * BigInt(S.Delegates.get(state, hotkey))) / U16_TOP;
  addAlpha(state, hotkey, S.Owner.get(state, hotkey), netuid, take);
  growPool(state, hotkey, netuid, validator - take);
  S.AlphaDividendsPerSubnet.set(state, netuid, hotkey, validator - take);
}

/** Serving pay of the subnet owner's own neurons is burned. */
function servesForOwner(view: StateView, netuid: number, { hotkey }: Earning): boolean {
  const owner = S.SubnetOwner.get(view, netuid);
  return isOwnerHotkey(view, hotkey, netuid) || S.Owner.get(view, hotkey) === owner;
}

function payOut(step: BlockStep, netuid: number): void {
  const { state, block } = step;
  for (const [[, hotkey]] of S.AlphaDividendsPerSubnet.entries(state, netuid)) {
    S.AlphaDividendsPerSubnet.remove(state, netuid, hotkey);
  }
  const pot = S.PendingServerEmission.get(state, netuid) + S.PendingValidatorEmission.get(state, netuid);
  const cut = S.PendingOwnerCut.get(state, netuid);
  const earnings = runEpoch(state, netuid, block, pot);
  for (const earning of earnings) {
    if (!servesForOwner(state, netuid, earning)) {
      addAlpha(state, earning.hotkey, S.Owner.get(state, earning.hotkey), netuid, earning.server);
    }
    if (earning.validator > 0n) payValidator(state, netuid, earning);
    if (earning.server + earning.validator > 0n) {
      S.LastHotkeyEmissionOnNetuid.set(state, earning.hotkey, netuid, earning.server + earning.validator);
    }
    S.TotalHotkeyAlphaLastEpoch.set(
      state,
      earning.hotkey,
      netuid,
      S.TotalHotkeyAlpha.get(state, earning.hotkey, netuid),
    );
  }
  if (cut > 0n) addAlpha(state, S.SubnetOwnerHotkey.get(state, netuid), S.SubnetOwner.get(state, netuid), netuid, cut);
  S.PendingServerEmission.set(state, netuid, 0n);
  S.PendingValidatorEmission.set(state, netuid, 0n);
  S.PendingOwnerCut.set(state, netuid, 0n);
  const emissions = earnings.map(({ server }) => server);
  step.events.emit(subtensorEvents.IncentiveAlphaEmittedToMiners, { netuid, emissions });
}

/**
 * What a block does for the subnets before its extrinsics: prices decay, pots fill, and subnets whose epoch is due run it
 * and pay. At most `MaxEpochsPerBlock` run; the others wait a block.
 */
export function runCoinbase(step: BlockStep): void {
  const { state, block } = step;
  let left = S.MaxEpochsPerBlock.get(state);
  for (const netuid of subnets(state)) {
    decayBurn(state, netuid);
    accrue(state, netuid, block);
    const sinceLast = S.BlocksSinceLastStep.get(state, netuid) + 1;
    S.BlocksSinceLastStep.set(state, netuid, sinceLast);
    if (!epochDue(state, netuid, block, sinceLast)) continue;
    if (left === 0) {
      step.events.emit(subtensorEvents.EpochDeferred, { netuid, from_block: block, to_block: block + 1 });
      continue;
    }
    left -= 1;
    payOut(step, netuid);
    S.LastEpochBlock.set(state, netuid, block);
    S.LastMechansimStepBlock.set(state, netuid, block);
    S.PendingEpochAt.set(state, netuid, 0);
    S.SubnetEpochIndex.update(state, netuid, (index) => index + 1);
    S.BlocksSinceLastStep.set(state, netuid, 0);
    S.RegistrationsThisInterval.set(state, netuid, 0);
    S.BurnRegistrationsThisInterval.set(state, netuid, 0);
  }
}
