export { type Beacon, QUICKNET, revealRound } from './beacon.js';
export {
  ENVELOPE_OVERHEAD,
  type Envelope,
  openEnvelope,
  parseEnvelope,
  type RandomBytes,
  sealForRound,
} from './envelope.js';
export {
  applyBlock,
  type EpochState,
  epochDue,
  epochOf,
  epochOfBlock,
  firstRevealBlock,
  nextEpochBlock,
  walkTo,
} from './epochClock.js';
export { encodePlaintext, type WeightsPlaintext } from './plaintext.js';
