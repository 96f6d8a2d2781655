import { constant, definePallet, type Pallet } from '../declare/pallet.js';
import type { ValueOf } from '../scale/index.js';
import { adminCalls, adminErrors, adminEvents } from './adminUtils.js';
import {
  balancesCalls,
  balancesConstants,
  balancesErrors,
  balancesEvents,
  balancesStorage,
  paymentConstants,
  paymentEvents,
  paymentStorage,
} from './balances.js';
import { auraConstants, timestampCalls, timestampConstants, timestampStorage } from './clock.js';
import {
  commitmentsCalls,
  commitmentsConstants,
  commitmentsErrors,
  commitmentsEvents,
  commitmentsStorage,
} from './commitments.js';
import { drandErrors, drandEvents, drandStorage } from './drand.js';
import { subtensorCalls } from './subtensor/calls.js';
import { subtensorConstants } from './subtensor/constants.js';
import { subtensorErrors } from './subtensor/errors.js';
import { subtensorEvents } from './subtensor/events.js';
import { globalStorage } from './subtensor/globalStorage.js';
import { neuronStorage } from './subtensor/neuronStorage.js';
import { subnetStorage } from './subtensor/subnetStorage.js';
import {
  fixedSystemConstants,
  runtimeVersion,
  systemCalls,
  systemErrors,
  systemEvents,
  systemStorage,
} from './system.js';
import {
  sudoCalls,
  sudoErrors,
  sudoEvents,
  sudoStorage,
  utilityCalls,
  utilityConstants,
  utilityErrors,
  utilityEvents,
} from './wrappers.js';

export type RuntimeVersionValue = ValueOf<typeof runtimeVersion>;

/** Every pallet of the chain with its mainnet index. The version and the block time are the only facts that vary. */
export function palletsOf(facts: {
  readonly blockMs: number;
  readonly version: RuntimeVersionValue;
}): readonly Pallet[] {
  const systemConstants = { ...fixedSystemConstants, Version: constant(runtimeVersion, facts.version) };
  return [
    definePallet('System', 0, 'frame_system', {
      storage: systemStorage,
      calls: systemCalls,
      events: systemEvents,
      errors: systemErrors,
      constants: systemConstants,
    }),
    definePallet('Timestamp', 2, 'pallet_timestamp', {
      storage: timestampStorage,
      calls: timestampCalls,
      constants: timestampConstants(facts.blockMs),
    }),
    definePallet('Aura', 3, 'pallet_aura', { constants: auraConstants(facts.blockMs) }),
    definePallet('Balances', 5, 'pallet_balances', {
      storage: balancesStorage,
      calls: balancesCalls,
      events: balancesEvents,
      errors: balancesErrors,
      constants: balancesConstants,
    }),
    definePallet('TransactionPayment', 6, 'pallet_transaction_payment', {
      storage: paymentStorage,
      events: paymentEvents,
      constants: paymentConstants,
    }),
    definePallet('SubtensorModule', 7, 'pallet_subtensor', {
      storage: { ...globalStorage, ...subnetStorage, ...neuronStorage },
      calls: subtensorCalls,
      events: subtensorEvents,
      errors: subtensorErrors,
      constants: subtensorConstants,
    }),
    definePallet('Utility', 11, 'pallet_subtensor_utility', {
      calls: utilityCalls,
      events: utilityEvents,
      errors: utilityErrors,
      constants: utilityConstants,
    }),
    definePallet('Sudo', 12, 'pallet_sudo', {
      storage: sudoStorage,
      calls: sudoCalls,
      events: sudoEvents,
      errors: sudoErrors,
    }),
    definePallet('Commitments', 18, 'pallet_commitments', {
      storage: commitmentsStorage,
      calls: commitmentsCalls,
      events: commitmentsEvents,
      errors: commitmentsErrors,
      constants: commitmentsConstants,
    }),
    definePallet('AdminUtils', 19, 'pallet_admin_utils', {
      calls: adminCalls,
      events: adminEvents,
      errors: adminErrors,
    }),
    definePallet('Drand', 26, 'pallet_drand', { storage: drandStorage, events: drandEvents, errors: drandErrors }),
  ];
}
