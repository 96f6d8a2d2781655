import { type Clock, describeError, type Logger } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import type { DiskGate } from '../disk/diskGate.js';
import type { Duty } from './duty.js';

/** Watches the room on the disk, and the write-ahead log, which grows while a reader elsewhere holds an old snapshot. */
export class WatchDisk implements Duty {
  readonly name = 'disk';

  constructor(
    private readonly options: { readonly everyMs: number; readonly maxLogBytes: number },
    private readonly parts: {
      readonly gate: DiskGate;
      readonly store: Pick<Store, 'logBytes' | 'truncateLog'>;
      readonly clock: Clock;
      readonly log: Logger;
      readonly metrics: { logSize(bytes: number): void } | null;
    },
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.parts.gate.watch(signal), this.watchLog(signal)]);
  }

  /** One look at the log; public for tests. */
  foldLog(): void {
    const { store, log, metrics } = this.parts;
    try {
      const bytes = store.logBytes();
      if (bytes > this.options.maxLogBytes && !store.truncateLog()) {
        log.warn('the write-ahead log is long and cannot be folded into the database', {
          bytes,
          remedy: 'Another process reads the database (a backup, an sqlite3 shell): let it end.',
        });
      }
      metrics?.logSize(store.logBytes());
    } catch (error) {
      log.warn('the write-ahead log could not be looked at', { error: describeError(error) });
    }
  }

  private async watchLog(signal: AbortSignal): Promise<void> {
    for (;;) {
      this.foldLog();
      await this.parts.clock.sleep(this.options.everyMs, signal);
    }
  }
}
