import { blake2b } from '@noble/hashes/blake2.js';
import { compactToU8a, hexToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { ChainErrorCode, chainError } from '../errors.js';

/** A block header as the client keeps it. */
export interface Head {
  readonly number: number;
  readonly hash: string;
  readonly parentHash: string;
  /** The block changed the runtime: everything read at it or later needs new metadata. */
  readonly changesRuntime: boolean;
}

/** SCALE tag of the digest item by which Substrate announces that the code changed. */
const RUNTIME_ENVIRONMENT_UPDATED = 8;

/** Reads a header of JSON-RPC and computes its hash (blake2-256 of its encoding). @throws CodedError CHAIN_DECODE */
export function parseHead(json: unknown): Head {
  const header = field(json, 'header');
  const parentHash = hex(header.parentHash, 'parentHash', 32);
  const number = Number.parseInt(hexText(header.number, 'number'), 16);
  const logs = field(header.digest, 'digest').logs;
  if (!Array.isArray(logs)) throw malformed('digest.logs');
  const items = logs.map((item) => hex(item, 'digest item'));
  const encoded = u8aConcat(
    parentHash,
    compactToU8a(number),
    hex(header.stateRoot, 'stateRoot', 32),
    hex(header.extrinsicsRoot, 'extrinsicsRoot', 32),
    compactToU8a(items.length),
    ...items,
  );
  return {
    number,
    hash: u8aToHex(blake2b(encoded, { dkLen: 32 })),
    parentHash: u8aToHex(parentHash),
    changesRuntime: items.some((item) => item[0] === RUNTIME_ENVIRONMENT_UPDATED),
  };
}

function field(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw malformed(what);
  // An object's members may be looked up by any name; each is checked where it is used.
  return value as Record<string, unknown>;
}

function hexText(value: unknown, what: string): string {
  if (typeof value !== 'string' || !/^0x[0-9a-f]+$/i.test(value)) throw malformed(what);
  return value;
}

function hex(value: unknown, what: string, length?: number): Uint8Array {
  const bytes = hexToU8a(hexText(value, what));
  if (length !== undefined && bytes.length !== length) throw malformed(what);
  return bytes;
}

function malformed(what: string): Error {
  return chainError(ChainErrorCode.Decode, `the node sent a header without a usable ${what}`, {
    remedy: 'Check that the endpoint is a Substrate node; choose another --subtensor.chain_endpoint.',
    details: { what },
  });
}
