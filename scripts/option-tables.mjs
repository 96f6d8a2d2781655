#!/usr/bin/env node
// Writes docs/configuration.md from the apps' own schemas; with --check only says whether it is up to date.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FILE = join(ROOT, 'docs/configuration.md');

const INTRODUCTION = `# Configuration

Every option is a flag, an environment variable, a line in \`.env\`, and a key in the JSON file that \`--config\` names. A flag is stronger than the
environment, then come \`.env\`, the file, the default. \`--print-config\` shows what a daemon would run with, secrets left out.

This page is made by \`node scripts/option-tables.mjs\` from the apps' own schemas.
`;

function table(app, args) {
  return execFileSync(process.execPath, [join(ROOT, 'apps', app, 'dist/main.js'), ...args, '--print-options'], {
    encoding: 'utf8',
  }).trim();
}

const sections = [
  ['`pnpm miner`', table('miner', [])],
  ['`pnpm validator`', table('validator', [])],
  ['`npm start --`', table('cli', ['start'])],
];
const text = `${INTRODUCTION}\n${sections.map(([title, rows]) => `## ${title}\n\n${rows}\n`).join('\n')}`;
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, text);
} else if (readFileSync(FILE, 'utf8') !== text) {
  process.stdout.write('docs/configuration.md is out of date: run `node scripts/option-tables.mjs`\n');
  process.exitCode = 1;
}
