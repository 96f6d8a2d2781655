export { isRetryable, LlmErrorCode } from './errors.js';
export type {
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
export { openModel } from './openModel.js';
export { type Script, ScriptedModel } from './scripted/scriptedModel.js';
