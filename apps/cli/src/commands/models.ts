import { defineConfig, modelFragment, option } from '@bettertherapy/config';
import { loadManifest, type ModelProgress, resolveModel } from '@bettertherapy/llm';
import { z } from 'zod';
import { command } from '../command.js';
import { manifestPath } from '../start/layout.js';

const GIB = 2 ** 30;

const fetchConfig = defineConfig({
  app: 'models',
  usage: 'pnpm bt models fetch',
  summary: 'Fetches a model of models/manifest.json into the cache and checks its hash.',
  version: '0.1.0',
  words: '<model>',
  schema: z.strictObject({ model: modelFragment.pick({ cacheDir: true, hfToken: true }) }),
  finish: (values) => values,
});

/** Reports a download in plain lines, one per tenth. */
export function downloadNotes(note: (text: string) => void): (progress: ModelProgress) => void {
  let last = '';
  return ({ name, phase, bytes, totalBytes }) => {
    const tenth = phase === 'fetching' && totalBytes ? ` ${Math.floor((bytes / totalBytes) * 10) * 10} %` : '';
    const line = phase === 'ready' ? '' : `${name}: ${phase}${tenth}\n`;
    if (line !== last) note(line);
    last = line;
  };
}

export const modelsFetch = command(fetchConfig, async ({ config, positionals }, { out, note, signal }) => {
  const name = positionals[0];
  if (name === undefined) {
    note('Which one? `pnpm bt models list` shows them.\n');
    return 2;
  }
  const { file, sha256 } = await resolveModel(name, {
    manifestPath,
    cacheDir: config.model.cacheDir,
    token: config.model.hfToken ?? undefined,
    onProgress: downloadNotes(note),
    signal,
  });
  out(`${file}\nsha256 ${sha256}\n`);
  return 0;
});

const listConfig = defineConfig({
  app: 'models',
  usage: 'pnpm bt models list',
  summary: 'Lists the models of models/manifest.json.',
  version: '0.1.0',
  schema: z.strictObject({ json: option(z.boolean().default(false), { help: 'JSON for scripts' }) }),
  finish: (values) => values,
});

export const modelsList = command(listConfig, async ({ config }, { out }) => {
  const { models } = await loadManifest(manifestPath);
  if (config.json) {
    out(`${JSON.stringify(models, null, 2)}\n`);
    return 0;
  }
  for (const { id, purpose, licence, size, approximateSize } of models) {
    out(`${id}  ${((size ?? approximateSize) / GIB).toFixed(1)} GiB  ${purpose.join(', ')}  (${licence})\n`);
  }
  return 0;
});
