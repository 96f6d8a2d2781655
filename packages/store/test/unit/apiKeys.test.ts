import { describe, expect, it } from 'vitest';
import { openAdministration } from '../../src/index.js';
import { freshStore, migrationsDir } from './fixture.js';

const terms = {
  name: 'test',
  scopes: ['chat' as const],
  doctor: null,
  ratePerMinute: null,
  concurrency: null,
  createdMs: 1_000,
  expiresMs: null,
};

describe('keys of the gateway', () => {
  it('are found by their whole text and by nothing less', () => {
    const { store } = freshStore();
    const { id, key } = store.apiKeys.create(terms);
    expect(store.apiKeys.find(key, 2_000)).toMatchObject({ id, scopes: ['chat'] });
    const [last = ''] = key.slice(-1);
    const altered = `${key.slice(0, -1)}${last === '0' ? '1' : '0'}`;
    for (const wrong of [altered, key.slice(0, -1), `${key}0`, `bts_${key.slice(3)}`, id, '']) {
      expect(store.apiKeys.find(wrong, 2_000)).toBeNull();
    }
  });

  it('are kept without their secret', () => {
    const { store } = freshStore();
    const { key } = store.apiKeys.create(terms);
    const secret = key.split('_')[2] ?? '';
    expect(secret).toHaveLength(64);
    expect(JSON.stringify(store.apiKeys.all())).not.toContain(secret);
  });

  it('end when revoked, once, and when they expire', () => {
    const { store } = freshStore();
    const revoked = store.apiKeys.create(terms);
    expect(store.apiKeys.revoke(revoked.id, 1_500)).toBe(true);
    expect(store.apiKeys.revoke(revoked.id, 1_600)).toBe(false);
    expect(store.apiKeys.find(revoked.key, 1_700)).toBeNull();
    const expiring = store.apiKeys.create({ ...terms, expiresMs: 5_000 });
    expect(store.apiKeys.find(expiring.key, 4_999)).not.toBeNull();
    expect(store.apiKeys.find(expiring.key, 5_000)).toBeNull();
  });

  it('note their last use, but not with every use', () => {
    const { store } = freshStore();
    const { id } = store.apiKeys.create(terms);
    store.apiKeys.touch(id, 10_000, 1_000);
    store.apiKeys.touch(id, 10_500, 1_000);
    expect(store.apiKeys.byId(id)?.lastUsedMs).toBe(10_000);
    store.apiKeys.touch(id, 11_001, 1_000);
    expect(store.apiKeys.byId(id)?.lastUsedMs).toBe(11_001);
  });

  it('can be made and ended by an operator beside the running owner', () => {
    const { store, file } = freshStore();
    const desk = openAdministration({ file, migrationsDir });
    const { id, key } = desk.apiKeys.create(terms);
    expect(store.apiKeys.find(key, 2_000)).toMatchObject({ id });
    desk.apiKeys.revoke(id, 2_500);
    desk.close();
    expect(store.apiKeys.find(key, 3_000)).toBeNull();
  });
});
