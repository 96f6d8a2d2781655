import { describe, expect, it } from 'vitest';
import { inspectStore, migrate } from '../../src/index.js';
import { freshFile, freshStore, identity, migrationsDir } from './fixture.js';

describe('inspectStore', () => {
  it('sees that there is no database, and makes none', () => {
    const file = freshFile();
    const found = inspectStore({ file, migrationsDir });
    expect(found).toMatchObject({ exists: false, version: 0, identity: {}, owner: null });
    expect(found.pending[0]).toMatch(/^0001_/);
    expect(inspectStore({ file, migrationsDir }).exists).toBe(false);
  });

  it('sees what is still to be applied, whose it is, and who owns it', async () => {
    const old = freshFile();
    migrate({ file: old, migrationsDir, upTo: 1 });
    const behind = inspectStore({ file: old, migrationsDir });
    expect(behind).toMatchObject({ exists: true, version: 1, owner: null });
    expect(behind.pending[0]).toMatch(/^0002_/);

    const { file, store } = freshStore();
    const owned = inspectStore({ file, migrationsDir });
    expect(owned.pending).toEqual([]);
    expect(owned.identity).toEqual({ ...identity, netuid: String(identity.netuid) });
    expect(owned.owner).toContain(String(process.pid));
    await store.close();
    expect(inspectStore({ file, migrationsDir }).owner).toBeNull();
  });
});
