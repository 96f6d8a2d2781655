import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ggufBytes, loraBytes, temporaryFolder, type WrittenLora } from '@bettertherapy/testkit';
import { ready } from '@bettertherapy/wallet';
import { beforeAll, describe, expect, it } from 'vitest';
import { onEnd } from '../../fixture.js';
import { login, runStudio, studioClient, twinOf } from './fixture.js';

beforeAll(ready);

const TWIN = '/twins/dr-ada';
const lora = (more: Partial<WrittenLora> = {}): Buffer =>
  loraBytes({
    architecture: 'llama',
    baseModel: 'SmolLM2 135M Instruct',
    alpha: 16,
    rank: 8,
    targets: [{ tensor: 'blk.0.attn_v.weight', inputs: 576, outputs: 192 }],
    seed: 1,
    ...more,
  });
const BYTES = lora();
const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

interface Adapters {
  readonly next: { readonly sha256: string } | null;
  readonly published: { readonly sha256: string } | null;
}

/** A doctor with a twin that could be submitted, and the folder in which their uploads lie. */
async function withTwin(flags: readonly string[] = [], files: Readonly<Record<string, Buffer>> = {}) {
  const folder = temporaryFolder('studio-adapters');
  onEnd(() => folder.remove());
  mkdirSync(folder.path, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder.path, name), bytes);
  const running = await runStudio({}, [`--gateway.adapters=${folder.path}`, ...flags]);
  const { studio, base, url, token } = running;
  await studio('POST', '/twins', { id: 'dr-ada', name: 'Dr. Ada' });
  await studio('PUT', `${TWIN}/draft`, twinOf(base, 'dr-ada'));
  const begin = async (bytes = BYTES.length): Promise<string> =>
    (await studio<{ upload: string }>('POST', `${TWIN}/adapter/uploads`, { bytes })).upload;
  const piece = async (upload: string, at: number, bytes: Buffer): Promise<{ status: number; body: unknown }> => {
    const reply = await fetch(`${url}/v1/studio${TWIN}/adapter/uploads/${upload}?at=${at}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(bytes),
    });
    return { status: reply.status, body: await reply.json() };
  };
  const attach = (upload: string, base?: string, status?: number) =>
    studio<Adapters>('PUT', `${TWIN}/adapter`, base === undefined ? { upload } : { upload, base }, status);
  const upload = async (bytes: Buffer): Promise<string> => {
    const name = await begin(bytes.length);
    expect(await piece(name, 0, bytes)).toEqual({ status: 200, body: { have: bytes.length } });
    return name;
  };
  const uploads = join(folder.path, 'uploads');
  return { ...running, begin, piece, attach, upload, uploads };
}

const filesIn = (dir: string): string[] => readdirSync(dir).filter((name) => !name.startsWith('.'));

describe('an adapter in the studio', () => {
  it('is uploaded in pieces, checked, named in the draft, and given to miners once a version with it is published', async () => {
    const { studio, begin, piece, attach, store, uploads, call, url } = await withTwin();
    expect(await studio('GET', `${TWIN}/adapter`)).toEqual({ next: null, published: null, most_bytes: 1024 ** 3 });
    const name = await begin();
    const half = Math.floor(BYTES.length / 2);
    expect((await piece(name, 0, BYTES.subarray(0, half))).body).toEqual({ have: half });
    // The answer to a piece was lost: it is sent again, and overlaps what is there.
    expect((await piece(name, half - 10, BYTES.subarray(half - 10))).body).toEqual({ have: BYTES.length });
    const sha256 = sha256Of(BYTES);
    const view = {
      ...{ sha256, base_model: 'SmolLM2 135M Instruct', bytes: BYTES.length, url: null, here: true },
      ...{ name: null, rank: 8, trained_on: [], description: null },
    };
    expect(await attach(name)).toEqual({ next: view, published: null, most_bytes: 1024 ** 3, problems: [] });
    expect(readFileSync(join(uploads, `${sha256}.gguf`))).toEqual(BYTES);
    expect(filesIn(uploads)).toEqual([`${sha256}.gguf`]);
    expect(store.twins.get('dr-ada')?.draft).toMatchObject({ adapter: { sha256, bytes: BYTES.length } });
    expect(store.audit.ofTwin('dr-ada', 1)).toMatchObject([
      { action: 'attach_adapter', details: { sha256, base: 'SmolLM2 135M Instruct', bytes: BYTES.length } },
    ]);

    expect((await call(`/v1/twin-adapters/${sha256}`)).status).toBe(404);
    await studio('POST', `${TWIN}/submit`, {});
    await studio('POST', `${TWIN}/publish`, {});
    expect(await studio('GET', `${TWIN}/adapter`)).toMatchObject({ next: view, published: view });
    const given = await fetch(`${url}/v1/twin-adapters/${sha256}`);
    expect(Buffer.from(await given.arrayBuffer())).toEqual(BYTES);
  });

  it('stays when a draft is saved that says nothing of it, also one that begins anew', async () => {
    const { studio, base, attach, upload, store } = await withTwin();
    await attach(await upload(BYTES));
    const { adapter: _, ...form } = twinOf(base, 'dr-ada', { title: 'MD' });
    const adapter = { sha256: sha256Of(BYTES) };
    await studio('PUT', `${TWIN}/draft`, form);
    expect(store.twins.get('dr-ada')?.draft).toMatchObject({ title: 'MD', adapter });
    await studio('POST', `${TWIN}/submit`, {});
    expect(store.twins.get('dr-ada')?.draft).toBe(null);
    await studio('PUT', `${TWIN}/draft`, form);
    expect(store.twins.get('dr-ada')?.draft).toMatchObject({ adapter });
    await studio('PUT', `${TWIN}/draft`, { ...form, adapter: null });
    expect(store.twins.get('dr-ada')?.draft).toMatchObject({ adapter: null });
  });

  it('is taken out of the next version only', async () => {
    const { studio, attach, upload, store } = await withTwin();
    await attach(await upload(BYTES));
    await studio('POST', `${TWIN}/submit`, {});
    await studio('POST', `${TWIN}/publish`, {});
    const sha256 = sha256Of(BYTES);
    expect(await studio('DELETE', `${TWIN}/adapter`)).toMatchObject({ next: null, published: { sha256 } });
    expect(store.twins.get('dr-ada')?.draft).toMatchObject({ name: 'Dr. Ada', adapter: null });
    expect(store.audit.ofTwin('dr-ada', 1)).toMatchObject([{ action: 'detach_adapter', details: { sha256 } }]);
    expect(await studio('DELETE', `${TWIN}/adapter`)).toMatchObject({ next: null });
    expect(store.audit.ofTwin('dr-ada', 99).filter(({ action }) => action === 'detach_adapter')).toHaveLength(1);
  });

  it('an adapter that the operator put into the folder is told as well, and one whose file is missing as not here', async () => {
    const other = lora({ seed: 2 });
    const { studio, base } = await withTwin([], { 'by-hand.gguf': other });
    const named = (sha256: string) => {
      const adapter = { sha256, baseModel: 'SmolLM2', bytes: other.length, url: null };
      return studio('PUT', `${TWIN}/draft`, twinOf(base, 'dr-ada', { adapter }));
    };
    await named(sha256Of(other));
    expect(await studio('GET', `${TWIN}/adapter`)).toMatchObject({ next: { here: true, rank: 8 } });
    await named('ab'.repeat(32));
    expect(await studio('GET', `${TWIN}/adapter`)).toMatchObject({ next: { here: false, rank: null } });
  });

  it.each<[string, Buffer, RegExp]>([
    ['something else', Buffer.from('%PDF-1.7 not an adapter'), /no GGUF file/],
    ['a whole model', ggufBytes({ metadata: { 'general.type': 'model' }, tensors: [] }), /no adapter/],
    ['a file that was cut off', BYTES.subarray(0, BYTES.length - 100), /ends before/],
    ['weights that ran away', lora({ size: Number.POSITIVE_INFINITY }), /no finite numbers/],
    ['four letters', Buffer.from('GGUF'), /ends inside/],
  ])('%s is refused by its code and not kept', async (_what, bytes, words) => {
    const { attach, upload, uploads, store } = await withTwin();
    const { error } = (await attach(await upload(bytes), undefined, 422)) as unknown as {
      error: { code: string; message: string };
    };
    expect(error.code).toBe('adapter_invalid');
    expect(error.message).toMatch(words);
    expect(filesIn(uploads)).toEqual([]);
    expect(store.twins.get('dr-ada')?.draft).not.toMatchObject({ adapter: { bytes: expect.any(Number) } });
  });

  it('whose file names no base is asked for it and not uploaded again', async () => {
    const { attach, upload } = await withTwin();
    const name = await upload(lora({ baseModel: undefined }));
    expect(await attach(name, undefined, 400)).toMatchObject({ error: { code: 'invalid_request', param: 'base' } });
    expect(await attach(name, 'SmolLM2-135M-Instruct')).toMatchObject({
      next: { base_model: 'SmolLM2-135M-Instruct' },
    });
    expect(await attach(name, undefined, 410)).toMatchObject({ error: { code: 'gone' } });
  });

  it('is bounded as a whole and by the piece, and goes on only where it stands', async () => {
    const { studio, begin, piece, attach } = await withTwin(['--gateway.adapter_mib=2']);
    const MIB = 1024 ** 2;
    await studio('POST', `${TWIN}/adapter/uploads`, { bytes: 2 * MIB + 1 }, 413);
    const name = await begin(MIB + 10);
    expect(await piece(name, 0, Buffer.alloc(MIB + 1))).toMatchObject({ status: 413 });
    expect(await piece(name, 5 * MIB, Buffer.alloc(1))).toMatchObject({ status: 409 });
    expect(await piece(name, 0, Buffer.alloc(MIB))).toEqual({ status: 200, body: { have: MIB } });
    expect(await attach(name, undefined, 409)).toMatchObject({ error: { message: expect.stringContaining('only') } });
    expect(await piece(name, MIB, Buffer.alloc(11))).toMatchObject({ status: 413 });
    const again = await begin(MIB);
    expect(await piece(name, 0, Buffer.alloc(1))).toMatchObject({ status: 410 });
    expect(await piece(again, 0, Buffer.alloc(1))).toEqual({ status: 200, body: { have: 1 } });
  });

  it('takes so much room of a doctor and no more, of all their twins together; another doctor still may', async () => {
    const running = await withTwin(['--gateway.adapter_room=1']);
    const { studio, attach, upload, begin } = running;
    const MIB = 1024 ** 2;
    await attach(await upload(BYTES));
    await studio('POST', '/twins', { id: 'dr-second', name: 'Dr. Ada' });
    const uploads = '/twins/dr-second/adapter/uploads';
    await studio('POST', uploads, { bytes: MIB - BYTES.length });
    const reply = await studio('POST', uploads, { bytes: MIB - BYTES.length + 1 }, 403);
    expect(reply).toMatchObject({ error: { code: 'limit_reached' } });
    const bo = studioClient(running, await login(running, 'Dr. Bo', 'dr-bo'));
    await bo('POST', '/twins', { id: 'dr-bo', name: 'Dr. Bo' });
    await bo('POST', '/twins/dr-bo/adapter/uploads', { bytes: MIB });
    await studio('DELETE', `${TWIN}/adapter`);
    await begin(MIB);
  });

  it('is refused where the operator takes none', async () => {
    const { studio } = await withTwin(['--gateway.adapter_mib=0']);
    const reply = await studio('POST', `${TWIN}/adapter/uploads`, { bytes: 1 }, 403);
    expect(reply).toMatchObject({ error: { code: 'limit_reached' } });
  });

  it('that no draft and no version names any more is removed after a while, and so is an upload that was left', async () => {
    const { studio, begin, attach, upload, uploads } = await withTwin();
    const [first, second] = [lora({ seed: 3 }), lora({ seed: 4 })];
    await attach(await upload(first));
    await studio('POST', `${TWIN}/submit`, {});
    await attach(await upload(second));
    await studio('DELETE', `${TWIN}/adapter`);
    const left = await begin();
    const old = new Date(Date.now() - 2 * 86_400_000);
    for (const file of filesIn(uploads)) utimesSync(join(uploads, file), old, old);
    await studio('DELETE', `${TWIN}/adapter`);
    expect(existsSync(join(uploads, `${sha256Of(second)}.gguf`))).toBe(true);
    await attach(await upload(lora({ seed: 5 })));
    expect(filesIn(uploads).sort()).toEqual([`${sha256Of(first)}.gguf`, `${sha256Of(lora({ seed: 5 }))}.gguf`].sort());
    expect(filesIn(uploads).join()).not.toContain(left);
  });

  it('a piece is bytes, and no other route takes them', async () => {
    const { url, token, begin } = await withTwin();
    const put = async (path: string, type: string) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': type };
      return (await fetch(`${url}/v1/studio${TWIN}${path}`, { method: 'PUT', headers, body: '{}' })).status;
    };
    expect(await put(`/adapter/uploads/${await begin()}?at=0`, 'application/json')).toBe(415);
    expect(await put('/draft', 'application/octet-stream')).toBe(415);
  });
});
