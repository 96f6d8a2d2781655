import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that this file runs from. */
export const repositoryRoot = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');

/** The SQL files that every database of this version needs. */
export const migrationsDir = join(repositoryRoot, 'migrations');

/** The list of model files. */
export const manifestPath = join(repositoryRoot, 'models', 'manifest.json');

/** Model files are shared by all runs of this checkout. */
export const modelCache = join(repositoryRoot, '.cache', 'models');

/** Where `npm start` keeps everything of its network. */
export interface Layout {
  readonly root: string;
  readonly wallets: string;
  readonly chain: string;
  readonly logs: string;
  /** What provisioning decided: the netuid and which keys exist. */
  readonly network: string;
  readonly validator: string;
  readonly validatorDatabase: string;
  readonly lock: string;
  miner(name: string): string;
}

export function layoutAt(root: string): Layout {
  const validator = join(root, 'validator');
  return {
    root,
    wallets: join(root, 'wallets'),
    chain: join(root, 'chain'),
    logs: join(root, 'logs'),
    network: join(root, 'network.json'),
    validator,
    validatorDatabase: join(validator, 'validator.sqlite'),
    lock: join(root, 'start.lock'),
    miner: (name) => join(root, 'miners', name),
  };
}

/** The built entry file of an app. */
export function appMain(app: 'miner' | 'validator' | 'cli'): string {
  return join(repositoryRoot, 'apps', app, 'dist', 'main.js');
}
