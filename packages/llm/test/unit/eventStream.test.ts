import { describe, expect, it } from 'vitest';
import { EventStream } from '../../src/eventStream.js';

async function all<T>(stream: EventStream<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

describe('a stream of events', () => {
  it('gives what was pushed before and after reading began, in order', async () => {
    const stream = new EventStream<number>();
    stream.push(1);
    const read = all(stream);
    stream.push(2);
    await Promise.resolve();
    stream.push(3);
    stream.end();
    expect(await read).toEqual([1, 2, 3]);
  });

  it('gives the events before a failure first', async () => {
    const stream = new EventStream<number>();
    stream.push(1);
    stream.fail(new Error('cut'));
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const event of stream) seen.push(event);
    };
    await expect(read()).rejects.toThrow('cut');
    expect(seen).toEqual([1]);
  });

  it('takes nothing behind its end', async () => {
    const stream = new EventStream<number>();
    stream.end();
    stream.push(1);
    stream.fail(new Error('late'));
    expect(await all(stream)).toEqual([]);
  });
});
