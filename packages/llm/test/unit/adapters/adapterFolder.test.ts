import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Logger, silentLogger, systemClock } from '@bettertherapy/core';
import { loraBytes } from '@bettertherapy/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AdapterFolder } from '../../../src/adapters/adapterFolder.js';

const made = (seed: number): Buffer =>
  loraBytes({
    architecture: 'llama',
    alpha: 4,
    rank: 2,
    targets: [{ tensor: 'blk.0.attn_v.weight', inputs: 64, outputs: 32 }],
    seed,
  });
const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const ONE = made(1);
const TWO = made(2);
const { signal } = new AbortController();

let root: string;
let nowMs: number;
let logged: string[];
const clock: Clock = { ...systemClock, monotonicMs: () => nowMs };
const note = (message: string): void => {
  logged.push(message);
};
const log: Logger = { ...silentLogger, info: note, warn: note };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bt-folder-'));
  nowMs = 10_000;
  logged = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (...names: string[]): string => join(root, ...names);
const open = (): AdapterFolder => new AdapterFolder({ dirs: [root, at('fetched')] }, { clock, log });

it('finds files by what is in them, under whatever name, and nothing else', async () => {
  writeFileSync(at('monday.gguf'), ONE);
  mkdirSync(at('fetched'));
  writeFileSync(at('fetched', 'x.gguf'), TWO);
  writeFileSync(at('notes.gguf'), 'no adapter');
  writeFileSync(at('half.gguf.part'), made(3));
  const folder = open();
  expect(await folder.find(hash(ONE), signal)).toMatchObject({ file: at('monday.gguf'), bytes: ONE.length });
  expect(await folder.find(hash(TWO), signal)).toMatchObject({ file: at('fetched', 'x.gguf') });
  expect(await folder.find(hash(Buffer.from('no adapter')), signal)).toBeNull();
  expect(await folder.find(hash(made(3)), signal)).toBeNull();
  expect(folder.all()).toHaveLength(2);
  expect(logged.filter((message) => message.includes('no adapter'))).toHaveLength(1);
});

it('a folder that is not there holds nothing', async () => {
  expect(await new AdapterFolder({ dirs: [at('none')] }, { clock, log }).find(hash(ONE), signal)).toBeNull();
});

it('sees new files a little later, and changed or deleted ones at once', async () => {
  const folder = open();
  expect(await folder.find(hash(ONE), signal)).toBeNull();
  writeFileSync(at('a.gguf'), ONE);
  expect(await folder.find(hash(ONE), signal)).toBeNull();
  nowMs += 5_001;
  expect(await folder.find(hash(ONE), signal)).not.toBeNull();
  writeFileSync(at('a.gguf'), TWO);
  utimesSync(at('a.gguf'), 1, 1);
  expect(await folder.find(hash(ONE), signal)).toBeNull();
  expect(await folder.find(hash(TWO), signal)).not.toBeNull();
  unlinkSync(at('a.gguf'));
  expect(await folder.find(hash(TWO), signal)).toBeNull();
});

it('hashes a file once, also over a restart, and again when it was touched', async () => {
  writeFileSync(at('a.gguf'), ONE);
  const found = (): number => logged.filter((message) => message === 'adapter found').length;
  await open().look(signal);
  await open().look(signal);
  expect(found()).toBe(1);
  expect(readdirSync(at('.hashes'))).toEqual(['a.gguf.json']);
  utimesSync(at('a.gguf'), 1, 1);
  const folder = open();
  await Promise.all([folder.look(signal), folder.look(signal)]);
  expect(found()).toBe(2);
});
