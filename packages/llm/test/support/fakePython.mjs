#!/usr/bin/env node
// Stands in for a Python with pip: `-m pip download` puts a prepared wheel where it is asked to; everything else is
// left to the real Python. FAKE_WHEEL is replaced by the test that writes this file down.
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';

const wheel = 'FAKE_WHEEL';
const args = process.argv.slice(2);
if (args[0] === '-m') {
  if (wheel === '') {
    console.error('ERROR: No matching distribution found');
    process.exit(1);
  }
  copyFileSync(wheel, `${args[args.indexOf('--dest') + 1]}/thing-1.0-py3-none-any.whl`);
} else {
  process.exit(spawnSync('python3', args, { stdio: 'inherit' }).status ?? 1);
}
