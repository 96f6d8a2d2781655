import { eq } from 'drizzle-orm';
import { meta } from '../schema/index.js';
import type { Session } from '../session.js';

/** Single values that belong to the database itself. */
export class MetaRepository {
  constructor(private readonly session: Session) {}

  get(key: string): string | null {
    return this.session.read('meta.get', (tx) => tx.select().from(meta).where(eq(meta.key, key)).get()?.value ?? null);
  }

  /** Replaces the value of `key`. */
  set(key: string, value: string): void {
    this.session.write('meta.set', (tx) =>
      tx.insert(meta).values({ key, value }).onConflictDoUpdate({ target: meta.key, set: { value } }).run(),
    );
  }

  /** The value of `key`; made once and kept for ever when there is none. */
  getOrCreate(key: string, make: () => string): string {
    return this.session.write('meta.getOrCreate', (tx) => {
      const kept = tx.select().from(meta).where(eq(meta.key, key)).get();
      if (kept) return kept.value;
      const value = make();
      tx.insert(meta).values({ key, value }).run();
      return value;
    });
  }
}
