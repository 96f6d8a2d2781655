export { type BtauthFields, type BtauthScheme, btauthPayload, signBtauth } from './payload.js';
export { encodeInferenceBody, encodeInferenceReply, readInferenceReply } from './reply.js';
export {
  type BtauthFailure,
  type BtauthHeaders,
  type BtauthResult,
  type BtauthWindow,
  DEFAULT_BTAUTH_WINDOW,
  parseAuthHeaders,
  type VerifySignature,
  verifyAuth,
} from './verify.js';
