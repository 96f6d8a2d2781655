/** Byte layouts of the timelock envelope. */

export function u64be(value: number | bigint): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value), false);
  return out;
}

export function u64le(value: number | bigint): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value), true);
  return out;
}

/** A byte string behind its length as u64 little-endian. */
export function withLength(bytes: Uint8Array): Uint8Array {
  return concat(u64le(bytes.length), bytes);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Big-endian integer. */
export function bigFromBytes(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

/** @throws RangeError when the lengths differ. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length !== b.length) throw new RangeError('xor needs equal lengths');
  return a.map((byte, i) => byte ^ (b[i] ?? 0));
}

/** Reads fields one after another. @throws RangeError when the bytes run out. */
export class ByteReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get left(): number {
    return this.bytes.length - this.at;
  }

  take(count: number): Uint8Array {
    if (count > this.left) throw new RangeError('the bytes run out');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** A byte string behind a u64 little-endian length. */
  string(): Uint8Array {
    const head = this.take(8);
    const length = new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true);
    if (length > BigInt(this.left)) throw new RangeError('the bytes run out');
    return this.take(Number(length));
  }
}
