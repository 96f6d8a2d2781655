export type { ServeAxonOutcome, ServeAxonRequest } from './calls/axon.js';
export type { StakeRequest } from './calls/funds.js';
export type { RegisterRequest } from './calls/registration.js';
export { ChainClient } from './client.js';
export type { ChainOptions, ChainParts, MechanismOptions } from './clientOptions.js';
export type { ConnectionState } from './connection/index.js';
export {
  type ChainError,
  ChainErrorCode,
  hasChainCode,
  isConnectionFailure,
  isRetryable,
} from './errors.js';
export type { ChainHealth } from './health.js';
export type { ChainMetrics } from './metrics.js';
export { isPublicChain, NETWORKS, type Network, type ResolvedEndpoint, resolveEndpoint, safeUrl } from './networks.js';
export type { AxonInfo } from './reads/axon.js';
export { parseAxonIp } from './reads/axonAddress.js';
export type { EpochInfo } from './reads/epoch.js';
export type { Hyperparameters } from './reads/hyperparameters.js';
export { mechanismIndex } from './reads/mechanism.js';
export type { Metagraph, MetagraphNeuron } from './reads/metagraph.js';
export type { Incentives, ValidatorStanding } from './reads/neurons.js';
export type { SubnetState } from './reads/subnets.js';
export { BlockView, item, type ReadOptions, type StorageRef } from './reads/view.js';
export type { CallArguments, Plain } from './runtime/index.js';
export * from './timelock/index.js';
export type { ChainEvent } from './tx/events.js';
export type { SignedNotice, SubmitOptions, TxOutcome } from './tx/submit.js';
export type { WaitFor } from './tx/watch.js';
export type { SetWeightsRequest, WeightsOutcome } from './weights/setWeights.js';
export type { WeightTarget } from './weights/targets.js';
export type { WeightVector } from './weights/weightVector.js';
