import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dataFragment } from '@bettertherapy/config';
import { hasErrno } from '@bettertherapy/core';
import { type Administration, openAdministration } from '@bettertherapy/store';
import { migrationsDir } from '../../start/layout.js';

/** `--data.dir` of the validator whose gateway is meant. */
export const validatorData = dataFragment('validator');

/** Runs `work` on the database of a validator, which may be running. */
export async function withAdministration<T>(dataDir: string, work: (open: Administration) => T): Promise<T> {
  const file = join(resolve(dataDir), 'validator.sqlite');
  const administration = openAdministration({ file, migrationsDir });
  try {
    return work(administration);
  } finally {
    administration.close();
  }
}

/** The running gateway writes its address here. */
export function gatewayUrlFile(dataDir: string): string {
  return join(resolve(dataDir), 'gateway.url');
}

/** Where the gateway of that validator listens; null while it does not run. */
export function gatewayUrl(dataDir: string): string | null {
  try {
    return readFileSync(gatewayUrlFile(dataDir), 'utf8').trim();
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

/** The page that opens with this key: doctors and operators sign in by following it. */
export function linkOf(url: string, scopes: readonly string[], key: string): string | null {
  if (scopes.includes('studio')) return `${url}/#invitation=${key}`;
  return scopes.includes('operator') ? `${url}/#key=${key}` : null;
}
