import { ChainErrorCode, chainError } from '../errors.js';

const U16_MAX = 0xffff;

/** Weights as the chain takes them: u16 values, one per uid. */
export interface WeightVector {
  readonly uids: readonly number[];
  readonly values: readonly number[];
}

/**
 * Checks what needs no chain state: equal lengths, u16 ranges, no duplicate, at least one weight above zero.
 * @throws CodedError CHAIN_BAD_WEIGHTS
 */
export function checkVector({ uids, values }: WeightVector): void {
  if (uids.length !== values.length) throw bad(`${uids.length} uids came with ${values.length} values`);
  for (const number of [...uids, ...values]) {
    if (!Number.isInteger(number) || number < 0 || number > U16_MAX) throw bad(`${number} is not a u16`);
  }
  if (new Set(uids).size !== uids.length) throw bad('a uid appears twice');
  if (!values.some((value) => value > 0)) throw bad('no weight is above zero');
}

export function bad(why: string, details: object = {}): Error {
  return chainError(ChainErrorCode.BadWeights, `these weights cannot be set: ${why}`, {
    remedy: 'Nothing was sent. Set them again from a fresh metagraph; if it repeats, report it with the logs.',
    details: { ...details },
  });
}
