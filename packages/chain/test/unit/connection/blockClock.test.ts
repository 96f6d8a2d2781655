import { systemClock } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';
import { HeadTrail, stallMs } from '../../../src/connection/blockClock.js';
import { type Head, parseHead } from '../../../src/connection/head.js';

const head = (number: number, hash: string, parentHash: string): Head => ({
  number,
  hash,
  parentHash,
  changesRuntime: false,
});

describe('the silence allowed', () => {
  it.each([
    [12_000, 60_000],
    [1_000, 10_000],
    [250, 10_000],
    [6_000, 30_000],
  ])('is five block times of %i ms, at least 10 s: %i ms', (block, silence) => {
    expect(stallMs(block)).toBe(silence);
  });
});

describe('HeadTrail', () => {
  it('anchors a few blocks behind the tip, as far as it knows the way', () => {
    const trail = new HeadTrail(head(10, 'h10', 'h9'), systemClock);
    expect(trail.ancestor(4)).toEqual({ number: 9, hash: 'h9' });
    for (let n = 11; n <= 14; n += 1) trail.push(head(n, `h${n}`, `h${n - 1}`));
    expect(trail.ancestor(4)).toEqual({ number: 10, hash: 'h10' });
    expect(trail.head.number).toBe(14);
  });

  it('forgets a branch that was re-organised away', () => {
    const trail = new HeadTrail(head(10, 'h10', 'h9'), systemClock);
    trail.push(head(11, 'h11', 'h10'));
    trail.push(head(12, 'x12', 'x11'));
    expect(trail.ancestor(4)).toEqual({ number: 11, hash: 'x11' });
    trail.push(head(11, 'y11', 'y10'));
    expect(trail.ancestor(4)).toEqual({ number: 10, hash: 'y10' });
  });

  it('is anchored at genesis on a chain that has only that', () => {
    const trail = new HeadTrail(head(0, 'g', 'none'), systemClock);
    expect(trail.ancestor(4)).toMatchObject({ number: 0, hash: 'g' });
  });

  it('keeps a bounded number of hashes', () => {
    const trail = new HeadTrail(head(0, 'h0', 'none'), systemClock);
    for (let n = 1; n <= 100; n += 1) trail.push(head(n, `h${n}`, `h${n - 1}`));
    expect(trail.ancestor(50)).toEqual({ number: 85, hash: 'h85' });
  });
});

describe('parseHead', () => {
  const zero = `0x${'00'.repeat(32)}`;
  const header = { parentHash: zero, number: '0x0', stateRoot: zero, extrinsicsRoot: zero, digest: { logs: [] } };

  it.each([
    ['nothing', null],
    ['a header without digest', { ...header, digest: undefined }],
    ['a short parent hash', { ...header, parentHash: '0x00' }],
    ['a number that is no hex', { ...header, number: 5 }],
    ['a log that is no hex', { ...header, digest: { logs: ['x'] } }],
  ])('refuses %s with a code', (_name, json) => {
    expect(() => parseHead(json)).toThrow(expect.objectContaining({ code: 'CHAIN_DECODE' }));
  });

  it('sees in the digest that the runtime changed', () => {
    expect(parseHead(header).changesRuntime).toBe(false);
    expect(parseHead({ ...header, digest: { logs: ['0x0661757261', '0x08'] } }).changesRuntime).toBe(true);
  });
});
