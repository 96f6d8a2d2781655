import { statfs } from 'node:fs/promises';
import type { IncidentReport } from './incident.js';

/** What every rule says while it holds; null while it does not. */
export type Finding = Omit<IncidentReport, 'kind'> | null;

/** The incidents that hold now, each with its kind, by one rule a kind. */
export function holdingBy<Kind extends IncidentReport['kind']>(
  rules: Readonly<Record<Kind, unknown>>,
  says: (kind: Kind) => Finding,
): Map<Kind, IncidentReport> {
  const found = new Map<Kind, IncidentReport>();
  // Object.keys loses the key type; the record has exactly these keys.
  for (const kind of Object.keys(rules) as Kind[]) {
    const finding = says(kind);
    if (finding) found.set(kind, { kind, ...finding });
  }
  return found;
}

/** What a file system holds. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** How much the file system of a folder holds; null when it does not tell. */
export async function spaceOf(folder: string): Promise<DiskSpace | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    // A file system that does not tell its size is watched by its failing writes alone.
    return null;
  }
}

export const DISK_FREE_BYTES = 2 * 1024 ** 3;
const MIB = 1024 ** 2;

/** Less than the limit is free; on a small file system, less than a tenth of it. */
export function diskIsLow(disk: DiskSpace | null, diskFreeBytes: number = DISK_FREE_BYTES): disk is DiskSpace {
  return disk !== null && disk.freeBytes < Math.min(diskFreeBytes, disk.totalBytes / 10);
}

export function diskLow(disk: DiskSpace | null, diskFreeBytes: number, remedy: string): Finding {
  if (!diskIsLow(disk, diskFreeBytes)) return null;
  return {
    severity: 'critical',
    summary: `Only ${Math.floor(disk.freeBytes / MIB)} MiB are free where the database lies.`,
    remedy,
    facts: { 'disk size MiB': Math.floor(disk.totalBytes / MIB) },
  };
}

/** What an app's chain client knows of its connection. */
export interface ChainSigns {
  readonly connected: boolean;
  readonly lastBlock: number;
  readonly lastBlockAgeMs: number;
}

export function chainUnreachable(chain: ChainSigns, unreachableMs: number, app: string): Finding {
  if (chain.lastBlockAgeMs <= unreachableMs) return null;
  return {
    severity: 'critical',
    summary: `No block for ${Math.round(chain.lastBlockAgeMs / 1000)} s${chain.connected ? '' : ', and no node answers'}.`,
    remedy: `Try another node with --subtensor.chain_endpoint; the ${app} dials on by itself.`,
    facts: { 'last block': chain.lastBlock },
  };
}

export const UNREACHABLE_MS = 60_000;
const LOOK = { blocks: 1, leastMs: 1_000, mostMs: 10_000 };
const SILENCE = { blocks: 5, leastMs: 10_000, mostMs: UNREACHABLE_MS };

/** Time between two looks, and how long a chain may be silent, both in blocks; on a chain of fast blocks the least counts. */
export function paceOf(blockTimeMs: number): { readonly everyMs: number; readonly unreachableMs: number } {
  const within = ({ blocks, leastMs, mostMs }: typeof LOOK): number =>
    Math.min(mostMs, Math.max(leastMs, blocks * blockTimeMs));
  return { everyMs: within(LOOK), unreachableMs: within(SILENCE) };
}
