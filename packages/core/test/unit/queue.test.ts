import { BoundedQueue } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';

/** A job that runs until it is told to end, and a log of the order in which jobs began. */
function jobs(queue: BoundedQueue) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string, at: { priority?: number; signal?: AbortSignal } = {}) =>
    queue.run(
      () =>
        new Promise<string>((resolve) => {
          started.push(name);
          ends.set(name, () => resolve(name));
        }),
      at,
    );
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { started, run, end };
}

describe('BoundedQueue', () => {
  it('starts the highest priority first, and the oldest among equals', async () => {
    const queue = new BoundedQueue({ concurrency: 1, capacity: 4 });
    const { started, run, end } = jobs(queue);
    const all = [run('a'), run('low', { priority: 1 }), run('high 1', { priority: 9 }), run('high 2', { priority: 9 })];
    for (const name of ['a', 'high 1', 'high 2', 'low']) await end(name);
    await Promise.all(all);
    expect(started).toEqual(['a', 'high 1', 'high 2', 'low']);
  });

  it('refuses when running and waiting places are taken, and accepts again afterwards', async () => {
    const queue = new BoundedQueue({ concurrency: 1, capacity: 1 });
    const { run, end } = jobs(queue);
    const first = run('first');
    const second = run('second');
    expect(queue.full).toBe(true);
    await expect(run('third')).rejects.toMatchObject({ code: 'CORE_QUEUE_FULL' });
    await end('first');
    expect(queue.full).toBe(false);
    await end('second');
    await Promise.all([first, second]);
    expect([queue.active, queue.depth]).toEqual([0, 0]);
  });

  it('frees the waiting place of a job whose signal aborts', async () => {
    const queue = new BoundedQueue({ concurrency: 1, capacity: 1 });
    const { started, run, end } = jobs(queue);
    const first = run('first');
    const controller = new AbortController();
    const waiting = run('given up', { signal: controller.signal });
    controller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    const next = run('next');
    await end('first');
    await end('next');
    await Promise.all([first, next]);
    expect(started).toEqual(['first', 'next']);
  });

  it('hands its place on when a job fails', async () => {
    const queue = new BoundedQueue({ concurrency: 1, capacity: 1 });
    await expect(queue.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(queue.run(async () => 'fine')).resolves.toBe('fine');
  });
});
