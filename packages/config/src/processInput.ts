import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { hasErrno } from '@bettertherapy/core';
import type { Environment } from './environment.js';

/** Everything an app learns from the process it runs in. */
export interface ProcessInput {
  /** Arguments after the script. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  /** True when a person watches stdout. */
  readonly terminal: boolean;
  /** Columns of that terminal, 80 when unknown. */
  readonly columns: number;
  /** The text of a file relative to `cwd`, or null when there is none. */
  readonly readText: (path: string) => string | null;
}

/** The one reader of `process.argv` and `process.env`. */
export function readProcessInput(): ProcessInput {
  const cwd = process.cwd();
  return {
    argv: process.argv.slice(2),
    env: process.env,
    cwd,
    terminal: process.stdout.isTTY === true,
    columns: process.stdout.columns ?? 80,
    readText: (path) => readTextOrNull(resolve(cwd, path)),
  };
}

function readTextOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT') || hasErrno(error, 'ENOTDIR')) return null;
    throw error;
  }
}
