import {
  bytes,
  concatBytes,
  decodeWith,
  encodeWith,
  fromHex,
  type Hex,
  h256,
  option,
  struct,
  toHex,
  tuple,
  utf8,
  vec,
} from '../scale/index.js';
import { blake2_256, type Writes } from '../state/index.js';
import { type Header, header } from '../types/index.js';

/** One block as the log keeps it: enough to have it again without running it again. */
export interface BlockRecord {
  readonly header: Header;
  readonly extrinsics: readonly Uint8Array[];
  readonly writes: Writes;
}

/** The whole state after one block. */
export interface Snapshot extends BlockRecord {
  readonly genesisHash: Hex;
}

const MAGIC = utf8('btlocal1');
const CHECK_BYTES = 8;
const LENGTH_BYTES = 4;

const blockForm = struct('', { header, extrinsics: vec(bytes), writes: vec(tuple(bytes, option(bytes))) });
const snapshotForm = struct('', { genesisHash: h256, block: blockForm });

function plain({ header: sealed, extrinsics, writes }: BlockRecord) {
  const pairs = [...writes].map(([key, value]): [Uint8Array, Uint8Array | null] => [fromHex(key), value]);
  return { header: sealed, extrinsics: [...extrinsics], writes: pairs };
}

function record(form: ReturnType<typeof plain>): BlockRecord {
  return { ...form, writes: new Map(form.writes.map(([key, value]) => [toHex(key), value])) };
}

/** Length, checksum, body: a torn or damaged record shows. */
function framed(body: Uint8Array): Uint8Array {
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, body.length, true);
  return concatBytes([length, blake2_256(body).subarray(0, CHECK_BYTES), body]);
}

/** The body of the frame at `offset`, or null when there is no whole and undamaged one. */
function unframe(file: Uint8Array, offset: number): { readonly body: Uint8Array; readonly end: number } | null {
  const start = offset + LENGTH_BYTES + CHECK_BYTES;
  if (start > file.length) return null;
  const length = new DataView(file.buffer, file.byteOffset).getUint32(offset, true);
  const body = file.slice(start, start + length);
  if (body.length !== length) return null;
  const check = file.subarray(offset + LENGTH_BYTES, start);
  return toHex(blake2_256(body).subarray(0, CHECK_BYTES)) === toHex(check) ? { body, end: start + length } : null;
}

export function encodeBlock(block: BlockRecord): Uint8Array {
  return framed(encodeWith(blockForm, plain(block)));
}

/** The whole records of a log, and where the first damaged one begins. */
export function decodeLog(file: Uint8Array): { readonly blocks: readonly BlockRecord[]; readonly goodBytes: number } {
  const blocks: BlockRecord[] = [];
  let offset = 0;
  for (let frame = unframe(file, offset); frame !== null; frame = unframe(file, offset)) {
    blocks.push(record(decodeWith(blockForm, frame.body)));
    offset = frame.end;
  }
  return { blocks, goodBytes: offset };
}

export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  const body = encodeWith(snapshotForm, { genesisHash: snapshot.genesisHash, block: plain(snapshot) });
  return concatBytes([MAGIC, framed(body)]);
}

/** Null when the file is not a whole snapshot. */
export function decodeSnapshot(file: Uint8Array): Snapshot | null {
  if (toHex(file.subarray(0, MAGIC.length)) !== toHex(MAGIC)) return null;
  const frame = unframe(file, MAGIC.length);
  if (frame === null) return null;
  const { genesisHash, block } = decodeWith(snapshotForm, frame.body);
  return { genesisHash, ...record(block) };
}
