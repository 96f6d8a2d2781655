import { globalStorage } from './globalStorage.js';
import { neuronStorage } from './neuronStorage.js';
import { subnetStorage } from './subnetStorage.js';

/** All storage of SubtensorModule. */
export const S = { ...globalStorage, ...subnetStorage, ...neuronStorage };

export { subtensorCalls } from './calls.js';
export { subtensorEvents } from './events.js';
