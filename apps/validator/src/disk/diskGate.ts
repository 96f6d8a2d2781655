import type { Clock, Logger } from '@bettertherapy/core';
import { type DiskSpace, diskIsLow } from '@bettertherapy/telemetry';
import { LIMITS, type Limits } from '../incidents/rules.js';

/** `low`: little is left, what runs may end and nothing begins. `full`: a write failed, everything waits. */
export type Room = 'enough' | 'low' | 'full';

export interface DiskGateParts {
  /** How much the file system holds; null when it does not tell. */
  readonly space: () => Promise<DiskSpace | null>;
  /** Writes a file of a write's usual size where the database lies, and removes it. @throws when there is no room */
  readonly probe: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: { diskFree(bytes: number): void; diskRoom(room: Room): void } | null;
  readonly report: (ok: boolean, state: string) => void;
}

/** Knows whether there is room to begin something that has to be written down. Opens by itself when there is room again. */
export class DiskGate {
  private state: Room = 'enough';
  /** A write failed, and none has been seen to work since. */
  private failed = false;

  constructor(
    private readonly options: { readonly pollMs: number; readonly limits?: Limits | undefined },
    private readonly parts: DiskGateParts,
  ) {}

  get room(): Room {
    return this.state;
  }

  /** The database had no room for a write, whatever the file system says of itself: it may keep a quota. */
  writeFailed(): void {
    this.failed = true;
    this.become('full');
  }

  /** One look at the file system. Never throws. */
  async look(): Promise<void> {
    const space = await this.parts.space();
    if (space) this.parts.metrics?.diskFree(space.freeBytes);
    const low = diskIsLow(space, (this.options.limits ?? LIMITS).diskFreeBytes);
    if (this.failed && (await this.works())) this.failed = false;
    this.become(this.failed ? 'full' : low ? 'low' : 'enough');
  }

  /** Looks again at every interval, until the signal aborts. Rejects with its reason. */
  async watch(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.look();
      await this.parts.clock.sleep(this.options.pollMs, signal);
    }
  }

  private async works(): Promise<boolean> {
    try {
      await this.parts.probe();
      return true;
    } catch (error) {
      this.parts.log.debug('still no room to write', { error });
      return false;
    }
  }

  private become(next: Room): void {
    const { log, report, metrics } = this.parts;
    metrics?.diskRoom(next);
    report(next === 'enough', next === 'enough' ? 'room' : next);
    if (next === this.state) return;
    this.state = next;
    if (next === 'enough') log.info('there is room on the disk again; rounds and the gateway go on');
    else
      log.error(next === 'low' ? 'the disk is nearly full; no round begins' : 'the disk is full; rounds wait', {
        remedy: 'Make room where --data.dir lies, or lower --neuron.retention_days. It goes on by itself then.',
      });
  }
}
