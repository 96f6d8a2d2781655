import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeError, systemClock } from '@bettertherapy/core';
import { repositoryRoot } from '@bettertherapy/testkit';
import { FolderLock } from './folderLock.js';

/** The environments of this suite; each has its pinned packages in `requirements/<name>.txt`. */
export type EnvironmentName = 'openai' | 'gguf' | 'sdk-10.2' | 'sdk-9.10' | 'sdk-11.3' | 'cli' | 'wallet-3';

/** A virtual environment that holds exactly the pinned packages, or why there is none. */
export type PythonEnvironment =
  | { readonly ok: true; readonly name: EnvironmentName; readonly python: string }
  | { readonly ok: false; readonly name: EnvironmentName; readonly reason: string };

const run = promisify(execFile);
const cache = join(repositoryRoot, '.cache', 'interop');
/** What the requirement files were resolved for. */
const WANTED = 'CPython 3.11 Linux x86_64';
const SET_UP_MS = 180_000;

/**
 * The environment, made on first use and kept under `.cache/interop`. Where it cannot be made the result says why, so
 * that the part can skip; with CI=true that is an error, because there nothing may be left out.
 */
export async function openEnvironment(name: EnvironmentName): Promise<PythonEnvironment> {
  try {
    return { ok: true, name, python: await make(name) };
  } catch (error) {
    const reason = describeError(error);
    if (process.env.CI === 'true') throw new Error(`the ${name} environment is missing: ${reason}`, { cause: error });
    return { ok: false, name, reason };
  }
}

/** The variables that Python programs get: nothing of the operator's own settings, and a home inside the repository. */
export function pythonVariables(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(BT_|PYTHON|VIRTUAL_ENV)/.test(name));
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    TMPDIR: home,
    NO_COLOR: '1',
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
    PYTHONUTF8: '1',
    PYTHONNOUSERSITE: '1',
    // Compiled modules go beside the environments, not beside our programs.
    PYTHONPYCACHEPREFIX: join(cache, 'pycache'),
  };
}

async function make(name: EnvironmentName): Promise<string> {
  const folder = join(cache, name);
  const requirements = join(repositoryRoot, 'test', 'interop', 'requirements', `${name}.txt`);
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const marker = join(folder, 'made-from.txt');
  const python = join(folder, 'bin', 'python');
  if (readText(marker) === wanted) return python;
  mkdirSync(join(cache, 'tmp'), { recursive: true });
  const lock = await FolderLock.take(`${folder}.lock`, SET_UP_MS + 30_000);
  try {
    if (readText(marker) === wanted) return python;
    const startedMs = systemClock.monotonicMs();
    rmSync(folder, { recursive: true, force: true });
    await command(await basePython(), ['-m', 'venv', folder], 60_000);
    const install = ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', '--no-input', '--disable-pip-version-check'];
    const pinned = ['--no-deps', '--only-binary', ':all:', '--require-hashes', '--requirement', requirements];
    await command(python, [...install, '--no-compile', '--retries', '1', '--timeout', '60', ...pinned], SET_UP_MS);
    writeFileSync(marker, wanted);
    const seconds = Math.round((systemClock.monotonicMs() - startedMs) / 1000);
    console.info(`interop: environment ${name} made in ${seconds} s`);
    return python;
  } finally {
    lock.release();
  }
}

/** An interpreter of the version and platform that the requirements are pinned for. */
async function basePython(): Promise<string> {
  const ask = 'import platform as p; print(p.python_implementation(), p.python_version(), p.system(), p.machine())';
  const seen: string[] = [];
  for (const candidate of ['python3.11', 'python3']) {
    const answer = await command(candidate, ['-c', ask], 20_000).catch(describeError);
    if (answer.trim().replace(/(\d+\.\d+)\.\S+/, '$1') === WANTED) return candidate;
    seen.push(`${candidate}: ${answer.trim().split('\n').at(-1)?.slice(0, 120)}`);
  }
  throw new Error(`no ${WANTED} (${seen.join('; ')})`);
}

async function command(file: string, args: readonly string[], timeout: number): Promise<string> {
  const env = { ...process.env, PIP_NO_CACHE_DIR: '1', TMPDIR: join(cache, 'tmp') };
  try {
    const { stdout } = await run(file, args, { timeout, env, maxBuffer: 2 ** 24 });
    return stdout;
  } catch (error) {
    // What the program said last is the reason; the rest is its command line.
    const said = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(said === '' ? describeError(error) : (said.split('\n').at(-1) ?? said), { cause: error });
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not made yet.
    return null;
  }
}
