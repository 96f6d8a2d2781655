import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporaryFolder.js';

/** A file system of its own that can be filled. */
export interface SmallDisk {
  readonly path: string;
  /** Takes all room that is left. */
  fill(): void;
  /** Gives it back. */
  clear(): void;
  /** Unmounts it; whoever uses it must have ended. */
  remove(): void;
}

const SMALLEST_PIECE = 4_096;

/** Mounts one of so many MiB in memory; null where this user may not mount. */
export function smallDisk(mib: number): SmallDisk | null {
  const folder = temporaryFolder('disk');
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', folder.path]);
  if (status !== 0) {
    folder.remove();
    return null;
  }
  const pieces: string[] = [];
  return {
    path: folder.path,
    fill: () => {
      for (let bytes = mib * 2 ** 20; bytes >= SMALLEST_PIECE; ) {
        const piece = join(folder.path, `ballast-${pieces.length}`);
        pieces.push(piece);
        try {
          writeFileSync(piece, Buffer.alloc(bytes, 1));
        } catch {
          // ENOSPC: what fitted stays, and smaller pieces fill the rest.
          bytes = Math.floor(bytes / 2);
        }
      }
    },
    clear: () => {
      for (const piece of pieces.splice(0)) rmSync(piece, { force: true });
    },
    remove: () => {
      spawnSync('umount', [folder.path]);
      folder.remove();
    },
  };
}
