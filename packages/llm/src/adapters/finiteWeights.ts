import { createReadStream } from 'node:fs';
import { type GgufHeader, GgufProblem, type GgufTensor } from '../gguf/ggufHeader.js';
import { storageOf } from './tensorTypes.js';

/** Bits that are all set in an infinity and in what is no number, where an exponent stands in 16 bits. */
const EXPONENT: Readonly<Record<string, number>> = { F16: 0x7c00, BF16: 0x7f80, F32: 0x7f80 };

/** Reads all weights once. @throws GgufProblem when one of them is no finite number */
export async function requireFiniteWeights(file: string, header: GgufHeader, signal: AbortSignal): Promise<void> {
  for (const tensor of header.tensors) {
    const storage = storageOf(tensor.type);
    if (storage === null) continue;
    const { blockBytes, blockElements } = storage;
    const blocks = tensor.dims.reduce((product, size) => product * size, 1) / blockElements;
    const start = header.dataOffset + tensor.offset;
    const end = start + blocks * blockBytes - 1;
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of createReadStream(file, { start, end, highWaterMark: 1 << 20, signal })) {
      const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const whole = bytes.length - (bytes.length % blockBytes);
      requireFinite(bytes, whole, blockBytes, storage.name, tensor);
      rest = bytes.subarray(whole);
    }
  }
}

function requireFinite(bytes: Buffer, end: number, step: number, type: string, tensor: GgufTensor): void {
  // A block of Q8_0 begins with its scale as F16; an F32 ends with the half that holds its exponent.
  const mask = EXPONENT[type] ?? 0x7c00;
  const within = type === 'F32' ? 2 : 0;
  for (let at = within; at < end; at += step) {
    if ((bytes.readUInt16LE(at) & mask) === mask) {
      throw new GgufProblem(`holds weights in ${tensor.name} that are no finite numbers`);
    }
  }
}
