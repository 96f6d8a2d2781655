import { CodedError, decodeSs58, type Hotkey, parseHotkey } from '@bettertherapy/core';
import type { VerifySignature } from '@bettertherapy/protocol';
import { z } from 'zod';
import { TwinErrorCode } from '../errors.js';
import { canonicalJson, sha256Hex } from './canonical.js';
import { MAX_PACK_BYTES, type TwinPack } from './packSchema.js';
import { parsePack } from './parsePack.js';

/** Whose key signs; a wallet's signer is one. */
export interface TwinSigner {
  readonly address: string;
  /** sr25519. */
  sign(message: Uint8Array): Uint8Array;
}

/** A pack with proof of who published it. */
export interface PackEnvelope {
  readonly pack: TwinPack;
  /** Of the pack's canonical JSON. */
  readonly sha256: string;
  readonly signer: Hotkey;
  /** Hex of 64 bytes over {@link packSigningMessage}. */
  readonly signature: string;
}

/** Bytes of an envelope as sent: the pack and its proof. */
export const MAX_ENVELOPE_BYTES = MAX_PACK_BYTES + 1024;

const envelopeSchema = z.strictObject({
  pack: z.unknown(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  signer: z.string().max(64),
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});

/** The bytes that a publisher signs for a pack. */
export function packSigningMessage(sha256: string): Uint8Array {
  return new TextEncoder().encode(`bettertherapy/twin/1:${sha256}`);
}

/** Signs a pack. @throws CodedError CORE_BAD_ADDRESS */
export function sealPack(pack: TwinPack, signer: TwinSigner): PackEnvelope {
  const sha256 = packSha256(pack);
  const signature = Buffer.from(signer.sign(packSigningMessage(sha256))).toString('hex');
  return { pack, sha256, signer: parseHotkey(signer.address), signature };
}

/** The name of a pack's content. */
export function packSha256(pack: TwinPack): string {
  return sha256Hex(canonicalJson(pack));
}

/**
 * An envelope of unknown origin: its shape, its hash, its signature, and whether the signer is wanted here.
 * @param allows whose packs are taken
 * @throws CodedError TWIN_PACK_INVALID, TWIN_PACK_TOO_LARGE, TWIN_HASH_MISMATCH, TWIN_BAD_SIGNATURE, TWIN_FOREIGN_SIGNER
 */
export function openEnvelope(
  value: unknown,
  parts: { readonly verify: VerifySignature; readonly allows?: ((signer: Hotkey) => boolean) | undefined },
): PackEnvelope {
  const parsed = envelopeSchema.safeParse(value);
  if (!parsed.success) {
    throw refused(TwinErrorCode.PackInvalid, 'this is not a signed pack', 'Get the pack again from its publisher.');
  }
  const { sha256, signature } = parsed.data;
  const signer = signerOf(parsed.data.signer);
  if (parts.allows && !parts.allows(signer)) {
    throw refused(
      TwinErrorCode.ForeignSigner,
      'the pack is signed by a hotkey whose packs are not taken here',
      'Name the hotkey with --twin.publishers when you trust it.',
      { signer },
    );
  }
  const pack = parsePack(parsed.data.pack);
  if (packSha256(pack) !== sha256) {
    throw refused(
      TwinErrorCode.HashMismatch,
      'the pack is not what its sha256 says',
      'Get the pack again from its publisher.',
      { id: pack.id, version: pack.version },
    );
  }
  checkSignature(packSigningMessage(sha256), { signer, signature }, parts.verify);
  return { pack, sha256, signer, signature };
}

/** @throws CodedError TWIN_BAD_SIGNATURE */
export function checkSignature(
  message: Uint8Array,
  by: { readonly signer: Hotkey; readonly signature: string },
  verify: VerifySignature,
): void {
  if (verify(message, Buffer.from(by.signature, 'hex'), decodeSs58(by.signer))) return;
  throw refused(
    TwinErrorCode.BadSignature,
    'the signature is not the one of the signer named beside it',
    'Get it again from its publisher; if it repeats, do not trust that source.',
    { signer: by.signer },
  );
}

/** @throws CodedError TWIN_BAD_SIGNATURE when the text is no address */
export function signerOf(address: string): Hotkey {
  try {
    return parseHotkey(address);
  } catch (cause) {
    throw new CodedError(TwinErrorCode.BadSignature, 'the signer is not an address', {
      remedy: 'Get it again from its publisher.',
      cause,
    });
  }
}

function refused(
  code: TwinErrorCode,
  message: string,
  remedy: string,
  details: Readonly<Record<string, unknown>> = {},
): CodedError<TwinErrorCode> {
  return new CodedError(code, message, { remedy, details });
}
