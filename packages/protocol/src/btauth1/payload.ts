import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

export type BtauthScheme = 'sr25519' | 'ed25519';

/** Everything a btauth/1 signature covers. */
export interface BtauthFields {
  readonly scheme: BtauthScheme;
  readonly method: string;
  /** Path and query exactly as on the wire, percent-encoded. */
  readonly target: string;
  readonly body: Uint8Array;
  readonly nonceNs: bigint;
  readonly sender: string;
  /** Null for a request addressed to nobody in particular. */
  readonly receiver: string | null;
}

/** The bytes that are signed: eight lines joined with LF. */
export function btauthPayload(fields: BtauthFields): Uint8Array {
  return utf8ToBytes(
    [
      'btauth/1',
      fields.scheme,
      fields.method.toUpperCase(),
      fields.target,
      bytesToHex(sha256(fields.body)),
      String(fields.nonceNs),
      fields.sender,
      fields.receiver ?? '-',
    ].join('\n'),
  );
}

/** The headers of an sr25519-signed request (the scheme is left out, as the default). */
export function signBtauth(
  fields: Omit<BtauthFields, 'scheme' | 'receiver'> & {
    readonly receiver: string;
    readonly sign: (payload: Uint8Array) => Uint8Array;
  },
): Readonly<Record<string, string>> {
  const payload = btauthPayload({ ...fields, scheme: 'sr25519' });
  return {
    'x-bittensor-version': '1',
    'x-bittensor-hotkey': fields.sender,
    'x-bittensor-nonce': String(fields.nonceNs),
    'x-bittensor-signature': `0x${bytesToHex(fields.sign(payload))}`,
    'x-bittensor-receiver': fields.receiver,
  };
}
