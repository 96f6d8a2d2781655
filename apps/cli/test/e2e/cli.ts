import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@bettertherapy/testkit';

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const MAIN = join(repositoryRoot, 'apps/cli/dist/main.js');

/** Runs the built command line, and shell scripts that call it, in a folder of its own. */
export class Cli {
  readonly env: Record<string, string> = {};

  constructor(readonly folder: string) {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    const shim = join(bin, 'pnpm');
    // `pnpm bt …` of the documentation, without what a package manager adds to the time of each command.
    writeFileSync(shim, `#!/bin/sh\n[ "$1" = bt ] || exit 64\nshift\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
    chmodSync(shim, 0o755);
    this.env.PATH = `${bin}:${process.env.PATH ?? ''}`;
  }

  /** One command; `input` is piped into it. */
  bt(words: readonly string[], more: { readonly env?: Record<string, string>; readonly input?: string } = {}) {
    return this.spawn(process.execPath, [MAIN, ...words], more.env ?? {}, more.input ?? '');
  }

  /** A script as a person would type it: it ends at the first failure, and its variables stay for the next. */
  sh(script: string): Promise<Run> {
    const kept = join(this.folder, 'exported');
    const before = existsSync(kept) ? `. '${kept}'` : ':';
    return this.spawn('/bin/sh', ['-eu', '-c', `${before}\n${script}\nexport -p > '${kept}'`], {}, '');
  }

  private spawn(file: string, args: readonly string[], env: Record<string, string>, input: string): Promise<Run> {
    return new Promise((resolve, reject) => {
      const child = spawn(file, [...args], {
        cwd: this.folder,
        env: { ...process.env, NO_COLOR: '1', ...this.env, ...env },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      const text = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].on('data', (chunk) => {
          text[name] += String(chunk);
        });
      }
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, ...text }));
      // A command that does not read its input may be gone before it is written.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
    });
  }
}
