import { createHash, randomUUID } from 'node:crypto';
import { systemClock } from '@bettertherapy/core';
import {
  EMPTY_BODY_HASH,
  encodeRequest,
  INFERENCE_PATH,
  signBtauth,
  V10_INFERENCE_PATH,
} from '@bettertherapy/protocol';
import { type Signer, verifyAudited } from '@bettertherapy/wallet';
import type { RawRequest } from './rawRequest.js';

/** The parts of a call that a test wants to choose. */
export interface CallChoice {
  readonly signer: Signer;
  readonly axonHotkey: string;
  readonly port: number;
  readonly prompt: string;
  readonly requestId: string;
  /** Unix ns; the current time when left out. */
  readonly nonceNs?: bigint | undefined;
}

let lastNonce = 0n;

/** The current time in ns, strictly increasing. */
export function freshNonce(): bigint {
  const now = BigInt(Math.floor(systemClock.wallMs())) * 1_000_000n;
  lastNonce = now > lastNonce ? now : lastNonce + 1n;
  return lastNonce;
}

/** A correct v10 call. Every call has a uuid of its own, so calls may overtake each other. */
export function v10Call(choice: CallChoice): RawRequest {
  const { headers, body } = encodeRequest({
    prompt: choice.prompt,
    requestId: choice.requestId,
    timeoutSeconds: 12,
    axon: { ip: '127.0.0.1', port: choice.port, hotkey: choice.axonHotkey },
    dendrite: { ip: '127.0.0.1', hotkey: choice.signer.address, uuid: randomUUID() },
    nonceNs: choice.nonceNs ?? freshNonce(),
    sign: (message) => choice.signer.sign(message),
  });
  return {
    method: 'POST',
    target: V10_INFERENCE_PATH,
    headers: [...Object.entries(headers), ['content-type', 'application/json']],
    body: Buffer.from(body, 'utf8'),
  };
}

/** A correct btauth/1 call. */
export function btauthCall(choice: CallChoice): RawRequest {
  const body = Buffer.from(
    JSON.stringify({ prompt: choice.prompt, request_id: choice.requestId, timeout: 12 }),
    'utf8',
  );
  const headers = signBtauth({
    method: 'POST',
    target: INFERENCE_PATH,
    body,
    nonceNs: choice.nonceNs ?? freshNonce(),
    sender: choice.signer.address,
    receiver: choice.axonHotkey,
    sign: (payload) => choice.signer.sign(payload),
  });
  return {
    method: 'POST',
    target: INFERENCE_PATH,
    headers: [...Object.entries(headers), ['content-type', 'application/json']],
    body,
  };
}

/**
 * Whether a request carries a signature of `signer` over what it says, worked out here from the rules on paper and with
 * the audited verifier, apart from the code under test. It knows nothing of freshness or replays.
 */
export function isSignedBy(request: RawRequest, signer: Signer, axonHotkey: string): boolean {
  const all = (name: string): string[] =>
    request.headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value.trim());
  const one = (name: string): string | undefined => (all(name).length === 1 ? all(name)[0] : undefined);
  const check = (message: string, signature: string | undefined): boolean =>
    signature !== undefined &&
    /^0x[0-9a-f]{128}$/i.test(signature) &&
    verifyAudited(Buffer.from(message, 'latin1'), Buffer.from(signature.slice(2), 'hex'), signer.publicKey);
  const claimed = [one('bt_header_dendrite_hotkey'), one('x-bittensor-hotkey')];
  if (!claimed.includes(signer.address)) return false;
  // A v10 signature covers neither path nor body.
  if (all('x-bittensor-signature').length === 0) {
    const nonce = one('bt_header_dendrite_nonce');
    const uuid = one('bt_header_dendrite_uuid');
    const hash = one('computed_body_hash');
    if (nonce === undefined || !/^\d{1,20}$/.test(nonce) || hash !== EMPTY_BODY_HASH) return false;
    const message = `${BigInt(nonce)}.${signer.address}.${axonHotkey}.${uuid ?? 'None'}.${hash}`;
    return check(message, one('bt_header_dendrite_signature'));
  }
  const digest = createHash('sha256').update(request.body).digest('hex');
  const nonce = one('x-bittensor-nonce') ?? '';
  const lines = ['btauth/1', 'sr25519', request.method.toUpperCase(), request.target, digest, nonce, signer.address];
  return check([...lines, axonHotkey].join('\n'), one('x-bittensor-signature'));
}
