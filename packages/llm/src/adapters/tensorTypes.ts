/** How a tensor's numbers lie in the file. */
export interface TensorStorage {
  readonly name: string;
  readonly blockElements: number;
  readonly blockBytes: number;
}

/** By the number of ggml's table; only what the converters of adapters write. */
const STORAGE: ReadonlyMap<number, TensorStorage> = new Map([
  [0, { name: 'F32', blockElements: 1, blockBytes: 4 }],
  [1, { name: 'F16', blockElements: 1, blockBytes: 2 }],
  [8, { name: 'Q8_0', blockElements: 32, blockBytes: 34 }],
  [30, { name: 'BF16', blockElements: 1, blockBytes: 2 }],
]);

export function storageOf(type: number): TensorStorage | null {
  return STORAGE.get(type) ?? null;
}
