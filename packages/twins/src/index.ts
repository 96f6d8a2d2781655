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
export { fuseRankings } from './memory/fuse.js';
export { matchQuery } from './memory/matchQuery.js';
export {
  type Embedder,
  type MemoryParts,
  type NoteIndex,
  type RecalledNote,
  type RecallRequest,
  TwinMemory,
} from './memory/twinMemory.js';
export { avatarProblem } from './pack/avatar.js';
export { canonicalJson, sha256Hex } from './pack/canonical.js';
export {
  MAX_ENVELOPE_BYTES,
  openEnvelope,
  type PackEnvelope,
  packSha256,
  packSigningMessage,
  sealPack,
  type TwinSigner,
} from './pack/envelope.js';
export {
  MAX_PACK_BYTES,
  type PackContent,
  type TwinAdapter,
  type TwinDialogue,
  type TwinNote,
  type TwinPack,
  type TwinSource,
} from './pack/packSchema.js';
export { contentOf, type PackProblem, packProblems, parsePack, parsePackContent } from './pack/parsePack.js';
export { mayFollow, requireStep, TWIN_STATES, type TwinState } from './pack/states.js';
export {
  indexSigningMessage,
  MAX_INDEX_BYTES,
  openIndex,
  type SignedTwinIndex,
  sealIndex,
  type TwinIndex,
  type TwinIndexEntry,
} from './pack/twinIndex.js';
export { readShippedPacks, seedShippedPacks, shippedPacksDir } from './packs.js';
export { MAX_PERSONA_BYTES, type Persona, parsePersona } from './persona/parsePersona.js';
export { defaultPersonaPath, installDefaultPersona, PersonaFile } from './persona/personaFile.js';
export { instructionsOf, repeatsInstructions } from './prompt/repeatsInstructions.js';
export { NOTES_HEADING, noteText, personaOf } from './prompt/twinText.js';
export { notesOf } from './registry/notes.js';
export type { ShelfNote, ShelfTwin, ShelfVersion, ShelfVersionHead, TwinDraft, TwinShelf } from './registry/shelf.js';
export { type CurrentTwin, TwinCatalogue } from './registry/twinCatalogue.js';
export { type ImportOutcome, TwinRegistry, type TwinRegistryParts } from './registry/twinRegistry.js';
export { acknowledgesRisk, givesMethodOrSecrecy, namesCrisisRoute } from './safety/answerSafety.js';
export {
  CRISIS_REGIONS,
  type CrisisRegion,
  crisisContacts,
  crisisFallback,
  crisisGuidance,
  crisisLine,
  namesCrisisHelp,
} from './safety/crisisHelp.js';
export { detectRisk, type RiskCue, type RiskFinding, riskCues } from './safety/detectRisk.js';
export { type ConversationMessage, detectRiskInConversation } from './safety/detectRiskInConversation.js';
export type { RiskKind, RiskLevel } from './safety/riskRule.js';
export { type HarmfulVoice, harmfulVoice } from './safety/voice/answerVoice.js';
export { asksWhoSpeaks } from './safety/voice/askedWho.js';
export { claimsToBePerson } from './safety/voice/claimsToBePerson.js';
export type { VoiceKind } from './safety/voice/voiceRule.js';
