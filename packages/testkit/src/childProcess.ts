import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { systemClock } from '@bettertherapy/core';
import { eventually } from './eventually.js';
import { repositoryRoot } from './temporaryFolder.js';

export interface ChildOptions {
  /** Arguments of `node`, the script first; a relative script is taken from the repository's root. */
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sees each line of stdout and stderr as it comes. */
  readonly onLine?: (line: string) => void;
}

/** Lines kept for messages; a chatty child cannot fill the memory of the test. */
const KEPT_LINES = 5_000;

/** A real Node process under test. */
export class NodeChild {
  readonly lines: string[] = [];
  /** Exit code and signal, once it has ended. */
  exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | null = null;
  private readonly child: ChildProcess;

  constructor(options: ChildOptions) {
    this.child = spawn(process.execPath, [...options.args], {
      cwd: options.cwd ?? repositoryRoot,
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        if (this.lines.length > KEPT_LINES) this.lines.shift();
        options.onLine?.(line);
      });
    }
    this.child.on('exit', (code, signal) => {
      this.exit = { code, signal };
    });
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the process did not start');
    return this.child.pid;
  }

  /** The first line that matches; fails early when the process ends before it. */
  waitForLine(pattern: RegExp, deadlineMs: number): Promise<string> {
    return eventually(
      `a line like ${pattern} (last lines: ${this.lines.slice(-5).join(' | ')})`,
      () => this.lines.find((line) => pattern.test(line)) ?? null,
      { deadlineMs },
    );
  }

  /** Resolves when the process has ended. */
  async waitForExit(deadlineMs: number): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    return eventually(`process ${this.pid} to end`, () => this.exit, { deadlineMs });
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Asks, waits, then insists. Idempotent. */
  async stop(graceMs = 20_000): Promise<void> {
    if (this.exit) return;
    this.child.kill('SIGTERM');
    const endsAt = systemClock.monotonicMs() + graceMs;
    while (!this.exit && systemClock.monotonicMs() < endsAt) await systemClock.sleep(25);
    if (!this.exit) this.child.kill('SIGKILL');
    await this.waitForExit(5_000);
  }
}
