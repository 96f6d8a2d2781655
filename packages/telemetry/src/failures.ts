/** Counts what went wrong inside telemetry itself: it is never thrown, and never logged through a broken log. */
export class TelemetryFailures {
  private readonly byPart = new Map<string, number>();

  count(part: 'log' | 'metrics' | 'health' | 'alerts' | 'wandb' | 'traces'): void {
    this.byPart.set(part, (this.byPart.get(part) ?? 0) + 1);
  }

  /** Failures so far, by part. */
  entries(): readonly (readonly [part: string, failures: number])[] {
    return [...this.byPart];
  }
}
