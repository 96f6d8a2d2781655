import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { CodedError, hasErrno } from '@bettertherapy/core';
import { z } from 'zod';
import { repositoryRoot } from './layout.js';

export const RunLockErrorCode = {
  /** Another `npm start` runs on the same folder. */
  AlreadyRunning: 'START_ALREADY_RUNNING',
} as const;

const contents = z.strictObject({ owner: z.int(), members: z.array(z.int()) });

/** One `npm start` per folder, and a list of its children so that the next one can end what a killed one left behind. */
export class RunLock {
  private readonly members: number[] = [];

  private constructor(private readonly file: string) {}

  /** @throws CodedError START_ALREADY_RUNNING */
  static take(file: string): RunLock {
    mkdirSync(dirname(file), { recursive: true });
    const lock = new RunLock(file);
    if (lock.create()) return lock;
    const left = contents.safeParse(parseJson(readFileSync(file, 'utf8')));
    if (left.success && isStart(left.data.owner)) {
      throw new CodedError(
        RunLockErrorCode.AlreadyRunning,
        `npm start already runs here (process ${left.data.owner})`,
        {
          remedy: 'Stop it with Ctrl-C, or give this one another folder with --dir.',
          details: { owner: left.data.owner },
        },
      );
    }
    for (const member of left.success ? left.data.members : []) if (isOurs(member)) kill(member);
    rmSync(file, { force: true });
    if (!lock.create()) {
      throw new CodedError(RunLockErrorCode.AlreadyRunning, 'another npm start took this folder just now', {
        remedy: 'Stop it with Ctrl-C, or give this one another folder with --dir.',
      });
    }
    return lock;
  }

  addMember(pid: number): void {
    this.members.push(pid);
    writeFileSync(this.file, this.text());
  }

  release(): void {
    rmSync(this.file, { force: true });
  }

  /** False when the file is there already. */
  private create(): boolean {
    try {
      const handle = openSync(this.file, 'wx');
      writeSync(handle, this.text());
      closeSync(handle);
      return true;
    } catch (error) {
      if (hasErrno(error, 'EEXIST')) return false;
      throw error;
    }
  }

  private text(): string {
    return JSON.stringify({ owner: process.pid, members: this.members });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // A run that died while writing left a torn file: there is nothing in it to act on.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** True when the process lives and is an `npm start`, also one that was given the path of its script relative to the checkout. */
function isStart(pid: number): boolean {
  const line = commandLine(pid);
  return line !== null && (line.includes(repositoryRoot) || /\bapps\/cli\/dist\/main\.js\b/.test(line));
}

/** True when the process lives and runs a file of this checkout: a pid alone may have been given to somebody else. */
function isOurs(pid: number): boolean {
  return commandLine(pid)?.includes(repositoryRoot) === true;
}

/** Ends a process that may end by itself at the same moment. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!hasErrno(error, 'ESRCH')) throw error;
  }
}

/** The command line of a live process, or null. */
function commandLine(pid: number): string | null {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch (error) {
    // The file may vanish between its opening and its reading: ESRCH.
    const vanished = hasErrno(error, 'ENOENT') || hasErrno(error, 'ESRCH');
    const gone = vanished || (error instanceof Error && 'status' in error && error.status === 1);
    if (gone) return null;
    throw error;
  }
}
