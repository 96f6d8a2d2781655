import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LlmErrorCode } from '../../../src/errors.js';
import { loadManifest } from '../../../src/files/manifest.js';
import { MANIFEST, SMALL_MODEL } from '../../support/realModel.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifest-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the manifest of the repository', () => {
  it('has the models that the programs name by default', async () => {
    const { models } = await loadManifest(MANIFEST);
    const ids = models.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([
        'llama-3.1-8b-instruct-q4_k_m',
        'llama-3.1-8b-instruct-q8_0',
        'llama-3.1-8b-instruct-f16',
      ]),
    );
    expect(models.find(({ id }) => id === SMALL_MODEL)).toMatchObject({ verified: true, size: 98_362_432 });
  });

  it('asks for the hardware that the README and min_compute.yml ask for', async () => {
    const { models } = await loadManifest(MANIFEST);
    const root = join(dirname(MANIFEST), '..');
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const rows = [
      ...readme.matchAll(/^\|[^|]+\| ([^|]+?), (Q\w+|F16) \([^|]+\) *\| (\d+) GB[^|]*\| (none|(\d+) GB VRAM) *\|$/gm),
    ];
    expect(rows).toHaveLength(4);
    for (const [, name = '', quantisation = '', ram, , vram] of rows) {
      const id = `${name} ${quantisation}`.toLowerCase().replaceAll(' ', '-');
      const hardware = models.find((model) => model.id === id)?.hardware;
      expect(hardware, id).toEqual({ ram: Number(ram), vram: vram === undefined ? null : Number(vram) });
    }
    const compute = await readFile(join(root, 'min_compute.yml'), 'utf8');
    const least = models.find(({ id }) => id === 'llama-3.1-8b-instruct-q4_k_m')?.hardware;
    const figures = (key: string) =>
      [...compute.matchAll(new RegExp(`^ +${key}: (\\d+)$`, 'gm'))].map(([, value]) => Number(value));
    expect(figures('min_vram')).toEqual([least?.vram, least?.vram]);
    expect(figures('min_ram')).toEqual([least?.ram, least?.ram]);
  });

  it('names no hash that was not checked', async () => {
    const { models } = await loadManifest(MANIFEST);
    for (const model of models) expect(model.verified).toBe(model.sha256 !== null && model.size !== null);
  });
});

describe('a manifest', () => {
  const entry = {
    id: 'm',
    purpose: ['try'],
    family: 'f',
    parameters: '1B',
    quantisation: 'Q4_0',
    contextTrained: 10,
    licence: 'MIT',
    gated: false,
    sources: [{ kind: 'hub', repo: 'a/b', revision: 'main', file: 'm.gguf' }],
    size: null,
    approximateSize: 10,
    sha256: null,
    verified: false,
  };
  const source = (change: object): object => ({ ...entry, sources: [{ ...entry.sources[0], ...change }] });

  it.each([
    ['is not JSON', '{'],
    ['has a model without sources', JSON.stringify({ version: 1, models: [{ ...entry, sources: [] }] })],
    ['has two models of one id', JSON.stringify({ version: 1, models: [entry, entry] })],
    ['calls a model verified that has no hash', JSON.stringify({ version: 1, models: [{ ...entry, verified: true }] })],
    ['has an unknown field', JSON.stringify({ version: 1, models: [{ ...entry, sha1: 'x' }] })],
    ['has an id that leaves the cache', JSON.stringify({ version: 1, models: [{ ...entry, id: '../m' }] })],
    [
      'has a file that leaves the repository',
      JSON.stringify({ version: 1, models: [source({ file: '../../m.gguf' })] }),
    ],
    [
      'has a package that is an option of pip',
      JSON.stringify({
        version: 1,
        models: [{ ...entry, sources: [{ kind: 'wheel', package: '--index-url=x', version: '1', member: 'm' }] }],
      }),
    ],
  ])('is refused when it %s', async (_what, text) => {
    const path = join(folder, 'manifest.json');
    await writeFile(path, text);
    await expect(loadManifest(path)).rejects.toMatchObject({ code: LlmErrorCode.ManifestInvalid });
  });

  it('is refused when it is missing', async () => {
    await expect(loadManifest(join(folder, 'none.json'))).rejects.toMatchObject({ code: LlmErrorCode.ManifestInvalid });
  });
});

describe('docs/models.md', () => {
  it('has a row for every model of the manifest, and says which are checked', async () => {
    const page = await readFile(new URL('../../../../../docs/models.md', import.meta.url), 'utf8');
    for (const { id, verified } of (await loadManifest(MANIFEST)).models) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${id}\``));
      expect(row?.trim().endsWith(verified ? '| yes |' : '| no |'), id).toBe(true);
    }
  });
});
