import { hasErrno } from './errors.js';

/** True while a process with this id lives, whoever owns it. The id may have been given to another process since. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's. Anything else says that there is none, or that no process can have this id.
    return hasErrno(error, 'EPERM');
  }
}
