export { type Attack, attackSchema } from './attack.js';
export {
  type GradedAnswer,
  gradedAnswerSchema,
  type Question,
  questionSchema,
  questionText,
  RUBRIC_AXES,
  type RubricItem,
  rubricItemSchema,
} from './question.js';
