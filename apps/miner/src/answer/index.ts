export { Answerer, type AnswerMetrics, type AnswerOptions, type AnswerParts } from './answerer.js';
