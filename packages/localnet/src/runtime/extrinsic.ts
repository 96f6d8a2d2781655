import type { RuntimeCall } from '../declare/runtimeCall.js';
import { badScale } from '../errors.js';
import type { ValueOf } from '../scale/index.js';
import {
  bytes,
  compactU32,
  compactU64,
  concatBytes,
  decodeWith,
  encodeWith,
  type Hex,
  Reader,
  toHex,
  u32,
} from '../scale/index.js';
import { blake2_256 } from '../state/index.js';
import { multiAddress, multiSignature } from '../types/index.js';
import type { Runtime } from './version.js';

const SIGNED_V4 = 0x84;
const BARE_V4 = 0x04;

export type Era =
  | { readonly kind: 'immortal' }
  | { readonly kind: 'mortal'; readonly period: number; readonly phase: number };

export interface SignedPart {
  readonly account: Hex;
  readonly signature: ValueOf<typeof multiSignature>;
  readonly era: Era;
  readonly nonce: number;
  readonly tip: bigint;
  /** Era, nonce, tip and mode as they were sent. */
  readonly extra: Uint8Array;
}

/** A decoded extrinsic, version 4. */
export interface Extrinsic {
  /** With its length prefix, as blocks carry it. */
  readonly encoded: Uint8Array;
  readonly hash: Hex;
  readonly signed: SignedPart | null;
  readonly call: RuntimeCall;
  readonly callBytes: Uint8Array;
}

function decodeEra(input: Reader): Era {
  const first = input.byte();
  if (first === 0) return { kind: 'immortal' };
  const encoded = first + input.byte() * 256;
  const period = 2 << (encoded % 16);
  const quantum = Math.max(1, period >> 12);
  const phase = (encoded >> 4) * quantum;
  if (period < 4 || phase >= period) throw badScale('not an era');
  return { kind: 'mortal', period, phase };
}

/** @throws CodedError LOCALNET_BAD_SCALE when it is not a version 4 extrinsic of this runtime. */
export function decodeExtrinsic(encoded: Uint8Array, runtime: Runtime): Extrinsic {
  const body = decodeWith(bytes, encoded);
  const input = new Reader(body, runtime.calls);
  const version = input.byte();
  if (version !== SIGNED_V4 && version !== BARE_V4) throw badScale('only version 4 extrinsics are known');
  let signed: SignedPart | null = null;
  if (version === SIGNED_V4) {
    const account = multiAddress.decode(input);
    const signature = multiSignature.decode(input);
    const from = input.position;
    const era = decodeEra(input);
    const nonce = compactU32.decode(input);
    const tip = compactU64.decode(input);
    // No metadata hash is checked here, so a client must not ask for it.
    if (input.byte() !== 0) throw badScale('CheckMetadataHash must be off');
    signed = { account, signature, era, nonce, tip, extra: body.slice(from, input.position) };
  }
  const callBytes = body.slice(input.position);
  const call = runtime.calls.decode(input);
  input.end();
  return { encoded, hash: toHex(blake2_256(encoded)), signed, call, callBytes };
}

/** An unsigned extrinsic, as inherents are. */
export function bareExtrinsic(callBytes: Uint8Array): Uint8Array {
  return encodeWith(bytes, concatBytes([new Uint8Array([BARE_V4]), callBytes]));
}

/** Payloads longer than this are hashed before they are signed. */
const LONGEST_PLAIN_PAYLOAD = 256;

/** The bytes whose signature an extrinsic carries. */
export function signedPayload(
  extrinsic: { readonly callBytes: Uint8Array; readonly extra: Uint8Array },
  implicit: {
    readonly specVersion: number;
    readonly transactionVersion: number;
    readonly genesis: Uint8Array;
    readonly birthBlock: Uint8Array;
  },
): Uint8Array {
  const noMetadataHash = new Uint8Array([0]);
  const payload = concatBytes([
    extrinsic.callBytes,
    extrinsic.extra,
    encodeWith(u32, implicit.specVersion),
    encodeWith(u32, implicit.transactionVersion),
    implicit.genesis,
    implicit.birthBlock,
    noMetadataHash,
  ]);
  return payload.length > LONGEST_PLAIN_PAYLOAD ? blake2_256(payload) : payload;
}

/** The block a mortal extrinsic was born in, seen from `current`; it dies `period` blocks later. */
export function eraBirth(era: Extract<Era, { kind: 'mortal' }>, current: number): number {
  return Math.floor((Math.max(current, era.phase) - era.phase) / era.period) * era.period + era.phase;
}
