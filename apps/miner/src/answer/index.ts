export { Answerer, type AnswerMetrics, type AnswerOptions, type AnswerParts } from './answerer.js';
export { ModelHealth } from './modelHealth.js';
export type { TwinSource } from './openConversation.js';
