import { answerMetrics } from './answerMetrics.js';
import { axonMetrics } from './axonMetrics.js';
import { chainMetrics } from './chainMetrics.js';
import type { MetricSet } from './metricSet.js';
import { modelMetrics } from './modelMetrics.js';
import { roundMetrics } from './roundMetrics.js';

/** All metrics of the miner. */
export function minerMetrics(set: MetricSet) {
  return { axon: axonMetrics(set), answer: answerMetrics(set), model: modelMetrics(set), chain: chainMetrics(set) };
}
export type MinerMetrics = ReturnType<typeof minerMetrics>;

/** All metrics of the validator. */
export function validatorMetrics(set: MetricSet) {
  return { round: roundMetrics(set), model: modelMetrics(set), chain: chainMetrics(set) };
}
export type ValidatorMetrics = ReturnType<typeof validatorMetrics>;
