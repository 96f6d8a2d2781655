import { hasCode } from '@bettertherapy/core';
import { LocalnetErrorCode } from '../errors.js';
import { timestampCalls, timestampStorage } from '../pallets/clock.js';
import { systemCalls, systemEvents } from '../pallets/system.js';
import { toHex } from '../scale/index.js';
import { blake2_256 } from '../state/index.js';
import { type Dispatcher, ensureRoot, signedBy } from './call.js';
import { moduleFault, plainFault } from './faults.js';
import type { RuntimeCode } from './version.js';
import { CODE_KEY, decodeRuntimeCode, FIRST_SPEC_VERSION } from './version.js';

function readCode(bytes: Uint8Array): RuntimeCode | null {
  try {
    return decodeRuntimeCode(bytes);
  } catch (error) {
    if (hasCode(error, LocalnetErrorCode.BadScale)) return null;
    throw error;
  }
}

export function registerSystem(dispatcher: Dispatcher): void {
  dispatcher.on(systemCalls.remark, (call) => {
    signedBy(call);
  });
  dispatcher.on(systemCalls.remark_with_event, (call, { remark }) => {
    call.events.emit(systemEvents.Remarked, { sender: signedBy(call), hash: toHex(blake2_256(remark)) });
  });
  dispatcher.on(systemCalls.set_code, (call, { code }) => {
    ensureRoot(call);
    const next = readCode(code);
    if (next === null) throw moduleFault('System', 'FailedToExtractRuntimeVersion');
    const now = call.state.get(CODE_KEY);
    const current = now === undefined ? FIRST_SPEC_VERSION : decodeRuntimeCode(now).specVersion;
    if (next.specVersion <= current) throw moduleFault('System', 'SpecVersionNeedsToIncrease');
    call.state.set(CODE_KEY, code);
    call.events.emit(systemEvents.CodeUpdated, []);
  });
  dispatcher.on(timestampCalls.set, (call, { now }) => {
    if (call.origin.kind !== 'none') throw plainFault('BadOrigin');
    timestampStorage.Now.set(call.state, now);
  });
}
