import { expect, it } from 'vitest';
import { boundHeapGrowth } from '../../src/heapGrowth.js';

const NUMBERS = 8_000;
const LIVE = 400;
const MADE = 8_000;

/** The most that the heap holds while a few arrays live and many come and go, in bytes above what it held before. */
async function peakOfChurn(): Promise<number> {
  const ring: number[][] = Array.from({ length: LIVE }, () => []);
  const before = process.memoryUsage().heapUsed;
  let peak = 0;
  for (let at = 0; at < MADE; at += 1) {
    ring[at % LIVE] = new Array<number>(NUMBERS).fill(at + 0.5);
    if (at % 100 !== 0) continue;
    peak = Math.max(peak, process.memoryUsage().heapUsed - before);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return peak;
}

it('a heap whose growth is bounded stays nearer to what lives in it', async () => {
  const unbounded = await peakOfChurn();
  boundHeapGrowth();
  expect(await peakOfChurn()).toBeLessThan(unbounded * 0.8);
});
