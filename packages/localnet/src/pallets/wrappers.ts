import { callsOf, constant, eventsOf } from '../declare/pallet.js';
import { runtimeCall } from '../declare/runtimeCall.js';
import { optionalValue, storageOf } from '../declare/storage.js';
import { accountId, option, u32, vec } from '../scale/index.js';
import { dispatchError, dispatchResult, multiAddress, weight } from '../types/index.js';

/** Calls in one batch; as many as the real chain allows. */
export const BATCHED_CALLS_LIMIT = 10_922;

export const utilityCalls = callsOf('Utility', {
  batch: [0, { calls: vec(runtimeCall) }],
  batch_all: [2, { calls: vec(runtimeCall) }],
  force_batch: [4, { calls: vec(runtimeCall) }],
});

export const utilityEvents = eventsOf('Utility', {
  BatchInterrupted: [0, { index: u32, error: dispatchError }],
  BatchCompleted: [1, []],
  BatchCompletedWithErrors: [2, []],
  ItemCompleted: [3, []],
  ItemFailed: [4, { error: dispatchError }],
});

export const utilityErrors = ['TooManyCalls', 'InvalidDerivedAccount'] as const;

export const utilityConstants = {
  batched_calls_limit: constant(u32, BATCHED_CALLS_LIMIT),
};

export const sudoStorage = storageOf('Sudo', {
  Key: optionalValue(accountId),
});

export const sudoCalls = callsOf('Sudo', {
  sudo: [0, { call: runtimeCall }],
  sudo_unchecked_weight: [1, { call: runtimeCall, weight }],
  set_key: [2, { new: multiAddress }],
  sudo_as: [3, { who: multiAddress, call: runtimeCall }],
});

export const sudoEvents = eventsOf('Sudo', {
  Sudid: [0, { sudo_result: dispatchResult }],
  KeyChanged: [1, { old: option(accountId), new: accountId }],
  SudoAsDone: [3, { sudo_result: dispatchResult }],
});

export const sudoErrors = ['RequireSudo'] as const;
