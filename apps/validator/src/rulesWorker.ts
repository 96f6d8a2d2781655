/** What the threads of {@link RulesPool} run. */
export { gateAnswer, harmfulTexts, maskTexts } from './patientRules.js';
