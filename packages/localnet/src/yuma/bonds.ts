import type { YumaParameters } from './types.js';
import { at, type Matrix, mapMatrix, normalise, normaliseColumns, sum } from './vectors.js';

interface BondInput {
  readonly stake: readonly number[];
  readonly weights: Matrix;
  readonly bonds: Matrix;
  readonly consensus: readonly number[];
  readonly incentive: readonly number[];
}

interface BondOutput {
  /** In 0…1, as they are to be stored. */
  readonly bonds: Matrix;
  /** Normalised. */
  readonly dividends: readonly number[];
}

/** How far a bond moves to its weight when liquid alpha is on: further the more the validator leads the consensus. */
export function liquidAlpha(
  weight: number,
  bond: number,
  consensus: number,
  range: { readonly low: number; readonly high: number; readonly steepness: number },
): number {
  const difference = weight >= bond ? weight - consensus : bond - weight;
  const x = Math.min(1, Math.max(0, difference));
  const sigmoid = 1 / (1 + Math.exp(-(range.steepness / 100) * (x - 0.5)));
  return range.low + (range.high - range.low) * sigmoid;
}

/** Yuma 3: every validator's bond moves to its weight on its own; dividends count the column share at payment. */
function yuma3(input: BondInput, parameters: YumaParameters): BondOutput {
  const range = parameters.liquidAlpha;
  const bonds = mapMatrix(input.weights, (weight, i, j) => {
    const bond = at(input.bonds, i, j);
    const alpha = range === null ? parameters.bondsAlpha : liquidAlpha(weight, bond, input.consensus[j] ?? 0, range);
    return alpha * weight + (1 - alpha) * bond;
  });
  const shares = normaliseColumns(bonds, input.stake.length);
  const raw = shares.map(
    (row, i) => (input.stake[i] ?? 0) * sum(row.map((share, j) => share * (input.incentive[j] ?? 0))),
  );
  return { bonds, dividends: normalise(raw) };
}

/** Yuma 2: bonds are shares of a column bought with stake; stored scaled so that each column's largest is 1. */
function yuma2(input: BondInput, parameters: YumaParameters): BondOutput {
  const n = input.stake.length;
  const old = normaliseColumns(input.bonds, n);
  const bought = normaliseColumns(
    mapMatrix(input.weights, (weight, i) => (input.stake[i] ?? 0) * weight),
    n,
  );
  const alpha = parameters.bondsAlpha;
  const moved = normaliseColumns(
    mapMatrix(bought, (share, i, j) => alpha * share + (1 - alpha) * at(old, i, j)),
    n,
  );
  const dividends = normalise(moved.map((row) => sum(row.map((share, j) => share * (input.incentive[j] ?? 0)))));
  const largest = Array.from({ length: n }, (_, j) => Math.max(0, ...moved.map((row) => row[j] ?? 0)));
  const bonds = mapMatrix(moved, (share, _, j) => ((largest[j] ?? 0) === 0 ? 0 : share / (largest[j] ?? 1)));
  return { bonds, dividends };
}

export function moveBonds(input: BondInput, parameters: YumaParameters): BondOutput {
  return parameters.version === 3 ? yuma3(input, parameters) : yuma2(input, parameters);
}
