import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { migrate, openStore, type Store } from '@bettertherapy/store';
import {
  matchQuery,
  openEnvelope,
  openIndex,
  seedShippedPacks,
  type TwinDraft,
  TwinMemory,
  type TwinPack,
  TwinRegistry,
} from '@bettertherapy/twins';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { indra, signerOf, verify, withoutVersion } from '../support/packs.js';

const migrationsDir = resolve(import.meta.dirname, '../../../../migrations');
const signer = signerOf(1);
let folder = '';
let store: Store;
let registry: TwinRegistry;
let pack: TwinPack;
const id = 'dr-indra-gurung';

const draftOf = (name = 'Dr. Indra Gurung'): TwinDraft => JSON.parse(JSON.stringify({ ...withoutVersion(pack), name }));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bt-registry-'));
  const file = join(folder, 'validator.sqlite');
  migrate({ file, migrationsDir });
  store = openStore({ file, migrationsDir, identity: { genesis: '0x1', netuid: 1, hotkey: signer.hotkey } });
  registry = new TwinRegistry({ shelf: store.twins, signer, clock: systemClock });
  pack = await indra();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Draft, review, publication of one more version. */
function publishNext(name: string): number {
  registry.saveDraft(id, draftOf(name));
  const { version } = registry.submit(id);
  registry.publish(id, version);
  return version;
}

const illegal = expect.objectContaining({ code: 'TWIN_ILLEGAL_STEP' });

describe('a twin in the registry', () => {
  it('goes from a half-written draft to a signed pack that patients get', () => {
    registry.create(id, 'Indra');
    expect(registry.saveDraft(id, { name: 'Dr. Indra' }).length).toBeGreaterThan(5);
    expect(() => registry.submit(id)).toThrow(expect.objectContaining({ code: 'TWIN_PACK_INVALID' }));
    expect(registry.saveDraft(id, draftOf())).toEqual([]);
    const { version, sha256 } = registry.submit(id);
    expect(registry.catalogue.versions(id)).toMatchObject([{ version: 1, state: 'reviewed' }]);
    expect(registry.catalogue.envelope(sha256)).toBeNull();
    expect(registry.catalogue.current()).toEqual([]);
    const envelope = registry.publish(id, version);
    expect(openEnvelope(JSON.parse(JSON.stringify(envelope)), { verify })).toEqual(envelope);
    expect(registry.catalogue.envelope(sha256)).toEqual(envelope);
    expect(registry.catalogue.currentOf(id)?.pack).toEqual({ ...pack, version: 1 });
    expect(registry.catalogue.twin(id).draft).toBeNull();
  });

  it('a draft keeps the id of its twin whatever it says, and never a version', () => {
    registry.create(id, 'Indra');
    registry.saveDraft(id, { ...draftOf(), id: 'dr-somebody-else', version: 9 });
    expect(registry.catalogue.twin(id).draft).toMatchObject({ id });
    expect(registry.catalogue.twin(id).draft).not.toHaveProperty('version');
  });

  it('rolls back to an earlier version and forward again; both stay in the index', () => {
    registry.import(pack);
    const second = publishNext('Dr. Indra Gurung II');
    expect(registry.catalogue.currentOf(id)?.pack.version).toBe(second);
    registry.rollBack(id, 1);
    expect(registry.catalogue.currentOf(id)?.pack.name).toBe('Dr. Indra Gurung');
    const { index } = registry.signedIndex();
    expect(index.entries.map(({ version, state }) => [version, state])).toEqual([
      [1, 'published'],
      [2, 'published'],
    ]);
    registry.rollBack(id, second);
    expect(registry.catalogue.currentOf(id)?.pack.version).toBe(second);
  });

  it('refuses every step that does not follow', () => {
    registry.import(pack);
    expect(() => registry.publish(id, 1)).toThrow(illegal);
    expect(() => registry.sendBack(id, 1)).toThrow(illegal);
    expect(() => registry.submit(id)).toThrow(illegal);
    registry.saveDraft(id, draftOf('Second'));
    const { version } = registry.submit(id);
    expect(() => registry.rollBack(id, version)).toThrow(illegal);
    registry.sendBack(id, version);
    expect(registry.catalogue.twin(id).draft).toMatchObject({ name: 'Second' });
    registry.withdraw(id, 'wrong dose in a note');
    expect(() => registry.withdraw(id, 'again')).toThrow(illegal);
    expect(() => registry.rollBack(id, 1)).toThrow(illegal);
    expect(() => registry.publish(id, 1)).toThrow(illegal);
    const unknown = expect.objectContaining({ code: 'TWIN_UNKNOWN' });
    expect(() => registry.publish(id, 9)).toThrow(unknown);
    expect(() => registry.submit('nobody')).toThrow(unknown);
    expect(() => registry.create(id, 'x')).toThrow(expect.objectContaining({ code: 'TWIN_EXISTS' }));
    expect(() => registry.create('../x', 'x')).toThrow(expect.objectContaining({ code: 'TWIN_PACK_INVALID' }));
  });

  it('withdrawn, it is given to nobody, found by no search, and named as withdrawn in the index', () => {
    const { sha256 } = registry.catalogue.currentOf(registry.import(pack).id) ?? { sha256: '' };
    const search = { books: [sha256], match: matchQuery('panic attacks') ?? '', limit: 5 };
    expect(store.twinNotes.search(search)).not.toEqual([]);
    registry.withdraw(id, 'wrong dose in a note');
    expect(registry.catalogue.currentOf(id)).toBeNull();
    expect(registry.catalogue.envelope(sha256)).toBeNull();
    expect(store.twinNotes.search(search)).toEqual([]);
    expect(registry.signedIndex().index.entries).toMatchObject([{ id, version: 1, state: 'withdrawn' }]);
    expect(publishNext('Dr. Indra, corrected')).toBe(2);
    expect(registry.catalogue.twin(id)).toMatchObject({ withdrawnMs: null, currentVersion: 2 });
  });

  it('importing what patients get already changes nothing; other content becomes the next version and leaves a draft alone', () => {
    expect(registry.import(pack)).toEqual({ id, version: 1, outcome: 'published' });
    expect(registry.import({ ...pack, version: 7 })).toEqual({ id, version: 1, outcome: 'unchanged' });
    registry.saveDraft(id, draftOf('in the making'));
    expect(registry.import({ ...pack, name: 'Dr. I. Gurung' })).toEqual({ id, version: 2, outcome: 'published' });
    expect(registry.catalogue.twin(id).draft).toMatchObject({ name: 'in the making' });
  });

  it('the shipped packs are published once, and a twin an operator has touched is left alone', async () => {
    expect((await seedShippedPacks(registry)).length).toBe(3);
    registry.withdraw(id, 'not here');
    expect(await seedShippedPacks(registry)).toEqual([]);
    expect(registry.catalogue.current().map(({ pack: { id: twin } }) => twin)).toEqual([
      'dr-elin-solberg',
      'dr-tomas-rivera',
    ]);
  });

  it('the index opens for a miner that allows this hotkey, and says at least as many bytes as are sent', () => {
    registry.import(pack);
    const signed = JSON.parse(JSON.stringify(registry.signedIndex()));
    const nowMs = systemClock.wallMs();
    const index = openIndex(signed, { verify, allows: () => true, nowMs, lastIssuedMs: () => null });
    const [entry] = index.entries;
    const sent = JSON.stringify(registry.catalogue.envelope(entry?.sha256 ?? ''));
    expect(entry?.bytes).toBeGreaterThanOrEqual(Buffer.byteLength(sent));
  });

  it('lists a bounded number of versions of one twin, the current one among them', () => {
    registry.import(pack);
    for (let n = 2; n <= 8; n += 1) publishNext(`Dr. Indra ${n}`);
    registry.rollBack(id, 1);
    const versions = registry.signedIndex().index.entries.map(({ version }) => version);
    expect(versions).toEqual([1, 8, 7, 6]);
  });
});

describe('the memory of a twin', () => {
  it.each([
    ['My heart suddenly raced and I was afraid to die on the bus', 'panic-attacks'],
    ['may i just stop my antidepressants', 'antidepressants-stopping'],
    ['" OR twin_notes MATCH burnout NEAR( work* stress', 'burnout'],
  ])('finds for "%s" the note %s, with its source', async (question, expected) => {
    registry.import(pack);
    const books = [registry.catalogue.currentOf(id)?.sha256 ?? ''];
    const memory = new TwinMemory({ index: store.twinNotes, embedder: null, log: silentLogger });
    const notes = await memory.recall({ books, question, limit: 4 });
    const found = notes.find((note) => note.kind === 'note');
    expect(notes.map((note) => note.id)).toContain(expected);
    expect(found?.source).toMatchObject({ title: expect.any(String), publisher: expect.any(String) });
  });

  it('knows only the books it is asked for, and nothing of a question without words', async () => {
    await seedShippedPacks(registry);
    const books = [registry.catalogue.currentOf('dr-elin-solberg')?.sha256 ?? ''];
    const memory = new TwinMemory({ index: store.twinNotes, embedder: null, log: silentLogger });
    const notes = await memory.recall({ books, question: 'diabetes insulin glucose feet', limit: 8 });
    expect(notes.every((note) => note.book === books[0])).toBe(true);
    expect(await memory.recall({ books, question: '??? … !!', limit: 8 })).toEqual([]);
    expect(await memory.recall({ books: [], question: 'sleep', limit: 8 })).toEqual([]);
  });
});
