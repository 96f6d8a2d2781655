import { isIP } from 'node:net';
import { ChainErrorCode, chainError } from '../errors.js';

export interface AxonIp {
  /** The address as an unsigned big-endian integer. */
  readonly value: bigint;
  readonly ipType: 4 | 6;
}

const V4_LOOPBACK = 0x7f00_0001n;
const V4_LIMIT = 0xffff_ffffn;
const V6_LIMIT = (1n << 128n) - 1n;

/**
 * The integer form of an address, refused when the chain would refuse it: IPv4 127.0.0.1 and 255.255.255.255, IPv6
 * ::1 and all ones. 0.0.0.0 and private ranges are allowed there.
 * @throws CodedError CHAIN_AXON_ADDRESS
 */
export function parseAxonIp(text: string): AxonIp {
  const kind = isIP(text);
  if (kind === 0) throw refused(text, 'it is not an IP address');
  const value = kind === 4 ? v4(text) : v6(text);
  const bad = kind === 4 ? value === V4_LOOPBACK || value >= V4_LIMIT : value === 1n || value === V6_LIMIT;
  if (bad) throw refused(text, 'the chain takes no loopback and no broadcast address');
  return { value, ipType: kind === 4 ? 4 : 6 };
}

/** The text form of an address in storage. */
export function formatAxonIp(value: bigint, ipType: 4 | 6): string {
  if (ipType === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  // The URL parser writes IPv6 in its canonical short form.
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}

function v4(text: string): bigint {
  return text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function v6(text: string): bigint {
  const canonical = new URL(`http://[${text.split('%')[0]}]/`).hostname.slice(1, -1);
  const [left = '', right] = canonical.split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const middle = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...middle, ...tail].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function refused(text: string, why: string): Error {
  return chainError(ChainErrorCode.AxonAddress, `cannot publish ${text}: ${why}`, {
    remedy: 'Give the address under which others reach this machine with --axon.external_ip.',
    details: { ip: text },
  });
}
