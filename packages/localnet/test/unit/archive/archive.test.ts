import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@bettertherapy/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Archive, type BlockRecord } from '../../../src/archive/index.js';
import { blockOf } from '../../../src/blocks/block.js';
import type { Hex } from '../../../src/scale/index.js';
import { NOBODY } from '../../../src/types/index.js';

let directory: string;
const open: Archive[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'localnet-'));
});
afterEach(() => {
  for (const archive of open.splice(0)) archive.close();
  rmSync(directory, { recursive: true, force: true });
});

function openArchive(): Archive {
  const archive = Archive.open({ directory, segmentBlocks: 10 }, { log: silentLogger });
  open.push(archive);
  return archive;
}

function record(number: number, parent: Hex): BlockRecord {
  return {
    header: {
      parent_hash: parent,
      number,
      state_root: NOBODY,
      extrinsics_root: NOBODY,
      digest: { logs: [] },
    },
    extrinsics: [new Uint8Array([number])],
    writes: new Map([
      ['0xaa', new Uint8Array([number])],
      ['0xbb', null],
    ]),
  };
}

/** Writes blocks 0 to `last`; every tenth begins a segment. */
function fill(archive: Archive, last: number): void {
  let block = record(0, NOBODY);
  archive.startSegment({ ...block, genesisHash: NOBODY });
  for (let number = 1; number <= last; number++) {
    block = record(number, blockOf(block.header, []).hash);
    archive.append(block);
    const at = block;
    archive.rotateWhenDue(() => ({ ...at, genesisHash: NOBODY }));
  }
}

function restored(): readonly [from: number, to: number] | null {
  for (const archive of open.splice(0)) archive.close();
  const found = openArchive().restore();
  return found === null
    ? null
    : [found.snapshot.header.number, found.blocks.at(-1)?.header.number ?? found.snapshot.header.number];
}

const files = (): string[] =>
  readdirSync(directory)
    .filter((name) => name !== 'lock')
    .sort();

describe('the archive', () => {
  it('finds no chain in an empty directory', () => {
    expect(restored()).toBeNull();
  });

  it('gives back the older of its two segments and every block since', () => {
    fill(openArchive(), 35);
    expect(files()).toEqual(['0000000020.log', '0000000020.snapshot', '0000000030.log', '0000000030.snapshot']);
    expect(restored()).toEqual([20, 35]);
  });

  it('gives a block back as it was', () => {
    fill(openArchive(), 3);
    for (const archive of open.splice(0)) archive.close();
    const block = openArchive().restore()?.blocks[1];
    expect(block).toEqual({ ...record(2, block?.header.parent_hash ?? NOBODY) });
  });

  it('loses only a torn block at the end, wherever it was torn, and goes on after it', () => {
    fill(openArchive(), 5);
    for (const archive of open.splice(0)) archive.close();
    const log = join(directory, '0000000000.log');
    const whole = readFileSync(log);
    for (let cut = 1; cut < whole.length / 5; cut += 7) {
      writeFileSync(log, whole.subarray(0, whole.length - cut));
      expect(restored()).toEqual([0, 4]);
      const archive = openAgain();
      const found = archive.restore();
      archive.resume();
      const last = found?.blocks.at(-1);
      archive.append(record(5, last === undefined ? NOBODY : blockOf(last.header, []).hash));
      expect(restored()).toEqual([0, 5]);
    }
  });

  it('falls back to the youngest segment when the older one is damaged', () => {
    fill(openArchive(), 35);
    writeFileSync(join(directory, '0000000020.snapshot'), 'nonsense');
    expect(restored()).toEqual([30, 35]);
  });

  it('prefers a whole younger segment to an older one whose log has a hole', () => {
    fill(openArchive(), 35);
    truncateSync(join(directory, '0000000020.log'), 50);
    expect(restored()).toEqual([30, 35]);
  });

  it('uses the older segment when the younger snapshot was never finished', () => {
    fill(openArchive(), 35);
    rmSync(join(directory, '0000000030.snapshot'));
    expect(restored()).toEqual([20, 30]);
  });

  it('says so when nothing can be read', () => {
    fill(openArchive(), 5);
    writeFileSync(join(directory, '0000000000.snapshot'), 'nonsense');
    expect(restored).toThrow(expect.objectContaining({ code: 'LOCALNET_DIRECTORY_DAMAGED' }));
  });

  it('belongs to one owner at a time, and is taken over from a dead one', () => {
    openArchive();
    expect(() => Archive.open({ directory, segmentBlocks: 10 }, { log: silentLogger })).toThrow(
      expect.objectContaining({ code: 'LOCALNET_DIRECTORY_IN_USE' }),
    );
    const other = mkdtempSync(join(tmpdir(), 'localnet-'));
    cpSync(directory, other, { recursive: true });
    writeFileSync(join(other, 'lock'), '999999999');
    Archive.open({ directory: other, segmentBlocks: 10 }, { log: silentLogger }).close();
    rmSync(other, { recursive: true });
  });
});

function openAgain(): Archive {
  for (const archive of open.splice(0)) archive.close();
  return openArchive();
}
