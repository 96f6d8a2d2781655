// Copies of the database's files. Made and put back only while the daemon is stopped, so a copy of the files is a copy of the data.
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The database and what SQLite keeps beside it. */
const PARTS = ['', '-wal', '-shm'];

/** Copies the database away; false when there is none yet. */
export function copyAway(database, folder) {
  if (!existsSync(database)) return false;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const part of PARTS) {
    if (existsSync(`${database}${part}`))
      copyFileSync(`${database}${part}`, join(folder, `${basename(database)}${part}`));
  }
  return true;
}

/** Puts the copy back; what the bad version left is kept beside it for whoever looks into it. */
export function putBack(database, folder) {
  const bad = `${folder}-of-the-bad-version`;
  copyAway(database, bad);
  for (const part of PARTS) {
    const copy = join(folder, `${basename(database)}${part}`);
    rmSync(`${database}${part}`, { force: true });
    if (existsSync(copy)) copyFileSync(copy, `${database}${part}`);
  }
}
