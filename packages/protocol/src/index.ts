export * from './btauth1/index.js';
export { flattenConversation, MAX_TURNS, type Turn } from './conversation.js';
export { conversationRequest } from './conversationRequest.js';
export {
  authority,
  type ChainEndpoint,
  endpointText,
  ipText,
  isServing,
  parseIp,
} from './discovery.js';
export { ProtocolErrorCode } from './errors.js';
export {
  INFERENCE_PATH,
  type InferenceRequest,
  type ParsedInference,
  parseInferenceBody,
  parsePingBody,
} from './inference.js';
export { type BodyResult, parseJsonBytes } from './json.js';
export { encodeRefusalBody, REFUSALS, type Refusal, type RefusalCode, refusal } from './refusal.js';
export {
  encodeServedTwins,
  MAX_SERVED_BYTES,
  MAX_SERVED_TWINS,
  parseServedTwins,
  SERVED_TWINS_PATH,
  type ServedTwin,
  type TwinRef,
  twinIdSchema,
  twinVersionSchema,
} from './twins.js';
export * from './v10/index.js';
export { AXON_VERSION, protocolOfVersion, V10_CLIENT_VERSION, versionInt, type WireProtocol } from './versions.js';
