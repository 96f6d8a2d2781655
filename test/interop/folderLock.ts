import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { isProcessAlive } from '@bettertherapy/core';
import { eventually } from '@bettertherapy/testkit';

/** A lock file with the owner's process id, so that two test runs do not make the same environment at once. */
export class FolderLock {
  private constructor(private readonly path: string) {}

  /** Waits for the file to be free; one whose owner is gone counts as free. */
  static async take(path: string, deadlineMs: number): Promise<FolderLock> {
    await eventually(`the lock ${path}`, () => tryToTake(path), { deadlineMs, everyMs: 250 });
    return new FolderLock(path);
  }

  release(): void {
    rmSync(this.path, { force: true });
  }
}

function tryToTake(path: string): boolean {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const owner = Number(readFileSync(path, 'utf8'));
    if (owner > 0 && !isProcessAlive(owner)) rmSync(path, { force: true });
    return false;
  }
}
