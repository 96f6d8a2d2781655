import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '@bettertherapy/core';

interface Flight {
  readonly arrivedMs: number;
  readonly controller: AbortController;
}

/** The requests between their first byte and the end of their reply. */
export class InFlight {
  private readonly flights = new Map<IncomingMessage, Flight>();
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly parts: { readonly clock: Clock }) {}

  /** Counts a request until its response closes; its signal aborts when that happens before the reply is finished. */
  add(request: IncomingMessage, response: ServerResponse): void {
    const controller = new AbortController();
    this.flights.set(request, { arrivedMs: this.parts.clock.monotonicMs(), controller });
    response.once('close', () => {
      this.flights.delete(request);
      if (!response.writableFinished) controller.abort(new Error('the caller went away'));
      if (this.flights.size === 0) for (const wake of this.waiting.splice(0)) wake();
    });
  }

  /** When a counted request arrived and the signal of its life. */
  of(request: IncomingMessage): { readonly arrivedMs: number; readonly signal: AbortSignal } {
    const flight = this.flights.get(request);
    if (flight !== undefined) return { arrivedMs: flight.arrivedMs, signal: flight.controller.signal };
    // Its response closed already.
    return { arrivedMs: this.parts.clock.monotonicMs(), signal: AbortSignal.abort(new Error('the caller went away')) };
  }

  abortAll(reason: Error): void {
    for (const { controller } of this.flights.values()) controller.abort(reason);
  }

  /** Resolves when nothing is in flight, or after `deadlineMs`. */
  async whenEmpty(deadlineMs: number): Promise<void> {
    if (this.flights.size === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.parts.clock.after(deadlineMs, resolve);
      this.waiting.push(() => {
        cancel();
        resolve();
      });
    });
  }
}
