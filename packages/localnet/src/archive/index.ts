export { Archive, type Restored } from './archive.js';
export type { BlockRecord } from './format.js';
