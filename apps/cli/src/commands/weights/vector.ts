import { toU16Weights, type WeightRules, type WeightSkip } from '@bettertherapy/scoring';
import { CliErrorCode, cliError } from '../errors.js';

const UID = /^\d{1,5}$/;
const SHARE = /^(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Pairs `--uids 1,2` with `--weights 0.5,0.5`. @throws CodedError CLI_USAGE */
export function parseEntries(uids: readonly string[], weights: readonly string[]): { uid: number; weight: number }[] {
  if (uids.length !== weights.length) {
    throw badEntries(`${uids.length} uids came with ${weights.length} weights`);
  }
  const entries = uids.map((uid, at) => {
    const weight = weights[at] ?? '';
    if (!UID.test(uid) || Number(uid) > 65_535) throw badEntries(`"${uid}" is not a uid`);
    if (!SHARE.test(weight) || !Number.isFinite(Number(weight))) throw badEntries(`"${weight}" is not a weight`);
    return { uid: Number(uid), weight: Number(weight) };
  });
  if (new Set(entries.map(({ uid }) => uid)).size !== entries.length) throw badEntries('a uid is given twice');
  return entries;
}

const REASONS: Readonly<Record<WeightSkip, string>> = {
  no_positive_weight: 'no weight is above zero',
  too_few_weights: 'fewer weights than min_allowed_weights',
  max_weight_unreachable: 'so few weights that even equal ones exceed max_weights_limit',
};

/** The vector as the chain takes it. @throws CodedError CLI_NO_WEIGHTS when the subnet's rules leave none */
export function toVector(
  entries: readonly { readonly uid: number; readonly weight: number }[],
  rules: WeightRules,
): { readonly uids: number[]; readonly values: number[] } {
  const vector = toU16Weights(entries, rules);
  if (!('skip' in vector)) return vector;
  throw cliError(CliErrorCode.NoWeights, `${REASONS[vector.skip]}: ${vector.have} given, ${vector.need} needed`, {
    remedy: 'Give weights to more miners; `pnpm bt subnet hyperparameters` shows the rules.',
    details: { skip: vector.skip, have: vector.have, need: vector.need },
  });
}

function badEntries(why: string): Error {
  return cliError(CliErrorCode.Usage, why, {
    remedy: 'Give as many weights as uids, for example --uids 1,2,3 --weights 0.5,0.3,0.2.',
  });
}
