export { Beacon, roundAt, roundPoint } from './beacon.js';
export { bindingScalar, openEnvelope, serialiseGt } from './envelope.js';
