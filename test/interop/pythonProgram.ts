import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { systemClock, withDeadline } from '@bettertherapy/core';
import { eventually, repositoryRoot } from '@bettertherapy/testkit';
import { type PythonEnvironment, pythonVariables } from './environment.js';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

const KEPT_LINES = 40;
/** The first call waits for the imports too, which take seconds right after an environment was made. */
const CALL_MS = 60_000;

/** One of the programs in `python/`, asked over its stdin and stdout: a JSON object a line, answers in any order. */
export class PythonProgram {
  readonly said: string[] = [];
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private ended = false;

  /** @param options.home the program's home folder, made if missing; inside the repository */
  constructor(
    environment: PythonEnvironment,
    options: { readonly script: string; readonly home: string; readonly env?: Readonly<Record<string, string>> },
  ) {
    if (!environment.ok) throw new Error(environment.reason);
    mkdirSync(options.home, { recursive: true });
    const script = join(repositoryRoot, 'test', 'interop', 'python', options.script);
    this.child = spawn(environment.python, [script], {
      cwd: options.home,
      env: { ...pythonVariables(options.home), ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    createInterface({ input: this.child.stdout }).on('line', (line) => this.onAnswer(line));
    createInterface({ input: this.child.stderr }).on('line', (line) => {
      this.said.push(line);
      if (this.said.length > KEPT_LINES) this.said.shift();
    });
    // A write to a program that has ended is reported by 'exit'.
    this.child.stdin.on('error', () => this.onExit());
    this.child.on('error', () => this.onExit());
    this.child.on('exit', () => this.onExit());
  }

  /** Asks for one operation. `Answer` is the shape that the program's handler of that name returns. */
  call<Answer>(
    operation: string,
    values: Readonly<Record<string, unknown>> = {},
    deadlineMs = CALL_MS,
  ): Promise<Answer> {
    this.lastId += 1;
    const id = this.lastId;
    const answer = new Promise<unknown>((resolve, reject) => {
      if (this.ended) reject(this.failure(operation));
      this.waiting.set(id, { resolve, reject });
      this.child.stdin.write(`${JSON.stringify({ id, operation, values })}\n`);
    });
    // The programs are ours and live beside this file; their handlers state the shapes.
    return withDeadline(
      { what: `${operation} in Python`, ms: deadlineMs, clock: systemClock },
      () => answer,
    ) as Promise<Answer>;
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.gone();
  }

  /** Asks it to end, then insists. Idempotent. */
  async close(): Promise<void> {
    if (this.ended) return;
    this.child.stdin.end();
    await this.gone().catch(() => this.kill());
  }

  private async gone(): Promise<void> {
    await eventually('the Python program to end', () => this.ended, { deadlineMs: 5_000 });
  }

  private onAnswer(line: string): void {
    // Written by python/lines.py: an id, and either a result or an error text.
    const { id, result, error } = JSON.parse(line) as { id: number; result?: unknown; error?: string };
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }

  private onExit(): void {
    this.ended = true;
    for (const { reject } of this.waiting.values()) reject(this.failure('a call'));
    this.waiting.clear();
  }

  private failure(operation: string): Error {
    return new Error(`the Python program ended before it answered ${operation}:\n${this.said.join('\n')}`);
  }
}
