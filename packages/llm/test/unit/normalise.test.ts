import { describe, expect, it } from 'vitest';
import { normalise } from '../../src/normalise.js';

describe('a normalised vector', () => {
  it('has unit length and the same direction', () => {
    const [x = 0, y = 0] = normalise([3, 4]);
    expect(x).toBeCloseTo(0.6, 6);
    expect(y).toBeCloseTo(0.8, 6);
  });

  it('stays zero when it is zero', () => {
    expect([...normalise([0, 0])]).toEqual([0, 0]);
  });
});
