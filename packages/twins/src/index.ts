export { ANSWER_WORDS, countWords } from './answerLength.js';
export {
  type Deidentified,
  deidentify,
  IDENTIFIER_KINDS,
  type IdentifierKind,
  type IdentifierSpan,
  type ResidualReason,
} from './deidentify/index.js';
export { TwinErrorCode } from './errors.js';
export { MAX_PERSONA_BYTES, type Persona, parsePersona } from './persona/parsePersona.js';
export { defaultPersonaPath, installDefaultPersona, PersonaFile } from './persona/personaFile.js';
export {
  CRISIS_REGIONS,
  type CrisisRegion,
  crisisFallback,
  crisisGuidance,
  crisisLine,
  namesCrisisHelp,
} from './safety/crisisHelp.js';
export { detectRisk, type RiskFinding } from './safety/detectRisk.js';
export type { RiskKind, RiskLevel } from './safety/riskRules.js';
