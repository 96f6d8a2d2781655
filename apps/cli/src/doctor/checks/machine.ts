import { existsSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { repositoryRoot } from '../../start/layout.js';
import { type Finding, gigabytes, line } from '../finding.js';

const GB = 1e9;
/** A machine sold with 16 GB shows a little less. */
const TOLERANCE = 0.92;
const DISK_FAIL = 1 * GB;
const DISK_WARN = 10 * GB;

const release = z.object({ engines: z.object({ node: z.string() }) });

/** Whether `version` is at least what package.json asks for (`>=20.19`). */
export function checkNode(version: string = process.versions.node): Finding {
  const node = line('node', 'Node');
  const asked = release.parse(JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'))).engines.node;
  const least = asked.replace(/^>=/, '');
  return atLeast(version, least)
    ? node.ok(`${version}, on ${availableParallelism()} cores`)
    : node.fail(`${version} is older than ${least}`, `Install Node ${least} or newer, for example: nvm install 20`);
}

function atLeast(version: string, least: string): boolean {
  const [have, want] = [version, least].map((one) => one.split('.').map(Number));
  for (let at = 0; at < 3; at += 1) {
    const difference = (have?.[at] ?? 0) - (want?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** What of the memory this process may use; a container's limit counts. */
export function totalMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

export interface Memory {
  readonly total: number;
  readonly available: number;
}

/** RAM against what the hardware table says (`tableGb`) and what has to fit now (`neededBytes`); null when it does not matter. */
export function checkMemory(
  { total, available }: Memory,
  model: { readonly name: string; readonly tableGb: number | null; readonly neededBytes: number } | null,
  smaller: string | null,
): Finding {
  const ram = line('memory', 'RAM');
  const have = `${gigabytes(total)}, ${gigabytes(available)} free`;
  if (model === null) return ram.ok(have);
  const otherModel =
    smaller === null ? 'Take a model on another server: --model.backend openai' : `--model.name ${smaller}`;
  if (available < model.neededBytes) {
    const text = `${have}; ${model.name} needs about ${gigabytes(model.neededBytes)} here`;
    return ram.fail(text, otherModel);
  }
  if (model.tableGb !== null && total < model.tableGb * GB * TOLERANCE) {
    return ram.warn(`${have}; the hardware table asks for ${model.tableGb} GB`, otherModel);
  }
  return ram.ok(have);
}

/** Free space where a daemon writes. `needed` bytes are about to be fetched there. */
export async function checkDisk(place: {
  readonly dir: string;
  readonly flag: string;
  readonly needed: number;
}): Promise<Finding> {
  const disk = line(
    place.flag === 'data.dir' ? 'disk' : 'disk_models',
    place.flag === 'data.dir' ? 'Disk' : 'Disk, models',
  );
  const { bavail, bsize } = await statfs(standing(resolve(place.dir)));
  return diskFinding(disk, bavail * bsize, place);
}

export function diskFinding(
  disk: ReturnType<typeof line>,
  free: number,
  { dir, flag, needed }: { readonly dir: string; readonly flag: string; readonly needed: number },
): Finding {
  const fix = `Free some space, or use another disk: --${flag} FOLDER`;
  const left = free - needed;
  const text = `${gigabytes(free)} free at ${dir}${needed > 0 ? `, ${gigabytes(needed)} of it for the model` : ''}`;
  if (left < DISK_FAIL) return disk.fail(text, fix);
  return left < DISK_WARN ? disk.warn(text, fix) : disk.ok(text);
}

/** The folder itself, or the nearest one above it that is there. */
function standing(dir: string): string {
  return existsSync(dir) || dirname(dir) === dir ? dir : standing(dirname(dir));
}
