import { type Clock, describeError, type Logger } from '@bettertherapy/core';
import type { Chain } from './chain.js';

/** Makes a block every `blockMs`. A block that cannot be made is logged and tried again at the next beat. */
export class BlockProducer {
  private readonly stop = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly options: { readonly blockMs: number },
    private readonly parts: { readonly chain: Chain; readonly clock: Clock; readonly log: Logger },
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { clock, chain, log } = this.parts;
    let next = clock.monotonicMs() + this.options.blockMs;
    while (!this.stop.signal.aborted) {
      // After a pause of the process the beat starts anew instead of catching up.
      next = Math.max(next, clock.monotonicMs() - this.options.blockMs);
      try {
        await clock.sleep(Math.max(1, next - clock.monotonicMs()), this.stop.signal);
      } catch (error) {
        if (this.stop.signal.aborted) return;
        throw error;
      }
      next += this.options.blockMs;
      try {
        const block = chain.produce();
        log.trace('block', { number: block.number, hash: block.hash, extrinsics: block.extrinsics.length });
      } catch (error) {
        log.error('no block could be made', { after: chain.head.number, error: describeError(error) });
      }
    }
  }
}
