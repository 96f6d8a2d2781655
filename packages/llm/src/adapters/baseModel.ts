import { LlmErrorCode, llmError } from '../errors.js';
import type { GgufTensor } from '../gguf/ggufHeader.js';
import type { AdapterFacts, AdapterTarget } from './adapterFile.js';

/** The loaded model as an adapter sees it. */
export interface BaseModel {
  /** What it is called: by its operator first, then by its own file. */
  readonly names: readonly string[];
  readonly architecture: string;
  readonly tensors: ReadonlyMap<string, Pick<GgufTensor, 'dims'>>;
}

/** What converters and hubs add to the name of a model without making it another one. */
const DRESS =
  /(?:[-_. ]+(?:gguf|ggml|bnb|awq|gptq|hf|mlx|(?:4|8)-?bits?|fp16|bf16|f16|f32|fp32|i?q[1-8](?:[-_](?:[0-9]|k|s|m|l|xs|xxs|nl|xl))*))+$/i;

/**
 * A model's name without organisation, file ending, quantisation and spelling: `meta-llama/Llama-3.1-8B-Instruct` and
 * `Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf` are the same model.
 */
export function plainModelName(name: string): string {
  const last = name.trim().split('/').at(-1) ?? '';
  return last
    .replace(/\.gguf$/i, '')
    .replace(DRESS, '')
    .replace(/^meta[-_ ]+(?=llama)/i, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

/** True when one of `names` is one of `others`, however they are spelt. */
export function sameModel(names: readonly string[], others: readonly string[]): boolean {
  const plain = new Set(others.map(plainModelName));
  return names.some((name) => plain.has(plainModelName(name)));
}

/** Refuses an adapter whose publisher says that it is for another model. @throws CodedError LLM_ADAPTER_WRONG_BASE */
export function requireNamedBase(named: string | null, base: BaseModel): void {
  if (named === null || sameModel([named], base.names)) return;
  throw wrongBase(`the adapter is for ${named}; the loaded model is ${base.names[0]}`, base);
}

/** Refuses an adapter that by its own file was made for another model. @throws CodedError LLM_ADAPTER_WRONG_BASE */
export function requireFittingBase(adapter: AdapterFacts, base: BaseModel): void {
  const is = base.names[0] ?? 'the loaded model';
  if (adapter.baseModels.length > 0 && !sameModel(adapter.baseModels, base.names)) {
    throw wrongBase(`the adapter's file says that it is for ${adapter.baseModels[0]}; the loaded model is ${is}`, base);
  }
  if (adapter.architecture !== base.architecture) {
    throw wrongBase(`the adapter is for the architecture ${adapter.architecture}; ${is} is ${base.architecture}`, base);
  }
  for (const target of adapter.targets) {
    const problem = targetProblem(target, base);
    if (problem !== null) throw wrongBase(`${problem} in ${is}`, base);
  }
}

function targetProblem({ tensor, inputs, outputs }: AdapterTarget, base: BaseModel): string | null {
  const dims = base.tensors.get(tensor)?.dims;
  if (dims === undefined) return `there is no tensor ${tensor}`;
  if (isEmbedding(tensor) && !base.tensors.has('output.weight')) {
    // The library multiplies by the embedding then, finds the halves turned around, and aborts the process.
    return `${tensor} is also the output, and cannot be adapted,`;
  }
  const [width = 0, height = 0] = dims;
  // The token embedding has a row for each token, and what goes in is the token.
  const [needs, gives] = isEmbedding(tensor) ? [height, width] : [width, height];
  const fits = needs === inputs && gives === outputs && dims.slice(2).every((size) => size === 1);
  return fits ? null : `${tensor} is ${needs} × ${gives}, not ${inputs} × ${outputs} as for the adapter,`;
}

function isEmbedding(tensor: string): boolean {
  return tensor.endsWith('token_embd.weight');
}

function wrongBase(message: string, base: BaseModel): Error {
  return llmError(LlmErrorCode.AdapterWrongBase, message, {
    remedy: `Load the base model of the adapter with --model.name, or train an adapter for this one (${base.names.join(' or ')}).`,
    details: { base: base.names },
  });
}
