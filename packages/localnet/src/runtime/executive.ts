import { describeError, hasCode, type Logger } from '@bettertherapy/core';
import { LocalnetErrorCode } from '../errors.js';
import { paymentEvents } from '../pallets/balances.js';
import { BLOCK_HASH_COUNT, systemEvents, systemStorage } from '../pallets/system.js';
import type { Hex } from '../scale/index.js';
import { type MutableState, Overlay } from '../state/index.js';
import type { DispatchError } from '../types/index.js';
import { burn, registerBalances } from './balances.js';
import { Dispatcher, type Origin } from './call.js';
import { registerCommitments } from './commitments.js';
import { EventLog } from './events.js';
import type { Extrinsic } from './extrinsic.js';
import { dispatchInfo, feeOf } from './fees.js';
import { registerAdmin } from './subtensor/admin.js';
import { runCoinbase } from './subtensor/coinbase.js';
import { registerCommits } from './subtensor/commits.js';
import { registerNetworkCalls } from './subtensor/network.js';
import { registerRegistration } from './subtensor/registration.js';
import { registerServing } from './subtensor/serving.js';
import { registerStaking } from './subtensor/staking.js';
import { registerWeights } from './subtensor/weights.js';
import { registerSystem } from './system.js';
import { CODE_KEY, type Runtime, SPEC_NAME } from './version.js';
import { registerWrappers } from './wrappers.js';

/** Every call that this chain runs. */
export function allCalls(): Dispatcher {
  const dispatcher = new Dispatcher();
  registerSystem(dispatcher);
  registerBalances(dispatcher);
  registerWrappers(dispatcher);
  registerRegistration(dispatcher);
  registerNetworkCalls(dispatcher);
  registerServing(dispatcher);
  registerStaking(dispatcher);
  registerWeights(dispatcher);
  registerCommits(dispatcher);
  registerAdmin(dispatcher);
  registerCommitments(dispatcher);
  return dispatcher;
}

/** The building of one block: hooks first, then its extrinsics, then what the block leaves in `System`. */
export class BlockExecution {
  readonly state: Overlay;
  private readonly events: EventLog;
  private applied = 0;

  constructor(
    private readonly options: {
      readonly block: number;
      readonly parentHash: Hex;
      readonly runtime: Runtime;
      readonly dispatcher: Dispatcher;
      /** Runs before the coinbase: the beacon and the reveals that wait for it. */
      readonly openBlock: (step: { state: MutableState; events: EventLog; block: number }) => void;
    },
    parent: ConstructorParameters<typeof Overlay>[0],
    private readonly parts: { readonly log: Logger },
  ) {
    this.state = new Overlay(parent);
    this.events = new EventLog(options.runtime.palletIndex);
  }

  /** What happens in a block whatever its extrinsics. */
  initialise(): void {
    const { block, parentHash, runtime } = this.options;
    const { state, events } = this;
    systemStorage.Number.set(state, block);
    systemStorage.ParentHash.set(state, parentHash);
    systemStorage.BlockHash.set(state, block - 1, parentHash);
    if (block > BLOCK_HASH_COUNT + 1) systemStorage.BlockHash.remove(state, block - 2 - BLOCK_HASH_COUNT);
    const spec_version = runtime.code.specVersion;
    if (systemStorage.LastRuntimeUpgrade.get(state)?.spec_version !== spec_version) {
      systemStorage.LastRuntimeUpgrade.set(state, { spec_version, spec_name: SPEC_NAME });
    }
    const step = { state, events, block };
    this.options.openBlock(step);
    runCoinbase(step);
  }

  /** Runs one extrinsic that has been validated. Its fee and nonce stay even when its call fails. */
  apply(extrinsic: Extrinsic): void {
    const { state, events } = this;
    const { signed, call } = extrinsic;
    events.enter({ kind: 'ApplyExtrinsic', value: this.applied });
    this.applied += 1;
    const dispatch_info = dispatchInfo(call);
    const fee = signed === null ? 0n : feeOf(call, extrinsic.encoded.length) + signed.tip;
    if (signed !== null) {
      systemStorage.Account.update(state, signed.account, (account) => ({ ...account, nonce: account.nonce + 1 }));
      burn({ state, events }, signed.account, fee);
    }
    const origin: Origin = signed === null ? { kind: 'none' } : { kind: 'signed', account: signed.account };
    const error = this.dispatch(extrinsic, origin);
    if (signed !== null && fee > 0n) {
      events.emit(paymentEvents.TransactionFeePaid, { who: signed.account, actual_fee: fee, tip: signed.tip });
    }
    if (error === null) events.emit(systemEvents.ExtrinsicSuccess, { dispatch_info });
    else events.emit(systemEvents.ExtrinsicFailed, { dispatch_error: error, dispatch_info });
  }

  /** Closes the block and says whether its runtime changed. */
  finish(): { readonly upgraded: boolean } {
    const { state, events } = this;
    systemStorage.Events.set(state, events.encode());
    systemStorage.EventCount.set(state, events.count);
    return { upgraded: state.writes.has(CODE_KEY) };
  }

  private dispatch(extrinsic: Extrinsic, origin: Origin): DispatchError | null {
    const { state, events } = this;
    const { block, dispatcher } = this.options;
    const before = events.count;
    try {
      return dispatcher.dispatch({ state, events, block, origin, dispatcher, inBatch: false }, extrinsic.call);
    } catch (error) {
      // A value that does not fit its type is the caller's overflow. Anything else is a fault of this chain: the call
      // fails, its writes are gone with its layer, and the block goes on.
      events.rollback(before);
      if (hasCode(error, LocalnetErrorCode.BadScale)) return { kind: 'Arithmetic', value: 'Overflow' };
      const { pallet, name } = extrinsic.call.decl;
      this.parts.log.error('a call broke', { pallet, call: name, error: describeError(error) });
      return { kind: 'Corruption', value: null };
    }
  }
}
