import { moveBonds } from './bonds.js';
import type { SparseRow, YumaNeuron, YumaParameters, YumaResult } from './types.js';
import { at, type Matrix, mapMatrix, normalise, sum, toU16, weightedMedian, zeros } from './vectors.js';

const U16_TOP = 65_535;

/** The neurons with the most stake hold permits; among equals the higher uid wins. The owner always does. */
function newPermits(neurons: readonly YumaNeuron[], stake: readonly number[], maxValidators: number): boolean[] {
  const ranked = stake
    .map((value, uid) => ({ value, uid }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => a.value - b.value || a.uid - b.uid)
    .slice(-Math.max(1, maxValidators));
  const chosen = new Set(maxValidators > 0 ? ranked.map(({ uid }) => uid) : []);
  return neurons.map((neuron, uid) => chosen.has(uid) || neuron.isOwner);
}

/** Weights that count: of permitted validators, not on themselves, newer than their target's registration. */
function countedWeights(neurons: readonly YumaNeuron[], permits: readonly boolean[]): Matrix {
  const matrix = zeros(neurons.length, neurons.length);
  for (const [i, validator] of neurons.entries()) {
    const row = matrix[i];
    if (row === undefined || !permits[i]) continue;
    for (const [j, value] of validator.weights) {
      const target = neurons[j];
      if (target === undefined || (i === j && !validator.isOwner)) continue;
      const outdated = validator.lastUpdate <= target.registeredAt;
      const committedBefore = validator.earliestCommit !== null && validator.earliestCommit < target.registeredAt;
      if (!outdated && !committedBefore) row[j] = value;
    }
  }
  return matrix.map((row) => normalise(row));
}

/** Bonds in 0…1, without those on neurons that came since the last epoch. */
function storedBonds(neurons: readonly YumaNeuron[], parameters: YumaParameters): Matrix {
  const since = parameters.lastStep > 0 ? parameters.lastStep + 1 : parameters.block - parameters.tempo;
  const matrix = zeros(neurons.length, neurons.length);
  for (const [i, neuron] of neurons.entries()) {
    const row = matrix[i];
    if (row === undefined) continue;
    for (const [j, value] of neuron.bonds) {
      const target = neurons[j];
      if (target !== undefined && since > target.registeredAt) row[j] = value / U16_TOP;
    }
  }
  return matrix;
}

function sparse(row: readonly number[]): SparseRow {
  return row.map((value, uid) => [uid, toU16(value)] as const).filter(([, value]) => value > 0);
}

/** One epoch of Yuma consensus over one mechanism. Pure: the same input gives the same result. */
export function runYuma(neurons: readonly YumaNeuron[], parameters: YumaParameters): YumaResult {
  const n = neurons.length;
  const active = neurons.map((neuron) => neuron.lastUpdate + parameters.activityCutoff >= parameters.block);
  const stake = normalise(neurons.map((neuron) => (neuron.meetsThreshold ? neuron.stake : 0)));
  const permits = neurons.map((neuron) => neuron.permit || neuron.isOwner);
  const activeStake = normalise(stake.map((value, uid) => (active[uid] && permits[uid] ? value : 0)));

  const weights = countedWeights(neurons, permits);
  const consensus = Array.from({ length: n }, (_, j) =>
    weightedMedian(
      activeStake.map((value, i) => ({ stake: value, value: at(weights, i, j) })),
      parameters.kappa,
    ),
  );
  const clipped = mapMatrix(weights, (value, _, j) => Math.min(value, consensus[j] ?? 0));
  const validatorTrust = clipped.map((row) => sum(row));
  const rank = Array.from({ length: n }, (_, j) => sum(activeStake.map((value, i) => value * at(clipped, i, j))));
  const incentive = normalise(rank);

  const forBonds = mapMatrix(weights, (value, i, j) => value + parameters.bondsPenalty * (at(clipped, i, j) - value));
  const { bonds, dividends } = moveBonds(
    { stake: activeStake, weights: forBonds, bonds: storedBonds(neurons, parameters), consensus, incentive },
    parameters,
  );

  const held = newPermits(neurons, stake, parameters.maxValidators);
  const total = sum(incentive) + sum(dividends);
  const fallback = sum(activeStake) > 0 ? activeStake : stake;
  return {
    active,
    stake,
    consensus,
    incentive,
    dividends,
    validatorTrust,
    permits: held,
    bonds: bonds.map((row, uid) => (held[uid] ? sparse(row) : [])),
    serverShare: total === 0 ? incentive : incentive.map((value) => value / total),
    validatorShare: total === 0 ? fallback : dividends.map((value) => value / total),
  };
}
