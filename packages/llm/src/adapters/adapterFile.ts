import { basename } from 'node:path';
import { LlmErrorCode, llmError } from '../errors.js';
import { GGUF_FLOAT32, type GgufHeader, GgufProblem, type GgufTensor, readGgufHeader } from '../gguf/ggufHeader.js';
import { requireFiniteWeights } from './finiteWeights.js';
import { storageOf } from './tensorTypes.js';

/** The two low-rank halves that an adapter adds to one tensor of the base: W + scale · alpha / rank · B A. */
export interface AdapterTarget {
  /** Name of the base's tensor: `blk.0.attn_v.weight`. */
  readonly tensor: string;
  /** Width of what goes in; of the token embedding the size of the vocabulary. */
  readonly inputs: number;
  readonly outputs: number;
  readonly rank: number;
}

/** What a LoRA adapter in a GGUF file says of itself. */
export interface AdapterFacts {
  readonly name: string | null;
  /** As the base model's file names it: `llama`. */
  readonly architecture: string;
  /** Names of the base model by the file's own account; empty when it names none. */
  readonly baseModels: readonly string[];
  /** What its maker says of it, and names of the data it was trained on; neither is checked by anybody. */
  readonly description: string | null;
  readonly datasets: readonly string[];
  /** 0 where the file has none: the scale is then applied as it is. */
  readonly alpha: number;
  /** The largest of all targets. */
  readonly rank: number;
  readonly targets: readonly AdapterTarget[];
  readonly parameters: number;
  /** Of the weights, `F16` or `F16, F32`. */
  readonly types: string;
  readonly bytes: number;
}

/** Bytes of the largest adapter that is read; the signed packs allow no more. */
export const MAX_ADAPTER_BYTES = 8 * 1024 ** 3;
const LIMITS = { maxHeaderBytes: 16 << 20, maxTensors: 16_384 } as const;
const MAX_RANK = 4096;
const SHOWN = 3;
const MAX_DESCRIPTION_CHARS = 500;
const ALPHA = 'adapter.lora.alpha';

/**
 * Reads what an adapter is, and checks that it is whole. Loads nothing: safe for files of strangers.
 * @throws CodedError LLM_ADAPTER_INVALID, or the system's error when the file cannot be read
 */
export async function readAdapter(file: string): Promise<AdapterFacts> {
  try {
    return factsOf(await readGgufHeader(file, LIMITS));
  } catch (error) {
    throw error instanceof GgufProblem ? invalidAdapter(file, error.message) : error;
  }
}

/**
 * {@link readAdapter}, and every weight is a number: a training that ran into infinities makes a model say one token for
 * ever. Reads the whole file. @throws CodedError LLM_ADAPTER_INVALID
 */
export async function checkAdapter(file: string, signal: AbortSignal): Promise<AdapterFacts> {
  try {
    const header = await readGgufHeader(file, LIMITS);
    const facts = factsOf(header);
    await requireFiniteWeights(file, header, signal);
    return facts;
  } catch (error) {
    throw error instanceof GgufProblem ? invalidAdapter(file, error.message) : error;
  }
}

function factsOf(header: GgufHeader): AdapterFacts {
  const { metadata } = header;
  const text = (key: string): string | null => {
    const value = metadata.get(key);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  };
  if (text('general.type') !== 'adapter') throw new GgufProblem('holds no adapter (its general.type says otherwise)');
  if (text('adapter.type') !== 'lora') throw new GgufProblem('holds an adapter of another kind than LoRA');
  if (metadata.has('adapter.alora.invocation_tokens')) {
    throw new GgufProblem('holds an activated LoRA, which is not supported');
  }
  const architecture = text('general.architecture');
  if (architecture === null) throw new GgufProblem('does not say for which architecture it is');
  const alpha = metadata.get(ALPHA) ?? 0;
  // The library aborts the process over an alpha of another type.
  const written = header.types.get(ALPHA);
  if (typeof alpha !== 'number' || !Number.isFinite(alpha) || (written ?? GGUF_FLOAT32) !== GGUF_FLOAT32) {
    throw new GgufProblem('has an alpha that is no 32-bit float');
  }
  if (header.fileBytes > MAX_ADAPTER_BYTES) throw new GgufProblem('is larger than adapters may be');
  const targets = pairUp(header);
  return {
    name: text('general.name'),
    architecture,
    baseModels: namesOf(text, 'base_model'),
    description: text('general.description')?.slice(0, MAX_DESCRIPTION_CHARS) ?? null,
    datasets: namesOf(text, 'dataset'),
    alpha,
    rank: Math.max(...targets.map(({ rank }) => rank)),
    targets,
    parameters: targets.reduce((sum, { inputs, outputs, rank }) => sum + rank * (inputs + outputs), 0),
    types: [...new Set(header.tensors.map(({ type }) => storageOf(type)?.name ?? '?'))].sort().join(', '),
    bytes: header.fileBytes,
  };
}

/** `general.base_model.N.…` and `general.dataset.N.…` as the converters write them. */
function namesOf(text: (key: string) => string | null, of: 'base_model' | 'dataset'): string[] {
  const names: string[] = [];
  for (let at = 0; at < SHOWN; at += 1) {
    const repository = text(`general.${of}.${at}.repo_url`);
    for (const name of [text(`general.${of}.${at}.name`), repository === null ? null : basename(repository)]) {
      if (name !== null && !names.includes(name)) names.push(name);
    }
  }
  return names;
}

function pairUp(header: GgufHeader): AdapterTarget[] {
  const halves = new Map<string, { a?: GgufTensor; b?: GgufTensor }>();
  for (const tensor of header.tensors) {
    requireWhole(tensor, header);
    const match = /^(.+)\.lora_(a|b)$/.exec(tensor.name);
    const [, base = '', half] = match ?? [];
    // Vectors of norms may be there; llama.cpp reads over them, so they change nothing.
    if (match === null && tensor.name.endsWith('_norm.weight')) continue;
    if (match === null) throw new GgufProblem(`holds the tensor ${tensor.name}, which is no half of a LoRA pair`);
    if (tensor.dims.length !== 2) throw new GgufProblem(`holds ${tensor.name}, which is no matrix`);
    const pair = halves.get(base) ?? {};
    halves.set(base, half === 'a' ? { ...pair, a: tensor } : { ...pair, b: tensor });
  }
  if (halves.size === 0) throw new GgufProblem('holds no LoRA pair');
  return [...halves].map(([tensor, { a, b }]) => {
    if (a === undefined || b === undefined) throw new GgufProblem(`holds one half only of the pair for ${tensor}`);
    // llama.cpp keeps the first half of the token embedding turned around: a row for each token of the vocabulary.
    const [inputs = 0, rank = 0] = tensor.endsWith('token_embd.weight') ? [...a.dims].reverse() : a.dims;
    const [bRank = 0, outputs = 0] = b.dims;
    if (rank !== bRank) throw new GgufProblem(`holds halves of different rank for ${tensor}`);
    if (rank < 1 || rank > MAX_RANK) throw new GgufProblem(`has rank ${rank} for ${tensor}`);
    return { tensor, inputs, outputs, rank };
  });
}

function requireWhole(tensor: GgufTensor, header: GgufHeader): void {
  const storage = storageOf(tensor.type);
  if (storage === null) throw new GgufProblem(`stores ${tensor.name} in a way that adapters do not use`);
  const elements = tensor.dims.reduce((product, size) => product * size, 1);
  const [row = 0] = tensor.dims;
  if (!Number.isSafeInteger(elements) || elements < 1 || row % storage.blockElements !== 0) {
    throw new GgufProblem(`has an impossible shape for ${tensor.name}`);
  }
  const bytes = (elements / storage.blockElements) * storage.blockBytes;
  if (header.dataOffset + tensor.offset + bytes > header.fileBytes) {
    throw new GgufProblem(`ends before the weights of ${tensor.name} do`);
  }
}

export function invalidAdapter(file: string, problem: string): Error {
  return llmError(LlmErrorCode.AdapterInvalid, `the adapter file ${problem}`, {
    remedy: 'Convert the trained adapter again with convert_lora_to_gguf.py of llama.cpp, or fetch the file again.',
    details: { file: basename(file) },
  });
}
