export { type AuthResult, authenticate, type Proof, type SignedRequest } from './axon/authenticate.js';
export { MemoryNonceStore, type NonceEntry, type NonceStore } from './axon/nonceStore.js';
export { AxonServer } from './axon/server.js';
export { addressName, TokenBuckets, type TokenRate } from './axon/tokenBuckets.js';
export type { AnswerFn, AxonMetrics, AxonOptions, AxonParts, CallerPolicy } from './axon/types.js';
export { Dendrite, type FanOutTerms } from './dendrite/dendrite.js';
export { NonceClock } from './dendrite/nonceClock.js';
export type {
  AxonTarget,
  DendriteMetrics,
  DendriteOptions,
  DendriteParts,
  DendriteReply,
  QueryTerms,
} from './dendrite/types.js';
export { TransportErrorCode } from './errors.js';
export { JsonReader, type ReadTerms } from './http/jsonReader.js';
