export {
  type AdapterFacts,
  type AdapterTarget,
  checkAdapter,
  MAX_ADAPTER_BYTES,
  readAdapter,
} from './adapters/adapterFile.js';
export { AdapterFolder, type FoundAdapter } from './adapters/adapterFolder.js';
export { type ShelvedAdapter, shelveAdapter, shelvedAdapter } from './adapters/adapterShelf.js';
export { plainModelName, sameModel } from './adapters/baseModel.js';
export { fetchAdapter, type WantedAdapter } from './adapters/fetchAdapter.js';
export { isAdapterFault, isRetryable, LlmErrorCode } from './errors.js';
export { fileSha256 } from './files/fileHash.js';
export { type InspectedModel, inspectModel } from './files/inspectModel.js';
export { loadManifest, type ManifestEntry, type ModelManifest } from './files/manifest.js';
export type { ModelProgress, OnProgress } from './files/progress.js';
export { type ResolvedModel, type ResolveOptions, resolveModel } from './files/resolveModel.js';
export type {
  AdapterUse,
  CallOptions,
  ChatEvent,
  ChatMessage,
  ChatRequest,
  ChatResult,
  LanguageModel,
  LogLikelihoodRequest,
  LogLikelihoodResult,
  ModelCall,
  ModelCapabilities,
  ModelInfo,
  ModelMetrics,
  NextTokenRequest,
  NextTokenResult,
  Sampling,
  SharedPrompt,
} from './languageModel.js';
export type { AnthropicConfig, LlamaConfig, ModelConfig, OpenAiConfig, Supervision } from './modelConfig.js';
export { type ModelParts, openModel } from './openModel.js';
export { type Script, ScriptedModel } from './scripted/scriptedModel.js';
