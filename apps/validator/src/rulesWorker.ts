/** What the threads of {@link RulesPool} run. */
export { gateAnswer, maskTexts } from './patientRules.js';
