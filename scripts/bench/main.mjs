#!/usr/bin/env node
// `pnpm bench [name …]`: figures as ratios within one run, because absolute ones say more about the machine than about us.
// `pnpm bench -- --markdown` prints them in the form of docs/performance.md.
import { availableParallelism, cpus, totalmem } from 'node:os';
import { axonSignatures } from './axon.mjs';
import { fanOut } from './fanOut.mjs';
import { gatewayChats } from './gateway.mjs';
import { journal } from './journal.mjs';
import { judgePrefix } from './judge.mjs';
import { modelSequences } from './model.mjs';
import { besidePython } from './python.mjs';

/** Each bench resolves to a table or several: rows `{ what, value, unit }`, whose ratio is against the first. */
const BENCHES = {
  axon: axonSignatures,
  'fan-out': fanOut,
  python: besidePython,
  gateway: gatewayChats,
  journal,
  judge: judgePrefix,
  model: modelSequences,
};

const words = process.argv.slice(2).filter((word) => word !== '--');
const markdown = words.includes('--markdown');
const wanted = words.filter((word) => !word.startsWith('--'));
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  process.stderr.write(`no bench named ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}\n`);
  process.exit(2);
}

const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform}-${process.arch}`;
process.stdout.write(markdown ? `Machine: ${machine}\n` : `machine: ${machine}\n`);
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`${name} …\n`);
  for (const { title, rows } of [await bench()].flat()) print(title, rows);
}

function print(title, rows) {
  const first = rows[0]?.value ?? 1;
  const lines = rows.map(({ what, value, unit }) => [
    what,
    `${value < 10 ? value.toFixed(2) : Math.round(value)} ${unit}`,
    `${(value / first).toPrecision(3)}×`,
  ]);
  if (markdown) {
    process.stdout.write(
      `\n## ${title}\n\n| what | figure | ratio |\n|---|---|---|\n${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`,
    );
  } else {
    const width = Math.max(...lines.map(([what]) => what.length));
    process.stdout.write(
      `\n${title}\n${lines.map(([what, figure, ratio]) => `  ${what.padEnd(width)}  ${figure.padStart(16)}  ${ratio.padStart(7)}`).join('\n')}\n`,
    );
  }
}
