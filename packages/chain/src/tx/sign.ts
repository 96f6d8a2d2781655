import type { Signer } from '@bettertherapy/wallet';
import { blake2b } from '@noble/hashes/blake2.js';
import { u8aConcat, u8aToHex } from '@polkadot/util';
import type { EncodedCall, Runtime } from '../runtime/index.js';

/** Version byte of a signed extrinsic of format 4. */
const EXTRINSIC_FORMAT = 4;
/** Longer payloads are signed by their hash. */
const LONGEST_RAW_PAYLOAD = 256;
/** Variant of MultiSignature for sr25519. */
const SR25519 = 0x01;

export interface SigningContext {
  readonly genesisHash: string;
  readonly nonce: number;
  /** The block that the mortality starts at, and how many blocks it lasts (a power of two, 4..65536). */
  readonly era: { readonly birth: { readonly number: number; readonly hash: string }; readonly period: number };
}

export interface SignedExtrinsic {
  readonly bytes: Uint8Array;
  /** blake2-256 of the bytes, 0x hex: how the chain names it. */
  readonly hash: string;
  /** The last block in which it can land. */
  readonly validUntil: number;
}

/**
 * Signs a call as an extrinsic of format 4. Which extensions are part of the payload, and in which order, comes
 * from the runtime's metadata.
 */
export function signExtrinsic(
  runtime: Runtime,
  call: EncodedCall,
  signer: Signer,
  context: SigningContext,
): SignedExtrinsic {
  const { registry, version } = runtime;
  const { birth, period } = context.era;
  const method = u8aToHex(call.bytes);
  const fields = {
    address: signer.address,
    blockHash: birth.hash,
    era: registry.createTypeUnsafe('ExtrinsicEra', [{ current: birth.number, period }]).toHex(),
    genesisHash: context.genesisHash,
    metadataHash: null,
    method,
    mode: 0,
    nonce: context.nonce,
    specVersion: version.specVersion,
    tip: 0,
    transactionVersion: version.transactionVersion,
    version: EXTRINSIC_FORMAT,
  };
  const payload = registry.createType('ExtrinsicPayload', fields, { version: EXTRINSIC_FORMAT });
  // `method: true`: the call as it is, without the length prefix of a byte string.
  const message = payload.toU8a({ method: true });
  const signature = signer.sign(message.length > LONGEST_RAW_PAYLOAD ? blake2b(message, { dkLen: 32 }) : message);
  const extrinsic = registry.createType('Extrinsic', { method }, { version: EXTRINSIC_FORMAT });
  extrinsic.addSignature(signer.address, u8aConcat(Uint8Array.of(SR25519), signature), payload.toU8a());
  const bytes = extrinsic.toU8a();
  return { bytes, hash: u8aToHex(blake2b(bytes, { dkLen: 32 })), validUntil: birth.number + period };
}
