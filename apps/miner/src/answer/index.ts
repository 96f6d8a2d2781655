export { Answerer, type AnswerMetrics, type AnswerOptions, type AnswerParts, type TwinSource } from './answerer.js';
export { ModelHealth } from './modelHealth.js';
