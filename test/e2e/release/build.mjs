// The build of a release under test: fails when the release says so, else leaves what the daemon runs from.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';

if (existsSync('BAD_BUILD')) {
  process.stderr.write('this release does not build\n');
  process.exit(1);
}
mkdirSync('dist', { recursive: true });
copyFileSync('daemon.mjs', 'dist/daemon.mjs');
