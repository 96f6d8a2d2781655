export * as parse from './parse.js';
export { type Plain, toPlain } from './plain.js';
export { type CallArguments, type EncodedCall, type PalletError, Runtime, type RuntimeVersion } from './runtime.js';
export type { RuntimeApiMethod } from './runtimeApis.js';
export type { StorageItem } from './storageItem.js';
