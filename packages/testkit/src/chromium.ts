import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const INSTALL_DEADLINE_MS = 8 * 60_000;

/** The browser that tests of pages drive, or why there is none. */
export type Chromium =
  | { readonly path: string; readonly missing: null }
  | { readonly path: null; readonly missing: string };

/** Looks at CHROME_PATH, then along PATH. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): Chromium {
  const named = env.CHROME_PATH;
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return { path: named, missing: null };
    return { path: null, missing: `CHROME_PATH names ${named}, which is not a program` };
  }
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = NAMES.map((name) => join(folder, name)).find(isExecutable);
    if (path !== undefined) return { path, missing: null };
  }
  return { path: null, missing: `no ${NAMES[0]} on PATH; install one or set CHROME_PATH` };
}

/** Finds it, or as root on Debian and its kin installs the distribution's own package. Takes up to eight minutes. */
export function ensureChromium(env: NodeJS.ProcessEnv = process.env): Chromium {
  const found = findChromium(env);
  if (found.path !== null || env.CHROME_PATH) return found;
  if (!existsSync('/etc/debian_version')) return found;
  if (process.getuid?.() !== 0) {
    return { path: null, missing: `${found.missing} (as root it would be installed: apt-get install chromium)` };
  }
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const run = spawnSync('apt-get', ['-qq', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      timeout: INSTALL_DEADLINE_MS,
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (run.status !== 0) {
      const why = run.stderr?.trim().split('\n').at(-1) ?? run.error?.message ?? 'no reason given';
      return { path: null, missing: `apt-get ${args[0]} failed: ${why}` };
    }
  }
  return findChromium(env);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Absent or not executable: the next place is tried.
    return false;
  }
}
