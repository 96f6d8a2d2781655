// What outlives the updater: the update under way, so that a killed one is undone, and the versions that failed.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const EMPTY = { underway: null, bad: {} };

export class State {
  constructor(folder) {
    this.folder = folder;
    this.file = join(folder, 'state.json');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.value = read(this.file);
  }

  get underway() {
    return this.value.underway;
  }

  /** Why a commit failed before, or null. */
  badReason(commit) {
    return this.value.bad[commit]?.reason ?? null;
  }

  begin(update) {
    this.write({ ...this.value, underway: update });
  }

  /** The update ended well: nothing to undo, and an earlier failure of the same commit is forgotten. */
  succeed(commit) {
    const { [commit]: _forgotten, ...bad } = this.value.bad;
    this.write({ underway: null, bad });
  }

  fail(commit, reason) {
    this.write({ underway: null, bad: { ...this.value.bad, [commit]: { reason, at: new Date().toISOString() } } });
  }

  write(value) {
    this.value = value;
    const fresh = `${this.file}.new`;
    writeFileSync(fresh, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(fresh, this.file);
  }
}

function read(file) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return EMPTY;
    throw error;
  }
  return { ...EMPTY, ...JSON.parse(text) };
}
