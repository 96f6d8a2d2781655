import { mayFollow, requireStep, TWIN_STATES } from '@bettertherapy/twins';
import { describe, expect, it } from 'vitest';

describe('the states of a twin', () => {
  const legal = ['draft→reviewed', 'reviewed→draft', 'reviewed→published', 'published→withdrawn'];

  it.each(TWIN_STATES.flatMap((from) => TWIN_STATES.map((to) => [from, to] as const)))('%s → %s', (from, to) => {
    const expected = legal.includes(`${from}→${to}`);
    expect(mayFollow(from, to)).toBe(expected);
    const step = (): void => requireStep(from, to);
    if (expected) step();
    else expect(step).toThrow(expect.objectContaining({ code: 'TWIN_ILLEGAL_STEP', remedy: expect.any(String) }));
  });
});
