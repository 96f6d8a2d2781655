import type { Refusal } from '../refusal.js';
import { EMPTY_BODY_HASH } from './bodyHash.js';
import type { SynapseHeaders, TerminalHeaders } from './headers.js';
import { axonSigningMessage } from './message.js';
import { pythonFloat } from './pythonText.js';
import { inputObjDummy, type SynapseShape } from './synapse.js';

/** What an axon says of itself in replies. */
export interface AxonIdentity {
  readonly ip: string;
  readonly port: number;
  readonly hotkey: string;
  readonly version: number;
}

/** The SDK's default timeout, stated in a reply when the request's body had none. */
const DEFAULT_TIMEOUT_S = 12;

/** Header text must be Latin-1 without control characters and short; clients choke past 8190 bytes. */
export function headerText(text: string): string {
  return text
    .replace(/[^\x21-\x7e\xa1-\xff]+/g, ' ')
    .trim()
    .slice(0, 512);
}

/** Headers and body of a successful reply. Clients need prompt and request_id back, and the two axon status lines. */
export function encodeReply(reply: {
  readonly shape: SynapseShape;
  readonly request: SynapseHeaders;
  /** The synapse's own fields, in order. */
  readonly fields: Readonly<Record<string, string | null>>;
  readonly bodyTimeoutSeconds: number | null;
  readonly processSeconds: number;
  readonly axon: AxonIdentity;
}): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const { shape, request, axon } = reply;
  const timeout = reply.bodyTimeoutSeconds ?? DEFAULT_TIMEOUT_S;
  const status = { status_code: 200, status_message: 'Success', process_time: reply.processSeconds };
  const body = JSON.stringify({
    name: shape.name,
    timeout,
    total_size: 0,
    header_size: 0,
    dendrite: jsonTerminal(request.dendrite),
    axon: { ...status, ip: axon.ip, port: axon.port, version: axon.version, hotkey: axon.hotkey },
    computed_body_hash: EMPTY_BODY_HASH,
    ...reply.fields,
  });
  const headers = {
    name: shape.name,
    timeout: pythonFloat(timeout),
    ...axonLines(axon, { code: 200, message: 'Success', processSeconds: reply.processSeconds }),
    ...dendriteLines(request.dendrite),
    ...tail(shape, body.length),
  };
  return { headers, body };
}

/**
 * Headers of a refusal (its body is {@link encodeRefusalBody}'s). Once the caller is proved, its own lines come back and
 * the axon signs its nonce and uuid as SDK axons do; before that nothing of the request is repeated.
 */
export function encodeRefusalHeaders(reply: {
  readonly shape: SynapseShape;
  readonly refusal: Refusal;
  readonly bodyLength: number;
  readonly processSeconds: number;
  readonly axon: AxonIdentity;
  readonly proved: {
    readonly request: SynapseHeaders;
    readonly peer: { readonly ip: string; readonly port: number };
    readonly nonceNs: bigint;
    readonly uuid: string;
    readonly sign: (message: Uint8Array) => Uint8Array;
  } | null;
}): Readonly<Record<string, string>> {
  const { refusal, proved, axon, shape } = reply;
  const status = { code: refusal.httpStatus, message: refusal.message, processSeconds: reply.processSeconds };
  if (proved === null) return { name: shape.name, ...axonLines(axon, status) };
  const { nonceNs, uuid } = proved;
  const dendriteHotkey = proved.request.dendrite.hotkey ?? 'None';
  const signed = proved.sign(axonSigningMessage({ nonceNs, dendriteHotkey, axonHotkey: axon.hotkey, uuid }));
  return {
    name: shape.name,
    ...(proved.request.timeout === null ? {} : { timeout: pythonFloat(proved.request.timeout) }),
    ...axonLines(axon, status),
    bt_header_axon_nonce: String(nonceNs),
    bt_header_axon_uuid: uuid,
    bt_header_axon_signature: `0x${Array.from(signed, (byte) => byte.toString(16).padStart(2, '0')).join('')}`,
    ...dendriteLines({ ...proved.request.dendrite, ip: proved.peer.ip, port: proved.peer.port }),
    ...tail(shape, reply.bodyLength),
  };
}

function axonLines(
  axon: AxonIdentity,
  status: { readonly code: number; readonly message: string; readonly processSeconds: number },
): Record<string, string> {
  return {
    bt_header_axon_status_code: String(status.code),
    bt_header_axon_status_message: headerText(status.message),
    bt_header_axon_process_time: pythonFloat(status.processSeconds),
    bt_header_axon_ip: axon.ip,
    bt_header_axon_port: String(axon.port),
    bt_header_axon_version: String(axon.version),
    bt_header_axon_hotkey: axon.hotkey,
  };
}

/** The caller's lines as text, so that its nonce comes back exactly. */
function dendriteLines(dendrite: TerminalHeaders): Record<string, string> {
  const lines: Record<string, string> = {};
  const put = (field: string, value: string | number | bigint | undefined): void => {
    if (value !== undefined) lines[`bt_header_dendrite_${field}`] = headerText(String(value));
  };
  put('ip', dendrite.ip);
  put('port', dendrite.port);
  put('version', dendrite.version);
  put('nonce', dendrite.nonce);
  put('uuid', dendrite.uuid);
  put('hotkey', dendrite.hotkey);
  put('signature', dendrite.signature);
  return lines;
}

function tail(shape: SynapseShape, bodyLength: number): Record<string, string> {
  const inputs = Object.entries(shape.required).map(([field, type]) => [
    `bt_header_input_obj_${field}`,
    inputObjDummy(type),
  ]);
  return {
    ...Object.fromEntries(inputs),
    header_size: '0',
    total_size: String(bodyLength),
    computed_body_hash: EMPTY_BODY_HASH,
  };
}

/** The block for JSON: without the nonce, which a JSON number could not hold for all readers. */
function jsonTerminal(dendrite: TerminalHeaders): Record<string, string | number> {
  const { ip, version, uuid, hotkey, signature } = dendrite;
  const all = { ip, version, uuid, hotkey, signature };
  // Undefined entries were removed, so every value is text or a number.
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
    string,
    string | number
  >;
}
