import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, from this package's `src` or `dist`. */
export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** A new empty folder under the repository's cache, and what removes it. */
export function temporaryFolder(name = 'test'): { readonly path: string; remove(): void } {
  const parent = join(repositoryRoot, '.cache', 'tmp');
  mkdirSync(parent, { recursive: true });
  const path = mkdtempSync(join(parent, `${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
