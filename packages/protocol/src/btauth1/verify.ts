import { CodedError, decodeSs58 } from '@bettertherapy/core';
import { hexToBytes } from '@noble/hashes/utils.js';
import type { HeaderMap } from '../v10/headers.js';
import { type BtauthScheme, btauthPayload } from './payload.js';

/** The error names of the btauth/1 specification. */
export type BtauthFailure = 'MalformedAuth' | 'WrongReceiver' | 'StaleRequest' | 'BadSignature' | 'ReplayedRequest';

export type VerifySignature = (message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array) => boolean;

export interface BtauthHeaders {
  readonly sender: string;
  readonly nonceNs: bigint;
  readonly signature: Uint8Array;
  readonly receiver: string | null;
  readonly scheme: BtauthScheme;
}

/** How old and how far ahead a btauth/1 nonce may be; both edges pass. */
export interface BtauthWindow {
  readonly maxAgeMs: number;
  readonly skewMs: number;
}
export const DEFAULT_BTAUTH_WINDOW: BtauthWindow = { maxAgeMs: 10_000, skewMs: 2_000 };

export type BtauthResult =
  | { readonly ok: true; readonly sender: string; readonly nonceNs: bigint; readonly scheme: BtauthScheme }
  | { readonly ok: false; readonly failure: BtauthFailure };

/**
 * Reads the five headers in their canonical form only: scheme names in lower case, `0x` before the signature, a nonce
 * without leading zeros. Null when any is missing or malformed.
 */
export function parseAuthHeaders(headers: HeaderMap): BtauthHeaders | null {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (value === undefined || !lower.startsWith('x-bittensor-')) continue;
    if (typeof value !== 'string' || value.includes(',') || lower in own) return null;
    own[lower] = value;
  }
  const sender = own['x-bittensor-hotkey'] ?? '';
  const nonce = own['x-bittensor-nonce'] ?? '';
  const signature = own['x-bittensor-signature'] ?? '';
  const scheme = own['x-bittensor-crypto'] ?? 'sr25519';
  if (own['x-bittensor-version'] !== '1' || sender === '') return null;
  if (!/^(0|[1-9]\d{0,19})$/.test(nonce)) return null;
  if (!/^0x([0-9a-fA-F]{2}){1,64}$/.test(signature)) return null;
  if (scheme !== 'sr25519' && scheme !== 'ed25519') return null;
  return {
    sender,
    nonceNs: BigInt(nonce),
    signature: hexToBytes(signature.slice(2)),
    receiver: own['x-bittensor-receiver'] ?? null,
    scheme,
  };
}

/**
 * Verifies a request in the order of the specification: shape, scheme, receiver, freshness, signature, replay. Never
 * throws. The caller stores the nonce only after `ok`; `wasAccepted` is asked last.
 */
export function verifyAuth(request: {
  readonly headers: HeaderMap;
  readonly method: string;
  readonly target: string;
  readonly body: Uint8Array;
  readonly selfHotkey: string;
  readonly nowNs: bigint;
  /** The scheme the server trusts for this sender, from its own registry and never from the request. */
  readonly schemeOf: (sender: string) => BtauthScheme;
  readonly verify: Readonly<Record<BtauthScheme, VerifySignature>>;
  readonly window?: BtauthWindow;
  readonly requireReceiver?: boolean;
  readonly wasAccepted?: (sender: string, nonceNs: bigint) => boolean;
}): BtauthResult {
  const fail = (failure: BtauthFailure): BtauthResult => ({ ok: false, failure });
  const auth = parseAuthHeaders(request.headers);
  if (auth === null) return fail('MalformedAuth');
  const { sender, nonceNs, scheme, receiver } = auth;
  if (scheme !== request.schemeOf(sender)) return fail('BadSignature');
  if (receiver === null ? (request.requireReceiver ?? true) : receiver !== request.selfHotkey)
    return fail('WrongReceiver');
  if (!isFresh(nonceNs, request.nowNs, request.window ?? DEFAULT_BTAUTH_WINDOW)) return fail('StaleRequest');
  const publicKey = publicKeyOf(sender);
  if (publicKey === null || auth.signature.length !== 64) return fail('MalformedAuth');
  const { method, target, body } = request;
  const payload = btauthPayload({ scheme, method, target, body, nonceNs, sender, receiver });
  if (!request.verify[scheme](payload, auth.signature, publicKey)) return fail('BadSignature');
  if (request.wasAccepted?.(sender, nonceNs)) return fail('ReplayedRequest');
  return { ok: true, sender, nonceNs, scheme };
}

function isFresh(nonceNs: bigint, nowNs: bigint, window: BtauthWindow): boolean {
  const age = nowNs - nonceNs;
  return age <= BigInt(window.maxAgeMs) * 1_000_000n && -age <= BigInt(window.skewMs) * 1_000_000n;
}

function publicKeyOf(address: string): Uint8Array | null {
  try {
    return decodeSs58(address);
  } catch (error) {
    if (error instanceof CodedError) return null;
    throw error;
  }
}
