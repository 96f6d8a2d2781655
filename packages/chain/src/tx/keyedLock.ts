import { ChainErrorCode, chainError } from '../errors.js';

/** Callers that may wait for one key. */
const MAX_WAITING = 64;

/** Runs jobs of the same key one after another; jobs of different keys do not wait for each other. */
export class KeyedLock {
  private readonly tails = new Map<string, { last: Promise<void>; count: number }>();

  /** @throws CodedError CHAIN_BUSY when too many already wait. */
  async run<T>(key: string, job: () => Promise<T>): Promise<T> {
    const tail = this.tails.get(key) ?? { last: Promise.resolve(), count: 0 };
    if (tail.count >= MAX_WAITING) {
      throw chainError(ChainErrorCode.Busy, `${tail.count} extrinsics of one account already wait`, {
        remedy: 'Wait until the earlier ones are included.',
        details: { account: key },
      });
    }
    let release: () => void = () => undefined;
    const before = tail.last;
    tail.last = new Promise<void>((resolve) => {
      release = resolve;
    });
    tail.count += 1;
    this.tails.set(key, tail);
    await before;
    try {
      return await job();
    } finally {
      tail.count -= 1;
      if (tail.count === 0) this.tails.delete(key);
      release();
    }
  }
}
