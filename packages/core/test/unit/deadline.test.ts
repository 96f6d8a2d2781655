import {
  backoffDelayMs,
  CodedError,
  describeError,
  Lifecycle,
  retry,
  silentLogger,
  withDeadline,
} from '@bettertherapy/core';
import { FakeClock } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';

const never = (): Promise<never> => new Promise(() => undefined);

describe('withDeadline', () => {
  it('returns what the work returns', async () => {
    await expect(withDeadline({ what: 'work', ms: 10, clock: new FakeClock() }, async () => 7)).resolves.toBe(7);
  });

  it('rejects at the deadline even when the work does not listen, and aborts its signal', async () => {
    const clock = new FakeClock();
    let seen: AbortSignal | null = null;
    const waiting = withDeadline({ what: 'a reply', ms: 100, clock }, (signal) => {
      seen = signal;
      return never();
    });
    const outcome = expect(waiting).rejects.toMatchObject({
      code: 'CORE_DEADLINE_EXCEEDED',
      details: { what: 'a reply', ms: 100 },
    });
    await clock.advance(100);
    await outcome;
    expect(seen).toHaveProperty('aborted', true);
  });

  it("passes the caller's abort on with its reason", async () => {
    const controller = new AbortController();
    const waiting = withDeadline({ what: 'work', ms: 1000, signal: controller.signal, clock: new FakeClock() }, never);
    controller.abort(new Error('closing'));
    await expect(waiting).rejects.toThrow('closing');
  });
});

describe('retry', () => {
  it('tries again with growing delays until it succeeds', async () => {
    const clock = new FakeClock();
    const delays: number[] = [];
    const result = retry(
      {
        attempts: 4,
        firstDelayMs: 100,
        maxDelayMs: 250,
        clock,
        random: () => 1,
        onRetry: (_e, _n, ms) => delays.push(ms),
      },
      async (attempt) => {
        if (attempt < 4) throw new Error(`try ${attempt}`);
        return attempt;
      },
    );
    await clock.advance(1000);
    await expect(result).resolves.toBe(4);
    expect(delays).toEqual([100, 200, 250]);
  });

  it('gives up with the last error when the budget is spent, and at once when the error is final', async () => {
    const clock = new FakeClock();
    const spent = retry({ attempts: 2, firstDelayMs: 1, maxDelayMs: 1, clock }, async (n) =>
      Promise.reject(new Error(`try ${n}`)),
    );
    const outcome = expect(spent).rejects.toThrow('try 2');
    await clock.advance(10);
    await outcome;
    let tries = 0;
    const final = retry({ attempts: 9, firstDelayMs: 1, maxDelayMs: 1, clock, retryable: () => false }, async () => {
      tries += 1;
      throw new Error('final');
    });
    await expect(final).rejects.toThrow('final');
    expect(tries).toBe(1);
  });

  it.each([
    [1, 0, 50],
    [1, 1, 100],
    [3, 0.5, 300],
    [20, 1, 1000],
  ])('waits within the upper half of the exponential delay (attempt %i, random %f)', (attempt, random, expected) => {
    expect(backoffDelayMs(attempt, 100, 1000, random)).toBe(expected);
  });
});

describe('Lifecycle', () => {
  it('closes in reverse order, once, and goes on after a failing close', async () => {
    const closed: string[] = [];
    const life = new Lifecycle({ log: silentLogger });
    life.onClose('database', () => void closed.push('database'));
    life.onClose('broken', () => Promise.reject(new Error('cannot')));
    life.onClose('server', async () => void closed.push('server'));
    await Promise.all([life.close(), life.close()]);
    expect(closed).toEqual(['server', 'database']);
  });
});

describe('describeError', () => {
  it('puts code, message and causes on one line', () => {
    const error = new CodedError('X_FAILED', 'it failed', { remedy: 'Do this.', cause: new Error('because') });
    expect(describeError(error)).toBe('X_FAILED: it failed (because)');
    expect(describeError('plain')).toBe('plain');
  });
});
