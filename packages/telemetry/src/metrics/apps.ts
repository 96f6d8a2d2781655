import { adapterMetrics, answerMetrics } from './answerMetrics.js';
import { axonMetrics, dendriteMetrics } from './axonMetrics.js';
import { chainMetrics } from './chainMetrics.js';
import { gatewayMetrics } from './gatewayMetrics.js';
import { judgeMetrics } from './judgeMetrics.js';
import type { MetricSet } from './metricSet.js';
import { modelMetrics } from './modelMetrics.js';
import { roundMetrics } from './roundMetrics.js';
import { storeMetrics } from './storeMetrics.js';

/** All metrics of the miner, by the package that reports them. */
export function minerMetrics(set: MetricSet) {
  return {
    axon: axonMetrics(set),
    answer: answerMetrics(set),
    adapters: adapterMetrics(set),
    model: modelMetrics(set),
    chain: chainMetrics(set),
    store: storeMetrics(set),
  };
}
export type MinerMetrics = ReturnType<typeof minerMetrics>;

/** All metrics of the validator, by the package that reports them. */
export function validatorMetrics(set: MetricSet) {
  return {
    round: roundMetrics(set),
    judge: judgeMetrics(set),
    dendrite: dendriteMetrics(set),
    gateway: gatewayMetrics(set),
    model: modelMetrics(set),
    chain: chainMetrics(set),
    store: storeMetrics(set),
  };
}
export type ValidatorMetrics = ReturnType<typeof validatorMetrics>;
