export { runYuma } from './epoch.js';
export type { SparseRow, YumaNeuron, YumaParameters, YumaResult } from './types.js';
export { toU16 } from './vectors.js';
