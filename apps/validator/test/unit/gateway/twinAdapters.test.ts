import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loraBytes, temporaryFolder } from '@bettertherapy/testkit';
import { readShippedPacks } from '@bettertherapy/twins';
import { ready } from '@bettertherapy/wallet';
import { beforeAll, describe, expect, it } from 'vitest';
import { byteRange } from '../../../src/gateway/twins/byteRange.js';
import { onEnd } from '../fixture.js';
import { runGateway } from './fixture.js';

beforeAll(ready);

const BYTES = loraBytes({
  architecture: 'llama',
  alpha: 16,
  rank: 8,
  targets: [{ tensor: 'blk.0.attn_v.weight', inputs: 576, outputs: 192 }],
  seed: 1,
});
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const ID = 'dr-indra-gurung';

/** A gateway whose folder holds the adapter, under a name of its own, and something else. */
async function withAdapter(named: boolean) {
  const folder = temporaryFolder('adapters');
  onEnd(() => folder.remove());
  mkdirSync(folder.path, { recursive: true });
  writeFileSync(join(folder.path, 'gurung-today.gguf'), BYTES);
  writeFileSync(join(folder.path, 'secret.gguf'), 'not for everybody');
  const running = await runGateway([`--gateway.adapters=${folder.path}`]);
  const [pack] = (await readShippedPacks()).filter(({ id }) => id === ID);
  if (pack === undefined) throw new Error('the pack does not ship');
  const adapter = { sha256: SHA256, baseModel: 'SmolLM2-135M-Instruct', bytes: BYTES.length, url: null };
  if (named) running.parts.twins.import({ ...pack, adapter });
  const get = (headers: Record<string, string> = {}, sha256 = SHA256) =>
    fetch(`${running.url}/v1/twin-adapters/${sha256}`, { headers });
  return { ...running, get };
}

describe('adapters at the gateway', () => {
  it('are given whole, and part by part, under a name that never changes', async () => {
    const { get } = await withAdapter(true);
    const whole = await get();
    expect(whole.status).toBe(200);
    expect(whole.headers.get('cache-control')).toContain('immutable');
    expect(whole.headers.get('etag')).toBe(`"${SHA256}"`);
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(BYTES);

    const rest = await get({ range: 'bytes=1000-' });
    expect(rest.status).toBe(206);
    expect(rest.headers.get('content-range')).toBe(`bytes 1000-${BYTES.length - 1}/${BYTES.length}`);
    expect(Buffer.from(await rest.arrayBuffer())).toEqual(BYTES.subarray(1000));
    const other = await get({ range: 'bytes=1000-', 'if-range': '"another"' });
    expect([other.status, (await other.arrayBuffer()).byteLength]).toEqual([200, BYTES.length]);
    const beyond = await get({ range: `bytes=${BYTES.length}-` });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${BYTES.length}`]);
    expect((await get({ 'if-none-match': `"${SHA256}"` })).status).toBe(304);
  });

  it('are given only while a published pack names them', async () => {
    expect((await (await withAdapter(false)).get()).status).toBe(404);
    const { get, parts } = await withAdapter(true);
    expect((await get()).status).toBe(200);
    parts.twins.withdraw(ID, 'a wrong note');
    expect((await get()).status).toBe(404);
  });

  it.each([
    ['something else in the folder', createHash('sha256').update('not for everybody').digest('hex'), 404],
    ['a path', '..%2fsecret.gguf', 400],
    ['a name', 'gurung-today.gguf', 400],
  ])('%s is not given', async (_what, name, status) => {
    const { get } = await withAdapter(true);
    expect((await get({}, name)).status).toBe(status);
  });
});

describe('a range', () => {
  it.each<[string | undefined, ReturnType<typeof byteRange>]>([
    [undefined, null],
    ['bytes=0-', { start: 0, end: 99 }],
    ['bytes=10-19', { start: 10, end: 19 }],
    ['bytes=90-1000', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['bytes=100-', 'beyond'],
    ['bytes=-0', 'beyond'],
    ['bytes=20-10', null],
    ['bytes=-', null],
    ['bytes=0-1,5-6', null],
    ['lines=0-1', null],
    ['bytes=99999999999999999999-', null],
  ])('%s', (header, range) => {
    expect(byteRange(header, 100)).toEqual(range);
  });
});
