import type { Clock } from '@bettertherapy/core';

export interface HeartbeatOptions {
  readonly heartbeatMs: number;
  /** Without an answer for this long the process counts as hung. */
  readonly heartbeatTimeoutMs: number;
  /** With calls running and nothing evaluated for this long the native library counts as hung. */
  readonly stallTimeoutMs: number;
}

export interface HeartbeatParts {
  readonly clock: Clock;
  readonly ping: () => void;
  /** Calls that the process should be working on. */
  readonly pendingCalls: () => number;
  readonly onHang: (facts: { readonly silentMs: number; readonly stalledMs: number }) => void;
}

/**
 * Notices that a process hangs: its event loop, because it does not answer; or its native threads, because it answers
 * and its progress counter stands still although calls are running.
 */
export class Heartbeat {
  private cancel: () => void = () => undefined;
  private lastTickMs = 0;
  private lastPongMs = 0;
  private lastProgress = -1;
  private lastProgressMs = 0;

  constructor(
    private readonly options: HeartbeatOptions,
    private readonly parts: HeartbeatParts,
  ) {}

  start(): void {
    const now = this.parts.clock.monotonicMs();
    this.lastTickMs = now;
    this.lastPongMs = now;
    this.lastProgressMs = now;
    this.schedule();
  }

  stop(): void {
    this.cancel();
  }

  /** The first call after a rest: standing still counts from here. */
  workBegins(): void {
    this.lastProgressMs = this.parts.clock.monotonicMs();
  }

  pong(progress: number): void {
    const now = this.parts.clock.monotonicMs();
    this.lastPongMs = now;
    if (progress === this.lastProgress) return;
    this.lastProgress = progress;
    this.lastProgressMs = now;
  }

  private schedule(): void {
    this.cancel = this.parts.clock.after(this.options.heartbeatMs, () => this.beat());
  }

  private beat(): void {
    const { heartbeatMs, heartbeatTimeoutMs, stallTimeoutMs } = this.options;
    const now = this.parts.clock.monotonicMs();
    // A late tick means that this process slept, not the other: answers may be waiting unread.
    if (now - this.lastTickMs > 3 * heartbeatMs) {
      this.lastPongMs = now;
      this.lastProgressMs = now;
    }
    this.lastTickMs = now;
    const silentMs = now - this.lastPongMs;
    const stalledMs = this.parts.pendingCalls() > 0 ? now - this.lastProgressMs : 0;
    if (silentMs > heartbeatTimeoutMs || stalledMs > stallTimeoutMs) {
      this.parts.onHang({ silentMs, stalledMs });
      return;
    }
    this.parts.ping();
    this.schedule();
  }
}
