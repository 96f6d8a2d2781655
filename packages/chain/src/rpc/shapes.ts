import { hexToU8a } from '@polkadot/util';
import { ChainErrorCode, chainError } from '../errors.js';

/** Readers of JSON-RPC results: each gives a typed value or fails with CHAIN_DECODE naming `what`. */

const HASH = /^0x[0-9a-f]{64}$/;
const HEX = /^0x(?:[0-9a-f]{2})*$/i;

/** A 32-byte hash as lower-case 0x hex. */
export function hashFrom(json: unknown, what: string): string {
  const text = typeof json === 'string' ? json.toLowerCase() : '';
  if (!HASH.test(text)) throw malformed(what);
  return text;
}

/** Bytes given as 0x hex. */
export function bytesFrom(json: unknown, what: string): Uint8Array {
  if (typeof json !== 'string' || !HEX.test(json)) throw malformed(what);
  return hexToU8a(json);
}

/** A count that is not negative. */
export function countFrom(json: unknown, what: string): number {
  if (typeof json !== 'number' || !Number.isSafeInteger(json) || json < 0) throw malformed(what);
  return json;
}

function malformed(what: string): Error {
  return chainError(ChainErrorCode.Decode, `the node sent no usable ${what}`, {
    remedy: 'Check that the endpoint is a Substrate node; choose another --subtensor.chain_endpoint.',
    details: { what },
  });
}
