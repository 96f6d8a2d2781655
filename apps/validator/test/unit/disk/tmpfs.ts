import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@bettertherapy/testkit';
import { onEnd } from '../fixture.js';

/** A file system of its own that can be filled. */
export interface SmallDisk {
  readonly path: string;
  /** Takes all room that is left. */
  fill(): void;
  /** Gives it back. */
  clear(): void;
}

/** Mounts one of so many MiB in memory; null where this user may not mount. */
export function smallDisk(mib: number): SmallDisk | null {
  const folder = temporaryFolder('disk');
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', folder.path]).status === 0;
  onEnd(() => {
    if (mounted) spawnSync('umount', [folder.path]);
    folder.remove();
  });
  if (!mounted) return null;
  const ballast = join(folder.path, 'ballast');
  return {
    path: folder.path,
    fill: () => {
      for (let n = 0, bytes = mib * 2 ** 20; bytes >= 4_096; n += 1) {
        try {
          writeFileSync(`${ballast}-${n}`, Buffer.alloc(bytes, 1));
        } catch {
          // ENOSPC: what fitted stays, and smaller pieces fill the rest.
          bytes = Math.floor(bytes / 2);
        }
      }
    },
    clear: () => {
      for (let n = 0; n < 200; n += 1) rmSync(`${ballast}-${n}`, { force: true });
    },
  };
}
