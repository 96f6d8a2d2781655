export { type DigestItem, digest, type Header, header } from './block.js';
export {
  type CommitmentData,
  type CommitmentInfo,
  commitmentInfo,
  commitmentLength,
  commitmentRegistration,
  MAX_COMMITMENT_FIELDS,
  usageTracker,
} from './commitments.js';
export {
  type DispatchError,
  type DispatchEventInfo,
  dispatchClass,
  dispatchError,
  dispatchEventInfo,
  dispatchResult,
  type Phase,
  phase,
} from './dispatch.js';
export {
  COMMITMENTS_INDEX,
  METAGRAPH_FIELDS,
  type Metagraph,
  metagraph,
  type SelectiveMetagraph,
  selectiveMetagraph,
  VALIDATORS_INDEX,
} from './metagraph.js';
export {
  type NeuronInfo,
  type NeuronInfoLite,
  neuronInfo,
  neuronInfoLite,
  type StakeInfo,
  type SubnetState,
  stakeInfo,
  subnetState,
} from './neuronInfo.js';
export {
  accountInfo,
  fixedU128,
  h160,
  multiAddress,
  multiSignature,
  NOBODY,
  weight,
} from './primitives.js';
export {
  type DynamicInfo,
  dynamicInfo,
  type HyperparamValue,
  hyperparamEntry,
  type SubnetHyperparams,
  type SubnetHyperparamsV2,
  type SubnetInfo,
  type SubnetInfoV2,
  subnetHyperparams,
  subnetHyperparamsV2,
  subnetInfo,
  subnetInfoV2,
} from './subnetInfo.js';
export {
  type AxonInfo,
  axonInfo,
  chainIdentity,
  epochConsensus,
  type HyperparameterName,
  lockState,
  neuronCertificate,
  type PrometheusInfo,
  prometheusInfo,
  rateLimitKey,
  recycleOrBurn,
  rootClaimType,
  safeFloat,
  subnetIdentity,
} from './subtensor.js';
