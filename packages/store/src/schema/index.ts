export * from './gateway.js';
export * from './guards.js';
export * from './judging.js';
export * from './patients.js';
export * from './pay.js';
export * from './rounds.js';
export * from './studio.js';
export * from './twins.js';
