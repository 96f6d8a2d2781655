import { conversationFields, type InferenceRequest } from '../inference.js';
import { V10_CLIENT_VERSION } from '../versions.js';
import { EMPTY_BODY_HASH } from './bodyHash.js';
import { signingMessage } from './message.js';
import { pythonFloat } from './pythonText.js';
import { INFERENCE_SYNAPSE, inputObjDummy } from './synapse.js';

/** The path every v10 axon of this subnet serves. */
export const V10_INFERENCE_PATH = '/InferenceSynapse';
export const V10_PING_PATH = '/Synapse';

export interface V10Request extends InferenceRequest {
  /** How long the answer may take, in seconds. */
  readonly timeoutSeconds: number;
  readonly axon: { readonly ip: string; readonly port: number; readonly hotkey: string };
  readonly dendrite: { readonly ip: string; readonly hotkey: string; readonly uuid: string; readonly version?: number };
  /** Unix ns, strictly increasing per uuid. */
  readonly nonceNs: bigint;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** What the SDK calls header_size is the size of a Python object; any integer will do. */
const HEADER_SIZE = 464;

/** Headers (lower-case names, the SDK's order) and JSON body of an InferenceSynapse call, signed. */
export function encodeRequest(request: V10Request): {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  const { axon, dendrite, nonceNs } = request;
  const version = dendrite.version ?? V10_CLIENT_VERSION;
  const message = signingMessage({
    nonceNs,
    dendriteHotkey: dendrite.hotkey,
    axonHotkey: axon.hotkey,
    uuid: dendrite.uuid,
    bodyHash: EMPTY_BODY_HASH,
  });
  const signature = `0x${hex(request.sign(message))}`;
  const body = encodeBody(request, version, signature);
  return {
    headers: {
      name: INFERENCE_SYNAPSE.name,
      timeout: pythonFloat(request.timeoutSeconds),
      bt_header_axon_ip: axon.ip,
      bt_header_axon_port: String(axon.port),
      bt_header_axon_hotkey: axon.hotkey,
      bt_header_dendrite_ip: dendrite.ip,
      bt_header_dendrite_version: String(version),
      bt_header_dendrite_nonce: String(nonceNs),
      bt_header_dendrite_uuid: dendrite.uuid,
      bt_header_dendrite_hotkey: dendrite.hotkey,
      bt_header_dendrite_signature: signature,
      bt_header_input_obj_prompt: inputObjDummy('str'),
      bt_header_input_obj_request_id: inputObjDummy('str'),
      header_size: String(HEADER_SIZE),
      total_size: String(body.length),
      computed_body_hash: EMPTY_BODY_HASH,
    },
    body,
  };
}

/** The full model in the SDK's order. The nonce is written by hand: JSON numbers of this size do not survive a double. */
function encodeBody(request: V10Request, version: number, signature: string): string {
  const { axon, dendrite } = request;
  const unset = { status_code: null, status_message: null, process_time: null };
  const dendriteText = JSON.stringify({
    ...unset,
    ip: dendrite.ip,
    port: null,
    version,
    nonce: 0,
    uuid: dendrite.uuid,
    hotkey: dendrite.hotkey,
    signature,
  }).replace('"nonce":0', `"nonce":${request.nonceNs}`);
  const axonText = JSON.stringify({
    ...unset,
    ip: axon.ip,
    port: axon.port,
    version: null,
    nonce: null,
    uuid: null,
    hotkey: axon.hotkey,
    signature: null,
  });
  const head = `"name":"${INFERENCE_SYNAPSE.name}","timeout":${pythonFloat(request.timeoutSeconds)}`;
  const own = JSON.stringify({
    computed_body_hash: '',
    prompt: request.prompt,
    request_id: request.requestId,
    output: null,
    // Fields that SDK servers do not know and drop; no header and no hash speaks of them.
    ...conversationFields(request),
  });
  return `{${head},"total_size":0,"header_size":0,"dendrite":${dendriteText},"axon":${axonText},${own.slice(1)}`;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
