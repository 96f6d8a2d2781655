export { readMigrations } from './files.js';
export { type MigrateOptions, type MigrateReport, migrate } from './migrate.js';
export { appliedMigrations, pendingMigrations } from './status.js';
