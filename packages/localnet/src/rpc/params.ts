import { CoreErrorCode, decodeSs58, hasCode } from '@bettertherapy/core';
import { fromHex, type Hex, isHex, toHex } from '../scale/index.js';
import { badParams } from './jsonRpc.js';

/** A required hex string; like a real node it takes one without its 0x. @throws RpcFailure */
export function hexParam(value: unknown, name: string): Hex {
  const prefixed = typeof value === 'string' && !value.startsWith('0x') ? `0x${value}` : value;
  if (!isHex(prefixed)) throw badParams(`${name} must be hex text`);
  // Lower case, because keys and hashes are compared as text.
  return toHex(fromHex(prefixed));
}

export function optionalHash(value: unknown): Hex | undefined {
  return value === undefined || value === null ? undefined : hexParam(value, 'hash');
}

export function bytesParam(value: unknown, name: string): Uint8Array {
  return fromHex(hexParam(value, name));
}

/** A list of at most `max` hex strings. */
export function hexListParam(value: unknown, name: string, max: number): Hex[] {
  if (!Array.isArray(value)) throw badParams(`${name} must be a list`);
  if (value.length > max) throw badParams(`${name} may have ${max} items`);
  return value.map((item) => hexParam(item, name));
}

/** A block number: decimal or hex. */
export function numberParam(value: unknown, name: string): number {
  const number = typeof value === 'string' && /^(0x[0-9a-fA-F]+|[0-9]+)$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) {
    throw badParams(`${name} must be a whole number`);
  }
  return number;
}

export function textParam(value: unknown, name: string): string {
  if (typeof value !== 'string') throw badParams(`${name} must be text`);
  return value;
}

/** An SS58 address or a 32-byte hex key. */
export function accountParam(value: unknown): Hex {
  if (isHex(value) && value.length === 66) return hexParam(value, 'account');
  try {
    return toHex(decodeSs58(textParam(value, 'account')));
  } catch (error) {
    if (hasCode(error, CoreErrorCode.BadAddress)) throw badParams('not an SS58 address with prefix 42');
    throw error;
  }
}
