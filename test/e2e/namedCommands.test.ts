import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';

/** Texts that operators read: remedies, help, documents. */
const texts = execFileSync(
  'git',
  ['ls-files', 'packages/*/src/*.ts', 'apps/*/src/*.ts', '*.md', '*.cjs', 'pnpm-workspace.yaml', 'min_compute.yml'],
  {
    cwd: repositoryRoot,
    encoding: 'utf8',
  },
)
  .trim()
  .split('\n')
  .map((file) => ({ file, text: readFileSync(join(repositoryRoot, file), 'utf8') }));

function helpOf(...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: repositoryRoot, encoding: 'utf8' });
}

/** The leading words of each line that is indented by two, as both helps list their commands. */
function listed(help: string): string[] {
  return [...help.matchAll(/^ {2}(\w[\w-]*(?: \w[\w-]*){0,2}) {2,}/gm)].map(([, words = '']) => words);
}

/** Where `pattern` names a command that is not one of `known`. */
function unknown(pattern: RegExp, known: readonly string[]): string[] {
  return texts.flatMap(({ file, text }) =>
    [...text.matchAll(pattern)]
      .map(([, words = '']) => words)
      .filter((words) => !known.some((command) => words === command || words.startsWith(`${command} `)))
      .map((words) => `${file}: ${words}`),
  );
}

describe('commands named in messages, help and documents', () => {
  it('pnpm bt has every one of them', () => {
    const known = listed(helpOf('apps/cli/dist/main.js', '--help'));
    expect(known).toContain('wallet create');
    expect(unknown(/pnpm bt ([a-z][\w-]*(?: [a-z][\w-]*){0,2})/g, known)).toEqual([]);
  });

  it('the bootstrap has every one of them, and is never named without one', () => {
    const known = listed(helpOf('scripts/bootstrap.mjs', '--help'));
    expect(known).toContain('build');
    expect(unknown(/node scripts\/bootstrap\.mjs ?([a-z]*)/g, known)).toEqual([]);
  });

  it('package.json has a script for every other pnpm command', () => {
    const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
    const builtIn = ['exec', 'install', 'run', 'vitest'];
    expect(unknown(/\bpnpm ([a-z]+)/g, [...Object.keys(scripts), ...builtIn])).toEqual([]);
  });
});
