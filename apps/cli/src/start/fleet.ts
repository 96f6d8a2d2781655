import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@bettertherapy/config';
import { type Clock, CodedError } from '@bettertherapy/core';
import type { RunLock } from './runLock.js';

export const FleetErrorCode = {
  /** A process of the network ended although nobody asked it to. */
  MemberDied: 'START_MEMBER_DIED',
} as const;

/** After this long a member that was asked to stop is killed. */
const STOP_GRACE_MS = 30_000;
const LOG_TAIL_LINES = 15;

interface Member {
  readonly name: string;
  readonly child: ChildProcess;
  readonly logFile: string;
}

/** The child processes of a running network, each with a log file of its own. */
export class Fleet {
  private readonly members: Member[] = [];
  private stopping = false;
  private readonly died = new AbortController();

  constructor(
    private readonly options: { readonly logDir: string; readonly cwd: string; readonly env: Environment },
    private readonly parts: { readonly clock: Clock; readonly lock: RunLock },
  ) {
    mkdirSync(options.logDir, { recursive: true });
  }

  /** Aborts with a CodedError START_MEMBER_DIED when a member ends by itself. */
  get failure(): AbortSignal {
    return this.died.signal;
  }

  /** Starts `node script …args`; its output goes to `<logDir>/<name>.log`. */
  launch(name: string, script: string, args: readonly string[]): void {
    const logFile = join(this.options.logDir, `${name}.log`);
    const log = openSync(logFile, 'a');
    // A group of its own: Ctrl-C reaches this process alone, which then stops the members in order.
    const child = spawn(process.execPath, [script, ...args], {
      cwd: this.options.cwd,
      env: this.options.env,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    this.members.push({ name, child, logFile });
    if (child.pid !== undefined) this.parts.lock.addMember(child.pid);
    child.on('exit', (code, signal) => {
      if (!this.stopping) this.died.abort(memberDied(name, logFile, signal ?? `exit code ${code}`));
    });
    child.on('error', (cause) => this.died.abort(memberDied(name, logFile, 'it could not be started', cause)));
  }

  /** Ends all members, the first launched (the chain, which the others talk to) after the rest. Idempotent. */
  async stop(): Promise<void> {
    this.stopping = true;
    const [first, ...rest] = this.members;
    await this.end(rest);
    await this.end(first ? [first] : []);
  }

  /** Asks, waits, then insists. */
  private async end(members: readonly Member[]): Promise<void> {
    const { clock } = this.parts;
    for (const member of members.filter(running)) member.child.kill('SIGTERM');
    const endsAt = clock.monotonicMs() + STOP_GRACE_MS;
    while (members.some(running) && clock.monotonicMs() < endsAt) await clock.sleep(50);
    for (const member of members.filter(running)) member.child.kill('SIGKILL');
    while (members.some(running)) await clock.sleep(20);
  }
}

function running({ child }: Member): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function memberDied(name: string, logFile: string, how: string, cause?: unknown): CodedError {
  const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
  return new CodedError(FleetErrorCode.MemberDied, `${name} ended by itself (${how}). The end of its log:\n${tail}`, {
    remedy: `Read ${logFile}; \`npm start -- --reset\` begins again from nothing.`,
    cause,
  });
}
