/** Events pushed on one side and read on the other. Its writer bounds it: an answer has at most `maxTokens` pieces. */
export class EventStream<T> implements AsyncIterable<T> {
  private readonly events: T[] = [];
  private outcome: { readonly error: unknown } | 'ended' | null = null;
  private wake: (() => void) | null = null;

  push(event: T): void {
    if (this.outcome !== null) return;
    this.events.push(event);
    this.wake?.();
  }

  end(): void {
    this.outcome ??= 'ended';
    this.wake?.();
  }

  fail(error: unknown): void {
    this.outcome ??= { error };
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const event = this.events.shift();
      if (event !== undefined) {
        yield event;
      } else if (this.outcome === 'ended') {
        return;
      } else if (this.outcome !== null) {
        throw this.outcome.error;
      } else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.wake = null;
      }
    }
  }
}
