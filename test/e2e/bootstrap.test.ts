import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { eventually, NodeChild, repositoryRoot, temporaryFolder } from '@bettertherapy/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** The scripts under test in a small workspace, with an npm and a pnpm that only note what they were asked for. */
const NPM = `#!/usr/bin/env node
const fs = require('node:fs');
const [, , , , prefix] = process.argv;
fs.appendFileSync(process.env.CALLS, 'fetch pnpm\\n');
fs.mkdirSync(prefix + '/node_modules/pnpm/bin', { recursive: true });
fs.copyFileSync(process.env.FAKE_PNPM, prefix + '/node_modules/pnpm/bin/pnpm.mjs');
const packages = { 'node_modules/pnpm': { integrity: process.env.FAKE_INTEGRITY } };
fs.writeFileSync(prefix + '/node_modules/.package-lock.json', JSON.stringify({ packages }));
`;
const PNPM = `
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
const [command, script] = process.argv.slice(2);
appendFileSync(process.env.CALLS, (command === 'run' ? 'run ' + script : command) + '\\n');
if (command === 'wait') {
  process.on('SIGINT', () => {
    appendFileSync(process.env.CALLS, 'interrupted\\n');
    process.exit(0);
  });
  setTimeout(() => process.exit(3), 60_000);
} else if (command === 'install') {
  mkdirSync('node_modules', { recursive: true });
  writeFileSync('node_modules/.modules.yaml', '');
  for (let tries = 0; existsSync(process.env.CALLS + '.hang') && tries < 600; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
} else if (script === 'build:web') {
  mkdirSync('apps/web/dist', { recursive: true });
  writeFileSync('apps/web/dist/index.html', '');
} else mkdirSync('packages/one/dist', { recursive: true });
await new Promise((resolve) => setTimeout(resolve, 300));
`;
const MINUTE = 60_000;
const PINNED = /^ {2}pnpm: '(sha512-[^']+)'/m.exec(
  readFileSync(join(repositoryRoot, 'scripts/bootstrap.mjs'), 'utf8'),
)?.[1];

let folder: ReturnType<typeof temporaryFolder>;
let calls: string;
const children: NodeChild[] = [];

function bootstrap(integrity = PINNED ?? '', ...args: readonly string[]): NodeChild {
  const child = new NodeChild({
    args: [join(folder.path, 'scripts/bootstrap.mjs'), ...(args.length > 0 ? args : ['build'])],
    cwd: folder.path,
    env: {
      PATH: `${join(folder.path, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
      CALLS: calls,
      FAKE_PNPM: join(folder.path, 'fakePnpm.mjs'),
      FAKE_INTEGRITY: integrity,
    },
  });
  children.push(child);
  return child;
}

async function codeOf(child: NodeChild): Promise<number | null> {
  return (await child.waitForExit(MINUTE)).code;
}

const made = (): string[] => readFileSync(calls, 'utf8').trim().split('\n');

beforeEach(() => {
  folder = temporaryFolder('bootstrap');
  calls = join(folder.path, 'calls');
  const write = (path: string, text: string): void => writeFileSync(join(folder.path, path), text);
  for (const path of ['bin', 'scripts', 'packages/one/src', 'apps/web/src', 'apps/web/public'])
    mkdirSync(join(folder.path, path), { recursive: true });
  for (const script of ['bootstrap.mjs', 'exclusively.mjs'])
    copyFileSync(join(repositoryRoot, 'scripts', script), join(folder.path, 'scripts', script));
  write('bin/npm', NPM);
  chmodSync(join(folder.path, 'bin/npm'), 0o755);
  write('fakePnpm.mjs', PNPM);
  write('calls', '');
  for (const path of [
    'package.json',
    'packages/one/package.json',
    'packages/one/tsconfig.json',
    'apps/web/package.json',
  ])
    write(path, '{}');
  write('pnpm-lock.yaml', 'first');
  write('packages/one/src/index.ts', '');
});

afterEach(async () => {
  for (const child of children.splice(0)) await child.stop();
  folder.remove();
});

describe('the bootstrap', () => {
  it('does every step once when two are started together, and nothing the next time', async () => {
    const both = [bootstrap(), bootstrap()];
    expect(await Promise.all(both.map(codeOf))).toEqual([0, 0]);
    expect(made()).toEqual(['fetch pnpm', 'install', 'run build', 'run build:web']);
    expect(await codeOf(bootstrap())).toBe(0);
    expect(made()).toHaveLength(4);
  });

  it('installs again after an install that was killed, also when the lockfile is back to what it was', async () => {
    expect(await codeOf(bootstrap())).toBe(0);
    writeFileSync(join(folder.path, 'pnpm-lock.yaml'), 'second');
    writeFileSync(`${calls}.hang`, '');
    const killed = bootstrap();
    await eventually('the second install', () => made().filter((call) => call === 'install').length === 2);
    killed.kill('SIGKILL');
    await killed.waitForExit(MINUTE);
    // The orphaned install ends at its next look at this file.
    rmSync(`${calls}.hang`);
    writeFileSync(join(folder.path, 'pnpm-lock.yaml'), 'first');
    expect(await codeOf(bootstrap())).toBe(0);
    expect(made().filter((call) => call === 'install')).toHaveLength(3);
  });

  it('passes a signal on that was sent to it alone', async () => {
    const child = bootstrap(PINNED, 'pnpm', 'wait');
    await eventually('the command to run', () => made().includes('wait'));
    child.kill('SIGINT');
    expect(await codeOf(child)).toBe(0);
    expect(made()).toContain('interrupted');
  });

  it('does not use a package manager with another hash than the pinned one', async () => {
    const child = bootstrap('sha512-somethingElse');
    expect(await codeOf(child)).toBe(1);
    expect(child.lines.join('\n')).toContain('not used');
    expect(made()).toEqual(['fetch pnpm']);
  });
});
