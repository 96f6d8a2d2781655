import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { freePort, temporaryFolder } from '@bettertherapy/testkit';
import { Dendrite } from '@bettertherapy/transport';
import { asHotkey, ready, signerFromUri } from '@bettertherapy/wallet';
import { openTypescriptModules } from '../typescriptModules.mjs';
import { CONCURRENCY, load, signedRequests } from './load.mjs';

const ROUNDS = 3;
/** So that each run takes a few seconds on either side. */
const REQUESTS = { python: 128, ours: 4_000 };
const AXONS = 64;
const FAN_OUTS = 5;
const QUESTION = { prompt: 'How do I calm down before an exam?', requestId: 'bench-fan-out' };

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Our axon and dendrite beside those of the real Python SDK 10.2, in turns on the same machine, under the same load. */
export async function besidePython() {
  await ready();
  const home = temporaryFolder('bench-python');
  const { openEnvironment, PythonProgram, close } = await interopModules();
  try {
    const environment = await openEnvironment('sdk-10.2');
    if (!environment.ok) {
      process.stderr.write(`left out, because the Python SDK cannot be installed here: ${environment.reason}\n`);
      return [];
    }
    const program = (script) => new PythonProgram(environment, { script, home: home.path });
    return [...(await axons(program)), await fanOuts(program)];
  } finally {
    await close();
    home.remove();
  }
}

/** The interop tests' own way of installing and running the SDK. */
async function interopModules() {
  const modules = await openTypescriptModules();
  const { openEnvironment } = await modules.load('/test/interop/environment.ts');
  const { PythonProgram } = await modules.load('/test/interop/pythonProgram.ts');
  return { openEnvironment, PythonProgram, close: () => modules.close() };
}

async function ourAxons(uris) {
  const child = fork(join(import.meta.dirname, 'axonProcess.mjs'), uris, { stdio: 'inherit' });
  const [targets] = await once(child, 'message');
  return { targets, stop: () => child.kill() };
}

async function axons(program) {
  const python = program('v10_axon.py');
  const pythonPort = await freePort();
  await python.call('start', { name: 'bench', uri: '//Bob', port: pythonPort });
  const ours = await ourAxons(['//Bob']);
  const ports = { python: pythonPort, ours: ours.targets[0].port };
  const seen = { python: [], ours: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const side of ['python', 'ours']) {
      const result = await load(ports[side], signedRequests(REQUESTS[side]));
      // The first round warms both up.
      if (round > 0) seen[side].push(result);
    }
  }
  ours.stop();
  await python.close();
  const rows = (field, unit) => [
    { what: 'Python axon of bittensor 10.2', value: median(seen.python.map((one) => one[field])), unit },
    { what: 'our axon', value: median(seen.ours.map((one) => one[field])), unit },
  ];
  const setting = `at ${CONCURRENCY} connections, instant answer, median of ${ROUNDS}`;
  return [
    { title: `beside Python, axon: signed requests per second ${setting}`, rows: rows('perSecond', 'req/s') },
    { title: `beside Python, axon: 99th percentile of one request ${setting}`, rows: rows('p99Ms', 'ms') },
  ];
}

async function fanOuts(program) {
  const miners = await ourAxons(Array.from({ length: AXONS }, (_, at) => `//Miner${at}`));
  const python = program('v10_dendrite.py');
  await python.call('start', { uri: '//Alice' });
  const dendrite = new Dendrite(
    { signer: asHotkey(signerFromUri('//Alice')) },
    { clock: systemClock, log: silentLogger, metrics: null },
  );
  const calls = miners.targets.map((target) => ({ target: { ...target, protocol: 'v10' }, request: QUESTION }));
  const ask = {
    python: async () => {
      const replies = await python.call('query', { targets: miners.targets, ...QUESTION, timeout: 60 });
      return replies.every(({ isSuccess }) => isSuccess);
    },
    ours: async () => (await dendrite.queryMany(calls, { deadlineMs: 60_000 })).every(({ ok }) => ok),
  };
  const tookMs = { python: [], ours: [] };
  for (let round = 0; round <= FAN_OUTS; round += 1) {
    for (const side of ['python', 'ours']) {
      const startedAt = performance.now();
      if (!(await ask[side]())) throw new Error(`not every axon answered the ${side} dendrite`);
      if (round > 0) tookMs[side].push(performance.now() - startedAt);
    }
  }
  await dendrite.close();
  await python.close();
  miners.stop();
  return {
    title: `beside Python, fan-out: one question to ${AXONS} axons in a process of their own, median of ${FAN_OUTS}`,
    rows: [
      { what: 'Python dendrite of bittensor 10.2', value: median(tookMs.python), unit: 'ms' },
      { what: 'our dendrite, v10', value: median(tookMs.ours), unit: 'ms' },
    ],
  };
}
