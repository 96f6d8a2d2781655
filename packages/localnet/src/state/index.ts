export { blake2_256, HASH_BYTES, type HasherName, hashKey, twox128 } from './hashing.js';
export { Overlay } from './overlay.js';
export { VersionedState, type Writes } from './versionedState.js';
export type { MutableState, StateView } from './view.js';
