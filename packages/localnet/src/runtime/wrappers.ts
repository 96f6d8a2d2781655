import type { RuntimeCall } from '../declare/runtimeCall.js';
import {
  BATCHED_CALLS_LIMIT,
  sudoCalls,
  sudoEvents,
  sudoStorage,
  utilityCalls,
  utilityEvents,
} from '../pallets/wrappers.js';
import type { DispatchError } from '../types/index.js';
import { type CallContext, type Dispatcher, signedBy } from './call.js';
import { DispatchFault, moduleFault } from './faults.js';

/** Runs one call of a batch. Batches inside batches are filtered out, as on the real chain. */
function runInBatch(call: CallContext, inner: RuntimeCall): DispatchError | null {
  if (inner.decl.pallet === 'Utility') return moduleFault('System', 'CallFiltered').error;
  return call.dispatcher.dispatch({ ...call, inBatch: true }, inner);
}

function checkBatch(call: CallContext, calls: readonly RuntimeCall[]): void {
  if (call.inBatch) throw moduleFault('System', 'CallFiltered');
  if (call.origin.kind === 'none') throw moduleFault('System', 'CallFiltered');
  if (calls.length > BATCHED_CALLS_LIMIT) throw moduleFault('Utility', 'TooManyCalls');
}

function registerUtility(dispatcher: Dispatcher): void {
  dispatcher.on(utilityCalls.batch, (call, { calls }) => {
    checkBatch(call, calls);
    for (const [index, inner] of calls.entries()) {
      const error = runInBatch(call, inner);
      if (error !== null) {
        call.events.emit(utilityEvents.BatchInterrupted, { index, error });
        return;
      }
      call.events.emit(utilityEvents.ItemCompleted, []);
    }
    call.events.emit(utilityEvents.BatchCompleted, []);
  });
  dispatcher.on(utilityCalls.batch_all, (call, { calls }) => {
    checkBatch(call, calls);
    for (const inner of calls) {
      const error = runInBatch(call, inner);
      if (error !== null) throw new DispatchFault(error);
      call.events.emit(utilityEvents.ItemCompleted, []);
    }
    call.events.emit(utilityEvents.BatchCompleted, []);
  });
  dispatcher.on(utilityCalls.force_batch, (call, { calls }) => {
    checkBatch(call, calls);
    let failures = 0;
    for (const inner of calls) {
      const error = runInBatch(call, inner);
      if (error === null) call.events.emit(utilityEvents.ItemCompleted, []);
      else call.events.emit(utilityEvents.ItemFailed, { error });
      failures += error === null ? 0 : 1;
    }
    call.events.emit(failures === 0 ? utilityEvents.BatchCompleted : utilityEvents.BatchCompletedWithErrors, []);
  });
}

function ensureSudo(call: CallContext): void {
  if (signedBy(call) !== sudoStorage.Key.get(call.state)) throw moduleFault('Sudo', 'RequireSudo');
}

function registerSudo(dispatcher: Dispatcher): void {
  const asRoot = (call: CallContext, inner: RuntimeCall): void => {
    ensureSudo(call);
    const sudo_result = call.dispatcher.dispatch({ ...call, origin: { kind: 'root' } }, inner);
    call.events.emit(sudoEvents.Sudid, { sudo_result });
  };
  dispatcher.on(sudoCalls.sudo, (call, args) => asRoot(call, args.call));
  dispatcher.on(sudoCalls.sudo_unchecked_weight, (call, args) => asRoot(call, args.call));
  dispatcher.on(sudoCalls.sudo_as, (call, args) => {
    ensureSudo(call);
    const origin = { kind: 'signed', account: args.who } as const;
    const sudo_result = call.dispatcher.dispatch({ ...call, origin }, args.call);
    call.events.emit(sudoEvents.SudoAsDone, { sudo_result });
  });
  dispatcher.on(sudoCalls.set_key, (call, args) => {
    if (call.origin.kind !== 'root') ensureSudo(call);
    call.events.emit(sudoEvents.KeyChanged, { old: sudoStorage.Key.get(call.state), new: args.new });
    sudoStorage.Key.set(call.state, args.new);
  });
}

export function registerWrappers(dispatcher: Dispatcher): void {
  registerUtility(dispatcher);
  registerSudo(dispatcher);
}
