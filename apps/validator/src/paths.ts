import { fileURLToPath } from 'node:url';

/** A path inside the release this file runs from (`apps/validator/src` or `dist`). */
function inRelease(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

export const migrationsDir = inRelease('migrations');
export const modelManifest = inRelease('models/manifest.json');
/** The built pages that the gateway serves. */
export const webDir = inRelease('apps/web/dist');
