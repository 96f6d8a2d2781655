import { badScale } from '../errors.js';

/** Bytes as lower-case `0x…` text: the form of accounts, hashes and storage keys inside the chain. */
export type Hex = `0x${string}`;

export function toHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;
}

/** @throws CodedError LOCALNET_BAD_SCALE when `text` is not `0x` and an even number of hex digits. */
export function fromHex(text: string): Uint8Array {
  if (!isHex(text)) throw badScale('not 0x hex text');
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
}

export function isHex(text: unknown): text is Hex {
  return typeof text === 'string' && text.length % 2 === 0 && /^0x[0-9a-fA-F]*$/.test(text);
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Grows as it is written to. */
export class Writer {
  private buffer = new Uint8Array(64);
  private length = 0;

  byte(value: number): void {
    this.room(1);
    this.buffer[this.length++] = value;
  }

  bytes(value: Uint8Array): void {
    this.room(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
  }

  /** Little-endian, `size` bytes; negative values in two's complement. */
  integer(value: bigint, size: number): void {
    this.room(size);
    let rest = BigInt.asUintN(size * 8, value);
    for (let i = 0; i < size; i++) {
      this.buffer[this.length++] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }

  /** Little-endian unsigned, at most 6 bytes. */
  small(value: number, size: number): void {
    this.room(size);
    let rest = value;
    for (let i = 0; i < size; i++) {
      this.buffer[this.length++] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }

  finish(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  private room(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.length + more));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
  }
}

/** Decodes a call by the indices of one runtime. */
export interface CallReader {
  decode(input: Reader): unknown;
}

/** Nested calls deeper than this are refused, so that a small message cannot exhaust the stack. */
const MAX_DEPTH = 16;

/** Reads forward and throws LOCALNET_BAD_SCALE instead of reading past the end. */
export class Reader {
  private offset = 0;
  private depth = 0;

  private readonly source: Uint8Array;

  /** `calls` is what a nested call decodes with; without it nested calls are refused. */
  constructor(
    source: Uint8Array,
    readonly calls: CallReader | null = null,
  ) {
    // A Buffer's slice would share memory with what it was read from.
    this.source = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  }

  get remaining(): number {
    return this.source.length - this.offset;
  }

  get position(): number {
    return this.offset;
  }

  byte(): number {
    const value = this.source[this.offset];
    if (value === undefined) throw badScale('unexpected end');
    this.offset += 1;
    return value;
  }

  bytes(count: number): Uint8Array {
    if (count > this.remaining) throw badScale('unexpected end');
    const value = this.source.slice(this.offset, this.offset + count);
    this.offset += count;
    return value;
  }

  integer(size: number, signed: boolean): bigint {
    const raw = this.bytes(size);
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(raw[i] ?? 0);
    return signed ? BigInt.asIntN(size * 8, value) : value;
  }

  small(size: number): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < size; i++) {
      value += this.byte() * scale;
      scale *= 256;
    }
    return value;
  }

  /** Runs `read` one level deeper. */
  nested<T>(read: () => T): T {
    if (this.depth >= MAX_DEPTH) throw badScale('nested too deeply');
    this.depth += 1;
    try {
      return read();
    } finally {
      this.depth -= 1;
    }
  }

  end(): void {
    if (this.remaining > 0) throw badScale(`${this.remaining} bytes too many`);
  }
}
