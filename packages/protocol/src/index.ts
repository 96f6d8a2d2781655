export * from './btauth1/index.js';
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
  type BodyResult,
  INFERENCE_PATH,
  type InferenceRequest,
  type ParsedInference,
  parseInferenceBody,
  parseJsonBytes,
  parsePingBody,
} from './inference.js';
export { encodeRefusalBody, REFUSALS, type Refusal, type RefusalCode, refusal } from './refusal.js';
export * from './v10/index.js';
export { AXON_VERSION, protocolOfVersion, V10_CLIENT_VERSION, versionInt, type WireProtocol } from './versions.js';
