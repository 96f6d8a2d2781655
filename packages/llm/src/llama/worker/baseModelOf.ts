import type { GgufFileInfo } from 'node-llama-cpp';
import type { BaseModel } from '../../adapters/baseModel.js';

/** The loaded model as adapters are compared with it. `name` is what the operator calls it. */
export function baseModelOf(info: GgufFileInfo, name: string): BaseModel {
  const { general } = info.metadata;
  const { basename, size_label: size } = general;
  // Files have it; the library's type does not know it.
  const finetune = 'finetune' in general && typeof general.finetune === 'string' ? general.finetune : undefined;
  const spelt = basename === undefined ? [] : [[basename, size, finetune].filter(Boolean).join(' ')];
  const tensors = info.fullTensorInfo ?? [];
  return {
    names: [...new Set([name, ...(general.name === undefined ? [] : [general.name]), ...spelt])],
    architecture: general.architecture,
    tensors: new Map(tensors.map((tensor) => [tensor.name, { dims: tensor.dimensions.map(Number) }])),
  };
}
