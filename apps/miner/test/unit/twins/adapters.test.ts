import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, CodedError, type Hotkey, silentLogger, systemClock } from '@bettertherapy/core';
import { AdapterFolder, type ModelInfo } from '@bettertherapy/llm';
import type { Store } from '@bettertherapy/store';
import { loraBytes } from '@bettertherapy/testkit';
import { JsonReader } from '@bettertherapy/transport';
import { readShippedPacks, type TwinAdapter } from '@bettertherapy/twins';
import { ready } from '@bettertherapy/wallet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdapterFetcher } from '../../../src/twins/fetchAdapters.js';
import { TwinFetcher } from '../../../src/twins/fetchTwins.js';
import { HeldTwins } from '../../../src/twins/heldTwins.js';
import { TwinAdapters } from '../../../src/twins/twinAdapters.js';
import { Publisher, storeIn } from './publisher.js';

const packs = await readShippedPacks();
const [first, second] = packs;
if (first === undefined || second === undefined) throw new Error('no packs ship');
const { signal } = new AbortController();
const caller = (): Hotkey => publisher.key.address;

const made = (seed: number): Buffer =>
  loraBytes({
    architecture: 'llama',
    alpha: 4,
    rank: 2,
    targets: [{ tensor: 'blk.0.attn_v.weight', inputs: 64, outputs: 32 }],
    seed,
  });
const BYTES = made(1);
const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const SHA256 = hash(BYTES);
const ADAPTER: TwinAdapter = { sha256: SHA256, baseModel: 'small', bytes: BYTES.length, url: null };

let root = '';
let store: Store;
let publisher: Publisher;
let reader: JsonReader;
let nowMs = 0;
const clock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + nowMs };

beforeEach(async () => {
  await ready();
  root = mkdtempSync(join(tmpdir(), 'bt-twin-adapters-'));
  store = storeIn(root, 'miner');
  publisher = await Publisher.open(root, []);
  publisher.adapters.set(SHA256, BYTES);
  reader = new JsonReader({ clock });
  nowMs = 0;
});
afterEach(async () => {
  await reader.close();
  await publisher.close();
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

type Info = Pick<ModelInfo, 'name' | 'names' | 'capabilities'>;
const infoOf = (adapters: 'verified' | 'named' | null, names = ['small-q4_0']): Info => ({
  name: names[0] ?? '',
  names,
  capabilities: { nextToken: true, logLikelihood: true, embeddings: true, adapters },
});

function miner(
  info: Info = infoOf('verified'),
  more: { roomBytes?: number; scale?: number } = {},
  instead: Pick<AdapterFolder, 'find'> | null = null,
) {
  const dir = join(root, 'adapters');
  const fetched = join(dir, 'fetched');
  const parts = { clock, log: silentLogger };
  const held = new HeldTwins({ leaseMs: 86_400_000 }, { ...parts, store: store.heldPacks, allows: () => true });
  held.load();
  const folder = new AdapterFolder({ dirs: [dir, fetched] }, parts);
  const outcomes: string[] = [];
  const fetcher = new AdapterFetcher(
    { dir: fetched, roomBytes: more.roomBytes ?? 1e6, everyMs: 60_000 },
    { ...parts, held, folder, model: { info }, metrics: { adapterFetched: (outcome) => outcomes.push(outcome) } },
  );
  const twins = new TwinFetcher(
    { indexes: [publisher.base], everyMs: 60_000 },
    {
      ...parts,
      held,
      store: store.heldPacks,
      reader,
      allows: () => true,
      heard: (key, base) => fetcher.heard(key, base),
    },
  );
  const adapters = new TwinAdapters(
    { scale: more.scale ?? 1 },
    { ...parts, model: { info }, folder: instead ?? folder },
  );
  const look = async (): Promise<void> => {
    await twins.refresh(publisher.base, signal);
    await fetcher.round(signal);
  };
  const choose = (id = first?.id ?? '', version = 1) => {
    const twin = held.resolve({ id, version }, caller());
    if (twin === null) throw new Error('not served');
    return adapters.choose(twin, signal);
  };
  const askedFor = () => publisher.asked.filter((path) => path.startsWith('/v1/twin-adapters/')).length;
  return { dir, fetched, look, choose, adapters, outcomes, askedFor, fetcher, folder };
}

describe('a miner whose twins have adapters', () => {
  it('fetches each once, verifies it, and uses it', async () => {
    publisher.registry.import({ ...first, adapter: ADAPTER });
    publisher.registry.import({ ...second, adapter: ADAPTER });
    const { look, choose, fetched, outcomes, askedFor } = miner();
    await look();
    await look();
    expect([outcomes, askedFor()]).toEqual([['ok'], 1]);
    const file = join(fetched, `${SHA256}.gguf`);
    expect(await choose()).toEqual({ state: 'adapter', use: { sha256: SHA256, baseModel: 'small', file, scale: 1 } });
  });

  it('takes one that lies in its folder under any name, and asks nobody', async () => {
    publisher.registry.import({ ...first, adapter: ADAPTER });
    const { look, choose, dir, askedFor } = miner();
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'from-a-stick.gguf'), BYTES);
    await look();
    expect((await choose()).use?.file).toBe(join(dir, 'from-a-stick.gguf'));
    expect(askedFor()).toBe(0);
  });

  it('lets go of what it fetched when the twin is withdrawn, and of nothing that the operator put there', async () => {
    publisher.registry.import({ ...first, adapter: ADAPTER });
    const { look, dir, fetched } = miner();
    await look();
    const own = join(dir, 'own.gguf');
    writeFileSync(own, made(2));
    publisher.registry.withdraw(first.id, 'a wrong note');
    await look();
    expect(readdirSync(fetched).filter((name) => name.endsWith('.gguf'))).toEqual([]);
    expect(existsSync(own)).toBe(true);
  });

  it.each<[string, Info, { roomBytes?: number; scale?: number }, string]>([
    ['another base model', infoOf('verified', ['other-model']), {}, 'wrong_base'],
    ['a backend without adapters', infoOf(null), {}, 'unsupported'],
    ['a scale of zero', infoOf('verified'), { scale: 0, roomBytes: 0 }, 'unsupported'],
    ['no room', infoOf('verified'), { roomBytes: 10 }, 'absent'],
    ['no room at all', infoOf('verified'), { roomBytes: 0 }, 'absent'],
  ])('with %s fetches nothing and answers with the base model', async (_what, info, more, state) => {
    publisher.registry.import({ ...first, adapter: ADAPTER });
    const { look, choose, askedFor } = miner(info, more);
    await look();
    expect(await choose()).toEqual({ state, use: null });
    expect(askedFor()).toBe(0);
  });

  it('where a server has adapters under their names, no file is needed', async () => {
    publisher.registry.import({ ...first, adapter: ADAPTER });
    const { look, choose, askedFor } = miner(infoOf('named', ['org/small']));
    await look();
    expect(await choose()).toMatchObject({ state: 'adapter', use: { sha256: SHA256, file: null } });
    expect(askedFor()).toBe(0);
  });

  it('a twin whose pack names none is left as it is', async () => {
    publisher.registry.import({ ...first, adapter: null });
    const { look, choose } = miner();
    await look();
    expect(await choose()).toEqual({ state: 'none', use: null });
  });

  it('answers with the base model while its folder is still being read', async () => {
    publisher.registry.import({ ...first, adapter: ADAPTER });
    const { look, choose } = miner(infoOf('verified'), { roomBytes: 0 }, { find: () => new Promise(() => undefined) });
    await look();
    expect(await choose()).toEqual({ state: 'absent', use: null });
  });

  it('an adapter that failed is left alone for a while', async () => {
    publisher.registry.import({ ...first, adapter: ADAPTER });
    const { look, choose, adapters } = miner();
    await look();
    const { use } = await choose();
    if (use === null) throw new Error('no adapter');
    adapters.failed(use, new CodedError('LLM_ADAPTER_MISMATCH', 'another file', { remedy: 'none' }));
    expect(await choose()).toEqual({ state: 'failed', use: null });
    nowMs += 301_000;
    expect((await choose()).state).toBe('adapter');
  });
});

describe('of a publisher that sends something else', () => {
  const NAN = Buffer.from(BYTES);
  NAN.writeFloatLE(Number.NaN, NAN.length - 32);
  it.each<[string, Buffer, Partial<TwinAdapter>]>([
    ['another adapter', made(2), {}],
    [
      'a file with one byte changed',
      Buffer.from(BYTES.map((byte, at) => (at === BYTES.length - 9 ? byte ^ 1 : byte))),
      {},
    ],
    ['a larger file', Buffer.concat([BYTES, Buffer.alloc(5_000)]), {}],
    ['a shorter file', BYTES.subarray(0, 500), {}],
    ['a file that is shorter than its pack says', BYTES, { bytes: BYTES.length + 1 }],
    ['weights that are no numbers', NAN, { sha256: hash(NAN) }],
    ['no adapter at all', Buffer.alloc(BYTES.length, 'x'), { sha256: hash(Buffer.alloc(BYTES.length, 'x')) }],
  ])('%s: nothing is kept, and it is not asked again at once', async (_what, sent, change) => {
    const adapter = { ...ADAPTER, ...change };
    publisher.adapters.set(adapter.sha256, sent);
    publisher.registry.import({ ...first, adapter });
    const { look, choose, fetched, outcomes } = miner();
    await look();
    await look();
    expect(outcomes).toEqual(['error']);
    expect(readdirSync(fetched).filter((name) => name.endsWith('.gguf'))).toEqual([]);
    expect((await choose()).state).toBe('absent');
    nowMs += 11_000;
    publisher.adapters.set(adapter.sha256, BYTES);
    await look();
    expect(outcomes).toEqual(['error', adapter.sha256 === SHA256 && adapter.bytes === BYTES.length ? 'ok' : 'error']);
  });
});
