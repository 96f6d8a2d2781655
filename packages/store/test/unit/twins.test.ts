import { existsSync, readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/index.js';
import { freshStore, hotkeyOf } from './fixture.js';

const signer = hotkeyOf(1);
const note = { kind: 'note', id: 'n1', title: 'Sleep', text: 'Get up at the same time.', source: null } as const;

function reviewed(store: Store, id = 'dr-a'): number {
  if (store.twins.get(id) === null) store.twins.create({ id, name: 'Dr. A', draft: { id }, nowMs: 1 });
  const make = (version: number) => ({ pack: `{"version":${version}}`, sha256: `${id}@${version}` });
  return store.twins.freeze({ id, make, nowMs: 2 }).version;
}

function published(store: Store, id = 'dr-a'): number {
  const version = reviewed(store, id);
  store.twins.publish({ id, version, signer, signature: 'ab', notes: [note], nowMs: 3 });
  return version;
}

const outOfStep = expect.objectContaining({ code: 'STORE_OUT_OF_STEP' });

describe('versions of a twin', () => {
  it('are numbered on, and publishing moves signature, notes and what patients get in one step', () => {
    const { store } = freshStore();
    published(store);
    expect(reviewed(store)).toBe(2);
    expect(store.twins.get('dr-a')).toMatchObject({ currentVersion: 1, draft: null });
    expect(store.twins.current()).toMatchObject([{ version: 1, state: 'published', signer, signature: 'ab' }]);
    expect(store.twinNotes.all(['dr-a@1'], 9)).toEqual([{ ...note, book: 'dr-a@1' }]);
  });

  it('a publication that fails half-way changes nothing', () => {
    const { store } = freshStore();
    published(store);
    const version = reviewed(store);
    const bad = { ...note, source: { title: undefined } };
    // @ts-expect-error a source that is no JSON, to make the last step of the transaction fail
    const publish = () => store.twins.publish({ id: 'dr-a', version, signer, signature: 'ab', notes: [bad], nowMs: 3 });
    expect(publish).toThrow();
    expect(store.twins.version('dr-a', version)).toMatchObject({ state: 'reviewed', signature: null });
    expect(store.twins.get('dr-a')).toMatchObject({ currentVersion: 1 });
  });

  it('take no step twice', () => {
    const { store } = freshStore();
    const version = published(store);
    const again = { id: 'dr-a', version, signer, signature: 'cd', notes: [], nowMs: 4 };
    expect(() => store.twins.publish(again)).toThrow(outOfStep);
    expect(() => store.twins.sendBack({ id: 'dr-a', version, draft: {}, nowMs: 4 })).toThrow(outOfStep);
    expect(store.twins.withdraw({ id: 'dr-a', reason: 'x', nowMs: 5 })).toBe(1);
    expect(store.twins.withdraw({ id: 'dr-a', reason: 'x', nowMs: 5 })).toBe(0);
    expect(() => store.twins.pointTo({ id: 'dr-a', version, nowMs: 6 })).toThrow(outOfStep);
    expect(() => store.twins.create({ id: 'dr-a', name: 'x', draft: null, nowMs: 6 })).toThrow(outOfStep);
  });

  it.each([
    ['the text of a published version', `UPDATE twin_versions SET pack = '{}' WHERE version = 1`],
    ['the hash of a published version', `UPDATE twin_versions SET sha256 = 'other' WHERE version = 1`],
    ['the signature of a published version', `UPDATE twin_versions SET signature = 'cd' WHERE version = 1`],
    ['a published version back to reviewed', `UPDATE twin_versions SET state = 'reviewed' WHERE version = 1`],
    ['the text of a reviewed version', `UPDATE twin_versions SET pack = '{}' WHERE version = 2`],
    [
      'a withdrawn version to published',
      `UPDATE twin_versions SET state = 'withdrawn', withdrawn_ms = 9 WHERE version = 1;
       UPDATE twin_versions SET state = 'published', withdrawn_ms = NULL WHERE version = 1`,
    ],
    ['a published version away', 'DELETE FROM twin_versions WHERE version = 1'],
  ])('the database itself refuses to change %s', (_name, statement) => {
    const { store, file } = freshStore();
    published(store);
    reviewed(store);
    const db = new Database(file);
    expect(() => db.exec(statement)).toThrow(/never/);
    db.close();
  });
});

describe('packs a miner holds', () => {
  const held = (publisher: number, id: string, sha256: string) => ({
    publisher: hotkeyOf(publisher),
    twinId: id,
    version: 1,
    sha256,
    envelope: '{}',
    fetchedMs: 1,
  });

  it('go when their publisher lists them no more; notes go with the last copy', () => {
    const { store } = freshStore();
    store.heldPacks.keep(held(1, 'dr-a', 'aa'), [note]);
    store.heldPacks.keep(held(2, 'dr-a', 'aa'), [note]);
    store.heldPacks.keep(held(1, 'dr-b', 'bb'), [note]);
    const settle = (n: number, keep: string[]) =>
      store.heldPacks.settle({ publisher: hotkeyOf(n), issuedMs: 5, seenMs: 6, keep }).map((pack) => pack.twinId);
    expect(settle(1, ['bb'])).toEqual(['dr-a']);
    expect(store.twinNotes.all(['aa'], 9)).toHaveLength(1);
    expect(settle(2, [])).toEqual(['dr-a']);
    expect(store.twinNotes.all(['aa'], 9)).toEqual([]);
    expect(store.heldPacks.all().map((pack) => pack.sha256)).toEqual(['bb']);
    expect(store.heldPacks.publisher(hotkeyOf(1))).toMatchObject({ issuedMs: 5, seenMs: 6 });
  });
});

describe('notes', () => {
  it('are found by stem and without accents, titles before texts, and one book never shows in another', () => {
    const { store } = freshStore();
    const text = (id: string, title: string, body: string) => ({ ...note, id, title, text: body });
    store.twinNotes.put('a', [
      text('in-text', 'Evenings', 'Worrying keeps people awake.'),
      text('in-title', 'Worries at night', 'Write them down.'),
      text('accent', 'Café', 'Coffee late in the day.'),
    ]);
    store.twinNotes.put('b', [text('other', 'Worry', 'Worry, worry.')]);
    const search = (match: string, limit = 9) =>
      store.twinNotes.search({ books: ['a'], match, limit }).map((found) => found.id);
    expect(search('"worry"')).toEqual(['in-title', 'in-text']);
    expect(search('"worry"', 1)).toEqual(['in-title']);
    expect(search('"cafe"')).toEqual(['accent']);
    store.twinNotes.add('a', text('in-title', 'Something else', 'entirely'));
    expect(search('"worry"')).toEqual(['in-text']);
    expect(store.twinNotes.remove('a', 'note', 'in-text')).toBe(true);
    expect(store.twinNotes.remove('a', 'note', 'in-text')).toBe(false);
    store.twinNotes.drop('a');
    expect(store.twinNotes.all(['a'], 9)).toEqual([]);
  });

  it('taken out, leave none of their words in the file', async () => {
    const { store, file } = freshStore();
    const canary = 'zyxwvutsrq';
    store.twinNotes.put('a', [
      { ...note, id: 'canary', title: `About ${canary}`, text: `It says ${canary}.` },
      { ...note, id: 'other' },
    ]);
    store.checkpoint();
    expect(readFileSync(file).includes(canary)).toBe(true);
    store.twinNotes.remove('a', 'note', 'canary');
    store.checkpoint();
    await store.close();
    for (const part of [file, `${file}-wal`]) {
      if (existsSync(part)) expect(readFileSync(part).includes(canary), part).toBe(false);
    }
  });
});
