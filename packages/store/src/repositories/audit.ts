import { desc, eq } from 'drizzle-orm';
import { audit } from '../schema/index.js';
import type { Session } from '../session.js';

export type AuditRow = typeof audit.$inferSelect;

/** Who did what to which twin. Rows are only ever added; they hold no text of patients. */
export class AuditRepository {
  constructor(private readonly session: Session) {}

  add(row: Omit<AuditRow, 'id'>): void {
    this.session.write('audit.add', (tx) => {
      tx.insert(audit).values(row).run();
    });
  }

  /** Newest first. */
  ofTwin(twinId: string, limit: number): AuditRow[] {
    return this.session.read('audit.ofTwin', (tx) =>
      tx.select().from(audit).where(eq(audit.twinId, twinId)).orderBy(desc(audit.id)).limit(limit).all(),
    );
  }
}
