// One at a time of something per checkout. Node's own modules only, as everything the bootstrap imports.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const LOCK_POLL_MS = 250;
/** A lock without a number in it for this long was left by a process that died while writing it. */
const LOCK_WRITE_MS = 10_000;

/**
 * Runs `work` while no other process that names the same lock file runs its own. A lock that a killed one left is taken over.
 * `what` names it in messages. @throws Error when the other one does not end within `deadlineMs`
 */
export async function exclusively({ what, file, deadlineMs }, work) {
  mkdirSync(dirname(file), { recursive: true });
  const endsAt = Date.now() + deadlineMs;
  for (let told = false; !takeLock(file); told = true) {
    const owner = lockOwner(file);
    if (owner === 'gone') {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) process.stderr.write(`waiting for another ${what} of this checkout …\n`);
    if (Date.now() > endsAt)
      throw new Error(`another ${what} (process ${owner}) does not end; end it or delete ${file}`);
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function takeLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that holds the lock; 'gone' when it is dead, 'unknown' while it is just taking or releasing the lock. */
function lockOwner(file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return 'unknown';
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    if (!owner) return Date.now() - stat.mtimeMs > LOCK_WRITE_MS ? 'gone' : 'unknown';
    process.kill(owner, 0);
    return owner;
  } catch (error) {
    if (error.code === 'ESRCH') return 'gone';
    if (error.code === 'ENOENT' || error.code === 'EPERM') return 'unknown';
    throw error;
  }
}
