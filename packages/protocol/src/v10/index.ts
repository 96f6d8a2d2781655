export { bodyHash, EMPTY_BODY_HASH } from './bodyHash.js';
export {
  type HeaderMap,
  type HeaderResult,
  parseReplyHeaders,
  parseRequestHeaders,
  type SynapseHeaders,
  type TerminalHeaders,
} from './headers.js';
export { isJson, type MergedReply, mergeReply, unreadable } from './merge.js';
export { axonSigningMessage, parseSignature, type SignedFields, signingMessage } from './message.js';
export { checkNonce, DEFAULT_NONCE_WINDOW, type NonceVerdict, type NonceWindow } from './nonce.js';
export { type PythonValue, pythonFloat, pythonRepr, pythonStr } from './pythonText.js';
export { type AxonIdentity, encodeRefusalHeaders, encodeReply, headerText } from './reply.js';
export { encodeRequest, V10_INFERENCE_PATH, V10_PING_PATH, type V10Request } from './request.js';
export {
  type FieldType,
  INFERENCE_SYNAPSE,
  inputObjDummy,
  PING_SYNAPSE,
  parseInputObj,
  type SynapseShape,
} from './synapse.js';
