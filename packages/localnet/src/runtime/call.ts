import type { ArgsOf, CallDecl } from '../declare/pallet.js';
import type { RuntimeCall } from '../declare/runtimeCall.js';
import type { Hex } from '../scale/index.js';
import { type MutableState, Overlay } from '../state/index.js';
import type { DispatchError } from '../types/index.js';
import type { EventLog } from './events.js';
import { DispatchFault, plainFault } from './faults.js';

export type Origin =
  | { readonly kind: 'signed'; readonly account: Hex }
  | { readonly kind: 'root' }
  | { readonly kind: 'none' };

/** What a running call may touch. */
export interface CallContext {
  readonly state: MutableState;
  readonly events: EventLog;
  /** The block being built. */
  readonly block: number;
  readonly origin: Origin;
  readonly dispatcher: Dispatcher;
  /** True below a batch, where further batches are refused. */
  readonly inBatch: boolean;
}

/** @throws DispatchFault BadOrigin unless signed. */
export function signedBy(call: CallContext): Hex {
  if (call.origin.kind !== 'signed') throw plainFault('BadOrigin');
  return call.origin.account;
}

/** @throws DispatchFault BadOrigin unless root. */
export function ensureRoot(call: CallContext): void {
  if (call.origin.kind !== 'root') throw plainFault('BadOrigin');
}

type Handler = (call: CallContext, args: never) => void;

/** Knows which function runs which call. */
export class Dispatcher {
  private readonly handlers = new Map<CallDecl, Handler>();

  on<D extends CallDecl>(decl: D, run: (call: CallContext, args: ArgsOf<D>) => void): void {
    this.handlers.set(decl, run);
  }

  /** True when the call does something on this chain. */
  runs(decl: CallDecl): boolean {
    return this.handlers.has(decl);
  }

  /**
   * Runs a call in a layer of its own: it either happens whole, or its writes and events are gone and its error is returned.
   * A declared call that this chain does not run fails with `Unavailable`.
   */
  dispatch(context: CallContext, call: RuntimeCall): DispatchError | null {
    const layer = new Overlay(context.state);
    const eventsBefore = context.events.count;
    try {
      const run = this.handlers.get(call.decl);
      if (run === undefined) throw plainFault('Unavailable');
      // The arguments were decoded by this very declaration, which is what `on` promised the handler.
      run({ ...context, state: layer }, call.args as never);
    } catch (fault) {
      if (!(fault instanceof DispatchFault)) throw fault;
      context.events.rollback(eventsBefore);
      return fault.error;
    }
    layer.mergeInto(context.state);
    return null;
  }
}
