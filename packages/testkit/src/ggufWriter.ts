import { writeFileSync } from 'node:fs';

/** One tensor of F32 numbers; `dims` fastest-running first. */
export interface WrittenTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

export interface WrittenGguf {
  /** Numbers are u32, or f32 where said; lists are of u32. */
  readonly metadata: Readonly<Record<string, string | number | readonly number[] | { readonly f32: number }>>;
  readonly tensors: readonly WrittenTensor[];
}

const VERSION = 3;
const ALIGNMENT = 32;
const U32 = 4;
const F32 = 6;
const STRING = 8;
const ARRAY = 9;
/** ggml's number of the type F32. */
const TENSOR_F32 = 0;

/** The bytes of a small GGUF file. */
export function ggufBytes({ metadata, tensors }: WrittenGguf): Buffer {
  const entries = Object.entries(metadata);
  const header: Buffer[] = [Buffer.from('GGUF'), u32(VERSION), u64(tensors.length), u64(entries.length)];
  for (const [key, value] of entries) {
    header.push(text(key));
    if (typeof value === 'string') header.push(u32(STRING), text(value));
    else if (typeof value === 'number') header.push(u32(U32), u32(value));
    else if ('f32' in value) header.push(u32(F32), f32(value.f32));
    else header.push(u32(ARRAY), u32(U32), u64(value.length), ...value.map(u32));
  }
  const data: Buffer[] = [];
  let offset = 0;
  for (const { name, dims, values } of tensors) {
    header.push(text(name), u32(dims.length), ...dims.map(u64), u32(TENSOR_F32), u64(offset));
    const bytes = padded(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
    data.push(bytes);
    offset += bytes.length;
  }
  return Buffer.concat([padded(Buffer.concat(header)), ...data]);
}

export interface WrittenLora {
  readonly architecture: string;
  /** `general.base_model.0.name`; none when left out. */
  readonly baseModel?: string | undefined;
  readonly alpha: number;
  readonly rank: number;
  readonly targets: readonly { readonly tensor: string; readonly inputs: number; readonly outputs: number }[];
  /** Of the random weights; the second half of every pair is zero when null, so that nothing changes. */
  readonly seed: number | null;
  /** Size of the random weights. */
  readonly size?: number | undefined;
  /** More entries, like `general.name`. */
  readonly metadata?: WrittenGguf['metadata'] | undefined;
}

/** The bytes of a LoRA adapter as convert_lora_to_gguf.py lays them out, with weights of no meaning. */
export function loraBytes(lora: WrittenLora): Buffer {
  const { architecture, baseModel, alpha, rank, targets, seed, size = 0.05 } = lora;
  const random = mulberry32(seed ?? 1);
  const fill = (count: number, zero: boolean): Float32Array =>
    Float32Array.from({ length: count }, () => (zero ? 0 : (random() * 2 - 1) * size));
  return ggufBytes({
    metadata: {
      'general.architecture': architecture,
      'general.type': 'adapter',
      'adapter.type': 'lora',
      'adapter.lora.alpha': { f32: alpha },
      ...(baseModel === undefined ? {} : { 'general.base_model.count': 1, 'general.base_model.0.name': baseModel }),
      ...lora.metadata,
    },
    tensors: targets.flatMap(({ tensor, inputs, outputs }) => [
      { name: `${tensor}.lora_a`, dims: [inputs, rank], values: fill(inputs * rank, false) },
      { name: `${tensor}.lora_b`, dims: [rank, outputs], values: fill(rank * outputs, seed === null) },
    ]),
  });
}

/** {@link loraBytes} in a file. */
export function writeLora(file: string, lora: WrittenLora): void {
  writeFileSync(file, loraBytes(lora));
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT)]);
}

/** A small seeded generator, so that a seed always gives the same file. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
