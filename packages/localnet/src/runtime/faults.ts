import { adminErrors } from '../pallets/adminUtils.js';
import { balancesErrors } from '../pallets/balances.js';
import { commitmentsErrors } from '../pallets/commitments.js';
import { subtensorErrors } from '../pallets/subtensor/errors.js';
import { systemErrors } from '../pallets/system.js';
import { sudoErrors, utilityErrors } from '../pallets/wrappers.js';
import type { DispatchError } from '../types/index.js';

const MODULES = {
  System: { index: 0, errors: systemErrors },
  Balances: { index: 5, errors: balancesErrors },
  SubtensorModule: { index: 7, errors: subtensorErrors },
  Utility: { index: 11, errors: utilityErrors },
  Sudo: { index: 12, errors: sudoErrors },
  Commitments: { index: 18, errors: commitmentsErrors },
  AdminUtils: { index: 19, errors: adminErrors },
} as const;
type ModuleName = keyof typeof MODULES;
type ErrorName<M extends ModuleName> = (typeof MODULES)[M]['errors'][number];

/** A call refused itself: its writes and events are undone and the error goes into the block. Never leaves the runtime. */
export class DispatchFault extends Error {
  constructor(readonly error: DispatchError) {
    super(error.kind);
    this.name = 'DispatchFault';
  }
}

export function moduleFault<M extends ModuleName>(module: M, name: ErrorName<M>): DispatchFault {
  const { index, errors } = MODULES[module];
  // The name is one of this module's errors, as its type says.
  const position = (errors as readonly string[]).indexOf(name);
  return new DispatchFault({ kind: 'Module', value: { index, error: new Uint8Array([position, 0, 0, 0]) } });
}

/** The most frequent module. */
export function subtensorFault(name: ErrorName<'SubtensorModule'>): DispatchFault {
  return moduleFault('SubtensorModule', name);
}

export function plainFault(kind: 'BadOrigin' | 'CannotLookup' | 'Unavailable' | 'RootNotAllowed'): DispatchFault {
  return new DispatchFault({ kind, value: null });
}
