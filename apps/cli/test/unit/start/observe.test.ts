import { describe, expect, it } from 'vitest';
import { lastRoundBefore } from '../../../src/start/observe.js';

describe('which rounds are not of this run', () => {
  it.each([
    { name: 'none on a new network', newest: null, last: 0 },
    { name: 'all that are finished', newest: { number: 4, state: 'closed' }, last: 4 },
    { name: 'all that were given up', newest: { number: 4, state: 'abandoned' }, last: 4 },
    { name: 'not the one that this run will finish', newest: { number: 4, state: 'open' }, last: 3 },
  ] as const)('$name', ({ newest, last }) => {
    expect(lastRoundBefore(newest)).toBe(last);
  });
});
