import { open } from 'node:fs/promises';

/** One tensor as the header of a GGUF file describes it. */
export interface GgufTensor {
  readonly name: string;
  /** Fastest-running first. */
  readonly dims: readonly number[];
  /** A number of ggml's table of types; 0 is F32, 1 F16. */
  readonly type: number;
  /** Bytes from the start of the data part. */
  readonly offset: number;
}

/** What stands in front of the weights of a GGUF file. */
export interface GgufHeader {
  /** Texts, numbers and booleans; null for arrays, which are read over. */
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** The type that each entry is written in, by its number in the format. */
  readonly types: ReadonlyMap<string, number>;
  readonly tensors: readonly GgufTensor[];
  /** Where the data part begins. */
  readonly dataOffset: number;
  readonly fileBytes: number;
}

export type GgufValue = string | number | boolean | null;
/** The number of the format's 32-bit float. */
export const GGUF_FLOAT32 = 6;

export interface GgufLimits {
  /** A header that is not over by then is refused. */
  readonly maxHeaderBytes: number;
  readonly maxTensors: number;
}

const MAGIC = 0x46554747;
const FIRST_READ_BYTES = 256 * 1024;
const MAX_ENTRIES = 4096;
const MAX_NAME_BYTES = 512;
const MAX_TEXT_BYTES = 1 << 20;
const MAX_DIMS = 4;
const DEFAULT_ALIGNMENT = 32;
const STRING = 8;
const ARRAY = 9;
/** Bytes of the scalar types by their number; texts and arrays have none. */
const SCALAR_BYTES: readonly number[] = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];

/** Why a file is no GGUF file that we read; the sentence goes on behind "the file …". */
export class GgufProblem extends Error {}
/** The header is longer than what was read of it. */
class NeedsMore extends Error {}

/**
 * Reads a header within bounds. The library's own reader runs away on damaged counts, so files of strangers are read by
 * this one first. @throws GgufProblem
 */
export async function readGgufHeader(file: string, limits: GgufLimits): Promise<GgufHeader> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    for (let bytes = Math.min(size, FIRST_READ_BYTES); ; bytes = Math.min(size, bytes * 4, limits.maxHeaderBytes)) {
      const buffer = Buffer.alloc(bytes);
      const { bytesRead } = await handle.read(buffer, 0, bytes, 0);
      try {
        return parseHeader(buffer.subarray(0, bytesRead), size, limits.maxTensors);
      } catch (error) {
        if (!(error instanceof NeedsMore)) throw error;
        if (bytes >= size) throw new GgufProblem('ends inside its header');
        if (bytes >= limits.maxHeaderBytes) throw new GgufProblem('has a header that is too long');
      }
    }
  } finally {
    await handle.close();
  }
}

function parseHeader(buffer: Buffer, fileBytes: number, maxTensors: number): GgufHeader {
  const cursor = new Cursor(buffer);
  if (cursor.u32() !== MAGIC) throw new GgufProblem('is no GGUF file');
  const version = cursor.u32();
  if (version !== 2 && version !== 3) throw new GgufProblem(`is GGUF version ${version}; 2 and 3 are read`);
  const tensorCount = cursor.count(maxTensors, 'tensors');
  const entries = cursor.count(MAX_ENTRIES, 'metadata entries');
  const metadata = new Map<string, GgufValue>();
  const types = new Map<string, number>();
  for (let at = 0; at < entries; at += 1) {
    const key = cursor.text(MAX_NAME_BYTES);
    const type = cursor.u32();
    if (metadata.has(key)) throw new GgufProblem('names a metadata entry twice');
    metadata.set(key, cursor.value(type));
    types.set(key, type);
  }
  const tensors: GgufTensor[] = [];
  for (let at = 0; at < tensorCount; at += 1) tensors.push(cursor.tensor());
  if (new Set(tensors.map(({ name }) => name)).size !== tensors.length) {
    throw new GgufProblem('names a tensor twice');
  }
  const stated = metadata.get('general.alignment');
  const alignment = typeof stated === 'number' ? stated : DEFAULT_ALIGNMENT;
  if (!Number.isInteger(alignment) || alignment < 1 || alignment > 65_536) {
    throw new GgufProblem('has an impossible alignment');
  }
  return { metadata, types, tensors, dataOffset: Math.ceil(cursor.at / alignment) * alignment, fileBytes };
}

/** Reads forward through a header; everything it returns was checked against the bounds. */
class Cursor {
  at = 0;

  constructor(private readonly buffer: Buffer) {}

  u32(): number {
    return this.buffer.readUInt32LE(this.take(4));
  }

  count(max: number, what: string): number {
    const count = this.u64();
    if (count > max) throw new GgufProblem(`claims to have ${count} ${what}`);
    return count;
  }

  text(maxBytes: number): string {
    const bytes = this.u64();
    if (bytes > maxBytes) throw new GgufProblem('holds a text that is too long');
    const start = this.take(bytes);
    return this.buffer.toString('utf8', start, start + bytes);
  }

  value(type: number): GgufValue {
    if (type === STRING) return this.text(MAX_TEXT_BYTES);
    if (type === ARRAY) {
      this.skipArray();
      return null;
    }
    const start = this.take(scalarBytes(type));
    const { buffer } = this;
    switch (type) {
      case 0:
        return buffer.readUInt8(start);
      case 1:
        return buffer.readInt8(start);
      case 2:
        return buffer.readUInt16LE(start);
      case 3:
        return buffer.readInt16LE(start);
      case 4:
        return buffer.readUInt32LE(start);
      case 5:
        return buffer.readInt32LE(start);
      case 6:
        return buffer.readFloatLE(start);
      case 7:
        return buffer.readUInt8(start) !== 0;
      case 10:
        return Number(buffer.readBigUInt64LE(start));
      case 11:
        return Number(buffer.readBigInt64LE(start));
      default:
        return buffer.readDoubleLE(start);
    }
  }

  tensor(): GgufTensor {
    const name = this.text(MAX_NAME_BYTES);
    const rank = this.u32();
    if (rank < 1 || rank > MAX_DIMS) throw new GgufProblem(`has a tensor of ${rank} dimensions`);
    const dims = Array.from({ length: rank }, () => this.u64());
    return { name, dims, type: this.u32(), offset: this.u64() };
  }

  private skipArray(): void {
    const type = this.u32();
    const count = this.u64();
    if (type === ARRAY) throw new GgufProblem('holds an array of arrays');
    if (type !== STRING) this.take(count * scalarBytes(type));
    else for (let at = 0; at < count; at += 1) this.take(this.u64());
  }

  /** No size in a real file needs more than 53 bits. */
  private u64(): number {
    const value = Number(this.buffer.readBigUInt64LE(this.take(8)));
    if (!Number.isSafeInteger(value)) throw new GgufProblem('holds an impossible size');
    return value;
  }

  private take(bytes: number): number {
    const start = this.at;
    if (bytes > this.buffer.length - start) throw new NeedsMore();
    this.at = start + bytes;
    return start;
  }
}

function scalarBytes(type: number): number {
  const bytes = SCALAR_BYTES[type];
  if (bytes === undefined || bytes === 0) throw new GgufProblem(`holds a value of the unknown type ${type}`);
  return bytes;
}
