import { FOREIGN_RULES } from './foreignRules.js';
import { IMPLIED_RULES } from './impliedRules.js';
import { MEDICAL_RULES } from './medicalRules.js';
import { OTHERS_RULES } from './othersRules.js';
import { PARTING_RULES } from './partingRules.js';
import type { RiskRule } from './riskRule.js';
import { PAST_RULE, SELF_HARM_RULES } from './selfHarmRules.js';

/** The lexicon. Patterns see lower-case, single-spaced text with plain quotes and common contractions. */
export const RISK_RULES: readonly RiskRule[] = [
  ...SELF_HARM_RULES,
  PAST_RULE,
  ...PARTING_RULES,
  ...IMPLIED_RULES,
  ...OTHERS_RULES,
  ...MEDICAL_RULES,
  ...FOREIGN_RULES,
];
