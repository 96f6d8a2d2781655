import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '@bettertherapy/core';
import { StoreErrorCode } from '../errors.js';

export interface MigrationFile {
  /** 1, 2, 3…; the order of application. */
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
  readonly sql: string;
}

const NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;

/**
 * The migrations of a folder, in order, without gaps.
 * @throws CodedError STORE_MIGRATION_FILES
 */
export function readMigrations(dir: string): MigrationFile[] {
  const files = list(dir)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => readMigration(dir, name));
  files.forEach((file, index) => {
    if (file.number !== index + 1) throw badFiles(dir, `expected number ${index + 1} at ${file.name}`);
  });
  if (files.length === 0) throw badFiles(dir, 'no migrations in it');
  return files;
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (cause) {
    throw badFiles(dir, 'cannot be read', cause);
  }
}

function readMigration(dir: string, name: string): MigrationFile {
  const match = NAME.exec(name);
  if (!match) throw badFiles(dir, `${name} is not named 0001_what_it_does.sql`);
  const sql = readFileSync(join(dir, name), 'utf8').replaceAll('\r\n', '\n');
  return { number: Number(match[1]), name, sha256: createHash('sha256').update(sql).digest('hex'), sql };
}

function badFiles(dir: string, why: string, cause?: unknown): CodedError<StoreErrorCode> {
  return new CodedError(StoreErrorCode.MigrationFiles, `migrations folder ${dir}: ${why}`, {
    remedy: 'Restore the migrations folder of this release (git checkout -- migrations).',
    details: { dir },
    cause,
  });
}
