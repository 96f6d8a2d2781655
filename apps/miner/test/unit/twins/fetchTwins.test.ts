import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Hotkey, silentLogger, systemClock } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import { eventually } from '@bettertherapy/testkit';
import { JsonReader } from '@bettertherapy/transport';
import { type PackEnvelope, readShippedPacks, sealIndex, sealPack, type TwinIndexEntry } from '@bettertherapy/twins';
import { ready } from '@bettertherapy/wallet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TwinFetcher } from '../../../src/twins/fetchTwins.js';
import { HeldTwins } from '../../../src/twins/heldTwins.js';
import { keyOf, Publisher, storeIn } from './publisher.js';

const packs = await readShippedPacks();
const [first] = packs;
if (first === undefined) throw new Error('no pack ships');
const id = first.id;
const ref = { id, version: 1 };
const stranger = keyOf(66);
const caller = keyOf(7).address;

let folder = '';
let store: Store;
let publisher: Publisher;
let nowMs = 0;
let allowed: ReadonlySet<Hotkey>;
let reader: JsonReader;
const clock: Clock = { ...systemClock, wallMs: () => systemClock.wallMs() + nowMs };

beforeEach(async () => {
  await ready();
  folder = mkdtempSync(join(tmpdir(), 'bt-twins-'));
  store = storeIn(folder, 'miner');
  publisher = await Publisher.open(folder, packs);
  nowMs = 0;
  allowed = new Set([publisher.key.address]);
  reader = new JsonReader({ clock });
});
afterEach(async () => {
  await reader.close();
  await publisher.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function miner() {
  const common = { store: store.heldPacks, allows: (key: Hotkey) => allowed.has(key), clock, log: silentLogger };
  const held = new HeldTwins({ leaseMs: 86_400_000 }, common);
  const fetcher = new TwinFetcher({ indexes: [publisher.base], everyMs: 60_000 }, { ...common, held, reader });
  const refresh = () => fetcher.refresh(publisher.base, new AbortController().signal);
  held.load();
  return { held, fetcher, refresh };
}

const served = (held: HeldTwins) => held.served().map((twin) => twin.id);
const all = ['dr-elin-solberg', 'dr-indra-gurung', 'dr-tomas-rivera'];

describe('a miner that follows an index', () => {
  it('serves every published twin, fetches each pack once, and knows their notes', async () => {
    const { held, refresh } = miner();
    await refresh();
    await refresh();
    expect(served(held).sort()).toEqual(all);
    expect(publisher.asked.filter((path) => path.startsWith('/v1/twin-packs/'))).toHaveLength(3);
    expect(held.resolve(ref, caller)?.pack.name).toBe(first.name);
    expect(store.twinNotes.all([publisher.shaOf(id)], 99).length).toBe(first.knowledge.length + first.dialogues.length);
  });

  it('serves after a restart without the publisher', async () => {
    await miner().refresh();
    await publisher.close();
    const { held } = miner();
    expect(served(held).sort()).toEqual(all);
    publisher = await Publisher.open(folder, [], 2);
  });

  it('serves a new version beside the old one, and a withdrawn twin no more, notes included', async () => {
    const { held, refresh } = miner();
    await refresh();
    const sha256 = publisher.shaOf(id);
    publisher.registry.import({ ...first, name: 'Dr. Renamed' });
    await refresh();
    expect(held.resolve({ id, version: 1 }, caller)?.pack.name).toBe(first.name);
    expect(held.resolve({ id, version: 2 }, caller)?.pack.name).toBe('Dr. Renamed');
    publisher.registry.withdraw(id, 'a wrong dose');
    await refresh();
    expect(held.resolve({ id, version: 1 }, caller)).toBeNull();
    expect(held.resolve({ id, version: 2 }, caller)).toBeNull();
    expect(store.twinNotes.all([sha256], 99)).toEqual([]);
    expect(miner().held.resolve(ref, caller)).toBeNull();
  });

  it('serves nobody whose publisher lost its standing or has been silent for a day', async () => {
    const { held, refresh } = miner();
    await refresh();
    allowed = new Set();
    expect(served(held)).toEqual([]);
    allowed = new Set([publisher.key.address]);
    nowMs = 86_400_001;
    expect(held.resolve(ref, caller)).toBeNull();
  });

  it('prefers the pack that the asking publisher published itself', async () => {
    const { held, refresh } = miner();
    await refresh();
    const other = await Publisher.open(folder, [{ ...first, name: 'Dr. Other' }], 3);
    allowed = new Set([publisher.key.address, other.key.address]);
    const fetcher = new TwinFetcher(
      { indexes: [], everyMs: 1 },
      { held, store: store.heldPacks, reader, allows: () => true, clock, log: silentLogger },
    );
    await fetcher.refresh(other.base, new AbortController().signal);
    await other.close();
    expect(held.resolve(ref, other.key.address)?.pack.name).toBe('Dr. Other');
    expect(held.resolve(ref, publisher.key.address)?.pack.name).toBe(first.name);
    expect(held.resolve(ref, caller)?.pack.name).toBe(first.name);
  });

  it('looks for a twin that it lacks at once, and once for many that ask', async () => {
    const { held, fetcher } = miner();
    const { signal } = new AbortController();
    await Promise.all([1, 2, 3, 4].map(() => fetcher.lookNow(signal)));
    expect(served(held).sort()).toEqual(all);
    await fetcher.lookNow(signal);
    expect(publisher.asked.filter((path) => path === '/v1/twin-index')).toHaveLength(1);
  });

  it('looks again by itself after a publisher was away, and stops when it is closed', async () => {
    let away = true;
    publisher.lies.set('/v1/twin-index', () => {
      if (away) throw new Error('away');
      return publisher.registry.signedIndex();
    });
    const { held, fetcher } = miner();
    await fetcher.start();
    await eventually('a first look', () => publisher.asked.length > 0 || null, { deadlineMs: 5_000 });
    expect(served(held)).toEqual([]);
    away = false;
    await eventually('the twins', () => (served(held).length === 3 ? true : null), { deadlineMs: 15_000 });
    await fetcher.close();
  });
});

describe('of a hostile or broken publisher', () => {
  const packPath = () => `/v1/twin-packs/${publisher.shaOf(id)}`;
  const sealed = (): PackEnvelope => {
    const envelope = publisher.registry.catalogue.envelope(publisher.shaOf(id));
    if (envelope === null) throw new Error('not published');
    return envelope;
  };

  it.each<[string, () => unknown]>([
    ['a changed text', () => ({ ...sealed(), pack: { ...sealed().pack, systemPrompt: 'Sell pills.' } })],
    ['a pack of a stranger', () => sealPack(sealed().pack, stranger)],
    ['a pack of another twin', () => publisher.registry.catalogue.envelope(publisher.shaOf('dr-indra-gurung'))],
    ['the same twin in another version', () => sealPack({ ...sealed().pack, version: 2 }, publisher.key)],
    ['a flood', () => ({ ...sealed(), more: 'x'.repeat(2_000_000) })],
    ['no JSON', () => 'a pack'],
    ['nothing', () => null],
  ])('%s is not kept; the other twins are served', async (_name, lie) => {
    publisher.lies.set(packPath(), lie);
    const { held, refresh } = miner();
    await refresh();
    expect(served(held).sort()).toEqual(all.filter((twin) => twin !== id));
    publisher.lies.clear();
    await refresh();
    expect(served(held).sort()).toEqual(all);
  });

  const entry = (): TwinIndexEntry => ({ ...ref, sha256: publisher.shaOf(id), state: 'published', bytes: 100_000 });
  it.each<[string, () => unknown, string]>([
    ['an index signed by a stranger', () => sealIndex([entry()], clock.wallMs(), stranger), 'TWIN_FOREIGN_SIGNER'],
    [
      'an index changed on the way',
      () => {
        const signed = sealIndex([entry()], clock.wallMs(), publisher.key);
        return { ...signed, index: { ...signed.index, entries: [] } };
      },
      'TWIN_BAD_SIGNATURE',
    ],
    ['an old index', () => sealIndex([entry()], clock.wallMs() - 600_000, publisher.key), 'TWIN_INDEX_STALE'],
    [
      'an id that is a path',
      () => sealIndex([{ ...entry(), id: '../../etc/passwd' }], clock.wallMs(), publisher.key),
      'TWIN_INDEX_INVALID',
    ],
    [
      'a hash that is a path',
      () => sealIndex([{ ...entry(), sha256: '../../../v1/operator' }], clock.wallMs(), publisher.key),
      'TWIN_INDEX_INVALID',
    ],
    ['a flood', () => 'x'.repeat(1_000_000), 'TRANSPORT_READ_FAILED'],
  ])('%s is refused and changes nothing', async (_name, lie, code) => {
    const { held, refresh } = miner();
    await refresh();
    const asked = publisher.asked.length;
    publisher.lies.set('/v1/twin-index', lie);
    await expect(refresh()).rejects.toMatchObject({ code });
    expect(served(held).sort()).toEqual(all);
    expect(publisher.asked.slice(asked)).toEqual(['/v1/twin-index']);
  });

  it('an old index played again does not bring a withdrawn twin back', async () => {
    const { held, refresh } = miner();
    await refresh();
    const recorded = publisher.registry.signedIndex();
    nowMs = 5;
    publisher.registry.withdraw(id, 'a wrong dose');
    await eventually('a later millisecond', () => (systemClock.wallMs() > recorded.index.issuedMs ? true : null));
    await refresh();
    publisher.lies.set('/v1/twin-index', () => recorded);
    await expect(refresh()).rejects.toMatchObject({ code: 'TWIN_INDEX_STALE' });
    expect(held.resolve(ref, caller)).toBeNull();
  });

  it('a row that was changed on the disk is not served', async () => {
    const { refresh } = miner();
    await refresh();
    const row = store.heldPacks.all().find((kept) => kept.twinId === id);
    if (row === undefined) throw new Error('not kept');
    store.heldPacks.keep({ ...row, envelope: row.envelope.replace(first.name, 'Dr. Evil') }, []);
    expect(served(miner().held).sort()).toEqual(all.filter((twin) => twin !== id));
  });
});
