import { withDeadline } from './deadline.js';
import { describeError } from './errors.js';
import type { Logger } from './logger.js';

/** Closes what was opened, last first, each with a deadline; a failing close is logged and does not stop the others. */
export class Lifecycle {
  private readonly closers: {
    readonly name: string;
    readonly close: () => Promise<void> | void;
    readonly ms: number;
  }[] = [];
  private closing: Promise<void> | null = null;

  constructor(private readonly parts: { readonly log: Logger }) {}

  /** Register on the line after the open. `deadlineMs` bounds the close, 10 s unless said. */
  onClose(name: string, close: () => Promise<void> | void, deadlineMs = 10_000): void {
    this.closers.push({ name, close, ms: deadlineMs });
  }

  /** Idempotent; resolves when everything is closed or has passed its deadline. */
  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    for (let closer = this.closers.pop(); closer; closer = this.closers.pop()) {
      const { name, close, ms } = closer;
      try {
        await withDeadline({ what: `closing ${name}`, ms }, async () => close());
        this.parts.log.debug('closed', { part: name });
      } catch (error) {
        this.parts.log.error('close failed', { part: name, error: describeError(error) });
      }
    }
  }
}
