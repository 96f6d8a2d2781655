#!/usr/bin/env node
// Checks the laws of docs/architecture.md that a compiler cannot: which way imports run, who may touch what, no cycles.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** For each room, the rooms below it that it may import. */
const GROUND = ['core'];
const FIRST = [...GROUND, 'protocol', 'wallet', 'llm', 'config', 'telemetry'];
const MAY_IMPORT = {
  core: [],
  protocol: GROUND,
  wallet: GROUND,
  llm: GROUND,
  config: GROUND,
  telemetry: GROUND,
  scoring: GROUND,
  store: [...GROUND, 'scoring'],
  twins: [...GROUND, 'protocol'],
  chain: [...GROUND, 'wallet'],
  transport: [...GROUND, 'protocol', 'wallet'],
  localnet: [...GROUND, 'wallet'],
  judge: [...GROUND, 'llm', 'scoring', 'twins'],
  evidence: [...GROUND, 'scoring', 'twins', 'judge'],
  testkit: [...GROUND, 'wallet', 'chain', 'localnet'],
  miner: [...FIRST, 'twins', 'store', 'chain', 'transport'],
  validator: [...FIRST, 'scoring', 'twins', 'store', 'chain', 'transport', 'judge', 'evidence'],
  cli: [...FIRST, 'scoring', 'twins', 'store', 'chain', 'localnet', 'judge', 'evidence'],
  // The pages know the gateway by HTTP alone.
  web: [],
};

/**
 * Libraries that only the named rooms may import.
 * @type {readonly (readonly [RegExp, readonly string[]])[]}
 */
const LIBRARY_HOMES = [
  [/^(drizzle-orm|better-sqlite3)(\/|$)/, ['store']],
  [/^node-llama-cpp(\/|$)/, ['llm']],
  [/^@wandb\/sdk(\/|$)/, ['telemetry']],
  [/^@opentelemetry\//, ['telemetry']],
  [/^@polkadot\/(api|types|rpc-provider)/, ['chain', 'localnet']],
  [/^@bettertherapy\/localnet$/, ['cli', 'testkit']],
];
const NO_NODE_API = ['protocol', 'scoring', 'web'];
/** Where the pages, which cannot import core, meet the network and the clock. */
const WEB_EDGE = /^apps\/web\/src\/edge\//;

/** Globals and calls that only some files may use. */
const RESTRICTED = [
  {
    what: 'process.env or argv',
    pattern: /\bprocess\.(env|argv)\b/,
    allowed: (room, _file, main) => ['config', 'testkit'].includes(room) || main,
  },
  { what: 'process.exit', pattern: /\bprocess\.exit\b(?!Code)/, allowed: (_room, _file, main) => main },
  { what: 'a signal handler', pattern: /\bprocess\.(on|once)\(\s*['"]SIG/, allowed: (_room, _file, main) => main },
  {
    what: 'the clock (use Clock)',
    pattern: /\bDate\.now\(|\bperformance\.now\(|(?<![\w.])set(Timeout|Interval)\(/,
    allowed: (room, file) => room === 'core' || WEB_EDGE.test(relative(ROOT, file)),
  },
  {
    what: 'bare fetch',
    pattern: /(?<![\w.])fetch\(/,
    allowed: (room, file) => room === 'core' || WEB_EDGE.test(relative(ROOT, file)),
  },
];
/** Entry files of processes: the apps' mains, and the child processes that hold a model or wandb's SDK. */
const MAINS =
  /^(apps\/[^/]+\/src\/main\.ts|packages\/llm\/src\/(.*\/)?worker(Main)?\.ts|packages\/telemetry\/src\/wandb\/uploadMain\.ts)$/;

const problems = [];
const imports = new Map();

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function stripComments(text) {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
}

function report(file, index, text, message) {
  problems.push(`${relative(ROOT, file)}:${text.slice(0, index).split('\n').length}: ${message}`);
}

function checkSpecifier({ room, file, text, index, specifier, base }) {
  if (specifier.startsWith('.')) {
    const target = resolve(dirname(file), specifier);
    if (!target.startsWith(`${base}/src/`)) report(file, index, text, `reaches outside its own src: ${specifier}`);
    const asSource = [target.replace(/\.js$/, '.ts'), target.replace(/\.js$/, '.tsx')].find(existsSync);
    if (asSource) imports.get(file).push(asSource);
    return;
  }
  if (specifier.startsWith('@bettertherapy/')) {
    const [, other, ...deep] = specifier.split('/');
    if (deep.length > 0) report(file, index, text, `deep import ${specifier}; use the door @bettertherapy/${other}`);
    if (other !== room && !MAY_IMPORT[room]?.includes(other))
      report(file, index, text, `${room} may not import ${other}`);
  }
  if (NO_NODE_API.includes(room) && /^node:/.test(specifier))
    report(file, index, text, `${room} uses the Node API ${specifier}`);
  for (const [pattern, homes] of LIBRARY_HOMES) {
    if (pattern.test(specifier) && !homes.includes(room))
      report(file, index, text, `only ${homes.join(', ')} may import ${specifier}`);
  }
}

function checkFile(room, base, file) {
  const text = stripComments(readFileSync(file, 'utf8'));
  imports.set(file, []);
  for (const match of text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([^'"]+)['"]/g)) {
    checkSpecifier({ room, file, text, index: match.index, specifier: match[1], base });
  }
  const main = MAINS.test(relative(ROOT, file));
  for (const { what, pattern, allowed } of RESTRICTED) {
    const match = pattern.exec(text);
    if (match && !allowed(room, file, main)) report(file, match.index, text, `${room} may not use ${what}`);
  }
}

/** Depth-first search over the relative imports; names each cycle once. */
function findCycles() {
  const state = new Map();
  const path = [];
  function visit(file) {
    state.set(file, 'open');
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      if (state.get(next) === 'open') {
        const cycle = [...path.slice(path.indexOf(next)), next].map((f) => relative(ROOT, f));
        problems.push(`import cycle: ${cycle.join(' → ')}`);
      } else if (!state.has(next)) visit(next);
    }
    path.pop();
    state.set(file, 'done');
  }
  for (const file of imports.keys()) if (!state.has(file)) visit(file);
}

let files = 0;
for (const group of ['packages', 'apps']) {
  for (const entry of readdirSync(join(ROOT, group), { withFileTypes: true })) {
    const base = join(ROOT, group, entry.name);
    if (!entry.isDirectory() || !existsSync(join(base, 'src'))) continue;
    if (!MAY_IMPORT[entry.name])
      problems.push(`${group}/${entry.name} is not in the table of scripts/check-imports.mjs`);
    for (const file of sources(join(base, 'src'))) {
      checkFile(entry.name, base, file);
      files += 1;
    }
  }
}
findCycles();
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(
  problems.length ? `${problems.length} broken import rules\n` : `import rules hold in ${files} files\n`,
);
process.exitCode = problems.length ? 1 : 0;
