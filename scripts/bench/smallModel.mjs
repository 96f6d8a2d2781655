import { fileURLToPath } from 'node:url';
import { resolveModel } from '@bettertherapy/llm';

const path = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

/** The small model of the manifest, fetched when it is not there. */
export async function smallModel() {
  const { file, name, sha256 } = await resolveModel('smollm2-135m-instruct-q4_1', {
    manifestPath: path('models/manifest.json'),
    cacheDir: path('.cache/models'),
  });
  return { file, name, sha256 };
}
