import { concatBytes, encodeWith, fromHex, type Hex, toHex } from '../scale/index.js';
import { blake2_256, type Writes } from '../state/index.js';
import { type DigestItem, type Header, header } from '../types/index.js';

export interface Block {
  readonly number: number;
  readonly hash: Hex;
  readonly header: Header;
  /** With length prefixes, in order. */
  readonly extrinsics: readonly Uint8Array[];
}

/**
 * What this chain puts for a state root: the hash of the parent's root and this block's writes in order. It binds a block to
 * everything before it, but proves no single key.
 */
function stateRoot(parentRoot: Hex, writes: Writes): Hex {
  const parts = [fromHex(parentRoot)];
  for (const [key, value] of writes) parts.push(fromHex(key), value ?? new Uint8Array([0xff]));
  return toHex(blake2_256(concatBytes(parts)));
}

function extrinsicsRoot(extrinsics: readonly Uint8Array[]): Hex {
  return toHex(blake2_256(concatBytes(extrinsics.map((extrinsic) => blake2_256(extrinsic)))));
}

/** Seals a block: its hash is the blake2 of its encoded header. */
export function sealBlock(parts: {
  readonly number: number;
  readonly parentHash: Hex;
  readonly parentRoot: Hex;
  readonly writes: Writes;
  readonly extrinsics: readonly Uint8Array[];
  readonly logs: DigestItem[];
}): Block {
  const sealed: Header = {
    parent_hash: parts.parentHash,
    number: parts.number,
    state_root: stateRoot(parts.parentRoot, parts.writes),
    extrinsics_root: extrinsicsRoot(parts.extrinsics),
    digest: { logs: parts.logs },
  };
  return blockOf(sealed, parts.extrinsics);
}

/** A block out of its header and body; the hash follows from the header. */
export function blockOf(sealed: Header, extrinsics: readonly Uint8Array[]): Block {
  return { number: sealed.number, hash: toHex(blake2_256(encodeWith(header, sealed))), header: sealed, extrinsics };
}
