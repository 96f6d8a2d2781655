import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, writeLora } from '@bettertherapy/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LlmErrorCode, llmError } from '../../../../src/errors.js';
import type { AdapterUse } from '../../../../src/languageModel.js';
import { AdapterContexts } from '../../../../src/llama/worker/adapterContexts.js';

const TARGET = { tensor: 'blk.0.attn_v.weight', inputs: 8, outputs: 8 };
const { signal } = new AbortController();

let folder: string;
let log: string[];
let room: number;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bt-contexts-'));
  for (const name of ['a', 'b', 'c']) {
    writeLora(join(folder, name), { architecture: 'llama', alpha: 1, rank: 1, targets: [TARGET], seed: 1 });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  log = [];
  room = 99;
});

const use = (name: string, scale?: number): AdapterUse => ({
  sha256: name,
  file: join(folder, name),
  baseModel: null,
  scale,
});

/** Contexts that only tell of their making and end: what is kept is decided without a model. */
function contexts(most: number): AdapterContexts {
  return new AdapterContexts(
    { most },
    {
      base: { names: ['small'], architecture: 'llama', tensors: new Map([[TARGET.tensor, { dims: [8, 8] }]]) },
      requireRoom: async () => {
        if (open() >= room) throw llmError(LlmErrorCode.InsufficientMemory, 'full', { remedy: 'none' });
      },
      open: async (file, scale) => {
        const name = `${file.slice(-1)}${scale}`;
        log.push(`+${name}`);
        const dispose = async (): Promise<void> => {
          log.push(`-${name}`);
        };
        // Only these two of a context are used here, and of a session nothing.
        return { session: { name }, context: { dispose, memoryUsage: { ram: 100, vram: 0 } } } as never;
      },
    },
  );
}
const open = (): number =>
  log.filter((line) => line.startsWith('+')).length - log.filter((line) => line[0] === '-').length;

describe('contexts of adapters', () => {
  it('are made once and used again', async () => {
    const held = contexts(2);
    for (const name of ['a', 'b', 'a', 'b']) await held.use(use(name), signal, async () => undefined);
    expect(log).toEqual(['+a1', '+b1']);
    expect(held.bytes).toBeGreaterThan(200);
  });

  it('go when there are too many, the one not used for longest first', async () => {
    const held = contexts(2);
    for (const name of ['a', 'b', 'a', 'c', 'b']) await held.use(use(name), signal, async () => undefined);
    expect(log).toEqual(['+a1', '+b1', '-b1', '+c1', '-a1', '+b1']);
    expect(held.size).toBe(2);
  });

  it('of one adapter at two scales are two', async () => {
    const held = contexts(2);
    await held.use(use('a'), signal, async () => undefined);
    await held.use(use('a', 0.5), signal, async () => undefined);
    expect(log).toEqual(['+a1', '+a0.5']);
  });

  it('in use are never taken away: who finds no place waits for one', async () => {
    const held = contexts(1);
    let leave: () => void = () => undefined;
    const first = held.use(use('a'), signal, () => new Promise<void>((resolve) => (leave = resolve)));
    const second = held.use(use('b'), signal, async () => log.push('used b'));
    const given = new AbortController();
    const third = held.use(use('c'), given.signal, async () => undefined);
    await eventually('the first', () => log.includes('+a1') || null);
    given.abort(new Error('gone'));
    await expect(third).rejects.toThrow('gone');
    expect(log).toEqual(['+a1']);
    leave();
    await Promise.all([first, second]);
    expect(log).toEqual(['+a1', '-a1', '+b1', 'used b']);
  });

  it('make room where memory is short, and are refused where none can go', async () => {
    const held = contexts(3);
    room = 1;
    await held.use(use('a'), signal, async () => undefined);
    await held.use(use('b'), signal, async () => undefined);
    expect(log).toEqual(['+a1', '-a1', '+b1']);
    const nested = held.use(use('b'), signal, () => held.use(use('c'), signal, async () => undefined));
    await expect(nested).rejects.toMatchObject({ code: LlmErrorCode.InsufficientMemory });
    expect(held.size).toBe(1);
    await held.use(use('c'), signal, async () => undefined);
    expect(log.slice(-2)).toEqual(['-b1', '+c1']);
  });

  it('that fail to open leave no trace, so that the next call tries again', async () => {
    const held = contexts(1);
    const missing = { ...use('a'), file: join(folder, 'missing') };
    await expect(held.use(missing, signal, async () => undefined)).rejects.toThrow();
    expect(held.size).toBe(0);
    await held.use(use('a'), signal, async () => undefined);
    expect(log).toEqual(['+a1']);
  });
});
