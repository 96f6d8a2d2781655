// Commands with a deadline, their output kept for the message when they fail.
import { spawn } from 'node:child_process';

const KEPT_CHARS = 4_000;
/** After its end, what a command printed arrives within this time. */
const LAST_WORDS_MS = 500;

/**
 * Resolves to what it printed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, deadlineMs: number, shell?: boolean, signal?: AbortSignal }} options
 * @returns {Promise<string>}
 * @throws Error with the end of its output
 */
export function run(command, args, { cwd, deadlineMs, shell = false, signal }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, shell, stdio: ['ignore', 'pipe', 'pipe'], signal });
    let out = '';
    let all = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
      all = `${all}${chunk}`.slice(-KEPT_CHARS);
    });
    child.stderr.on('data', (chunk) => {
      all = `${all}${chunk}`.slice(-KEPT_CHARS);
    });
    const deadline = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    child.on('error', (error) => {
      clearTimeout(deadline);
      reject(error);
    });
    const finish = (code, killed) => {
      clearTimeout(deadline);
      if (code === 0) resolve(out.trim());
      else reject(new Error(`"${[command, ...args].join(' ')}" ${killed ?? `left with code ${code}`}\n${all.trim()}`));
    };
    child.on('close', finish);
    // A daemon that the command leaves running holds its pipes open: `close` would never come.
    child.on('exit', (code, killed) => {
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        finish(code, killed);
      }, LAST_WORDS_MS).unref();
    });
  });
}

/** A command line of the operator, as a shell reads it. */
export function runLine(line, options) {
  return run(line, [], { ...options, shell: true });
}
