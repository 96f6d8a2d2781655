// Fetches the evidence of all rounds as anybody may, computes it again, and sees a changed byte named: all by `pnpm bt`.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@bettertherapy/testkit';

const DEADLINE_MS = 300_000;
const KEPT_CHARACTERS = 200_000;

/** `pnpm bt …`, to its end. */
export function bt(args, signal) {
  const child = spawn(process.execPath, ['apps/cli/dist/main.js', ...args], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text = (text + chunk).slice(-KEPT_CHARACTERS);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text: text.trim() }));
  });
}

/** @returns what the three commands said; the files stay in `folder` */
export async function examineEvidence({ gateway, folder, chainUrl, scratch, signal }) {
  rmSync(folder, { recursive: true, force: true });
  const exported = await bt(['evidence', 'export', '--gateway', gateway, '--to', folder], signal);
  const files = readdirSync(folder).sort();
  const replayed = await bt(['replay', folder], signal);
  const verified = await bt(['evidence', 'verify', folder, '--subtensor.chain_endpoint', chainUrl], signal);
  const changed = changeOneByte(folder, files, scratch);
  const again = await bt(['replay', changed.folder], signal);
  // Where the files lay on this machine is nobody's business.
  const named = again.text.replaceAll(`${changed.folder}/`, '').split('\n');
  return {
    files: files.length,
    exported: { code: exported.code },
    replay: lastLine(replayed),
    verify: lastLine(verified),
    changed: {
      file: changed.file,
      code: again.code,
      named: named.filter((line) => line.includes(changed.file)),
    },
  };
}

const lastLine = ({ code, text }) => ({ code, line: text.split('\n').at(-1) ?? '' });

/** A copy of the folder in which the file in the middle has one digit of an average changed. */
function changeOneByte(folder, files, scratch) {
  const copy = join(scratch, 'changed-evidence');
  mkdirSync(scratch, { recursive: true });
  cpSync(folder, copy, { recursive: true });
  const file = files[Math.floor(files.length / 2)];
  const text = readFileSync(join(copy, file), 'utf8');
  const at = /"emaAfter":\d*\.?\d*(\d)/d.exec(text)?.indices[1][0];
  if (at === undefined) throw new Error(`${file} holds no average`);
  const digit = (Number(text[at]) + 1) % 10;
  writeFileSync(join(copy, file), `${text.slice(0, at)}${digit}${text.slice(at + 1)}`);
  return { folder: copy, file };
}
