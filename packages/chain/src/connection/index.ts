export { stallMs } from './blockClock.js';
export { Connection, type ConnectionOptions, type ConnectionState } from './connection.js';
export type { Head } from './head.js';
export { Session } from './session.js';
