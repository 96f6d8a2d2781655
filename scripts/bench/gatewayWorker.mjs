// The gateway of `gateway.mjs` in a process of its own, so that its event loop and memory are its own. Told what to do
// by its first message; answers `measure` with what it has seen since the one before.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { noTracer, silentLogger, systemClock } from '@bettertherapy/core';
import { Judge, judgeExaminer } from '@bettertherapy/judge';
import { ScriptedModel } from '@bettertherapy/llm';
import { migrate, openStore } from '@bettertherapy/store';
import { Dendrite } from '@bettertherapy/transport';
import { seedShippedPacks, TwinMemory, TwinRegistry } from '@bettertherapy/twins';
import { asHotkey, ready, signerFromUri } from '@bettertherapy/wallet';
import { openGateway } from '../../apps/validator/dist/gateway/openGateway.js';
import { RefusalLog } from '../../apps/validator/dist/gateway/operator/refusalLog.js';
import { validatorConfig } from '../../apps/validator/dist/options.js';
import { migrationsDir } from '../../apps/validator/dist/paths.js';
import { patientJudge } from '../../apps/validator/dist/patientJudge.js';
import { RulesPool } from '../../apps/validator/dist/rulesPool.js';

const NS_PER_MS = 1e6;

async function open({ neurons, flags }) {
  await ready();
  const folder = mkdtempSync(join(tmpdir(), 'bt-bench-gateway-'));
  const file = join(folder, 'validator.sqlite');
  migrate({ file, migrationsDir });
  const signer = asHotkey(signerFromUri('//Alice'));
  const store = openStore({ file, migrationsDir, identity: { genesis: '0x00', netuid: 2, hotkey: signer.address } });
  const argv = ['--netuid=2', '--subtensor.network=local', `--data.dir=${folder}`, '--gateway.port=0', ...flags];
  const parsed = validatorConfig.parse({ argv, env: {}, readText: () => null });
  if (parsed.kind === 'print') throw new TypeError('these flags print, and start nothing');
  const options = parsed.config;
  const parts = { clock: systemClock, log: silentLogger, tracer: noTracer, metrics: null };
  const dendrite = new Dendrite({ signer, connectionsPerAxon: 512, concurrency: options.gateway.miners }, parts);
  const model = new ScriptedModel({ nextToken: () => ({ yes: 0.8, no: 0.2 }) });
  const judge = new Judge({ bankSha256: '0'.repeat(64) }, { model, ...parts });
  const rules = new RulesPool({ threads: 2, deadlineMs: 10_000, maxQueue: 4_096 }, { clock: systemClock });
  const twins = new TwinRegistry({ shelf: store.twins, signer, clock: systemClock });
  await seedShippedPacks(twins);
  // The gateway reads nothing else of it.
  const graph = /** @type {import('@bettertherapy/chain').Metagraph} */ ({ netuid: 2, neurons });
  let ids = 0;
  const gateway = await openGateway({
    ...{
      options,
      store,
      signer,
      twins,
      bank: [],
      examiner: judgeExaminer({ judge, model, log: silentLogger }),
      ...parts,
    },
    genesisHash: '0x00',
    model,
    // For pages that nobody opens here.
    exam: null,
    evidence: null,
    metagraph: async () => graph,
    lastMetagraph: () => graph,
    refusals: new RefusalLog({ size: 50, maxListeners: 2 }, { clock: systemClock }),
    askMany: (calls, terms) => dendrite.queryMany(calls, terms),
    patientJudge: patientJudge({ judge, rules, clock: systemClock }),
    serves: () => true,
    twinsOf: () => [],
    room: () => 'enough',
    memory: new TwinMemory({ index: store.twinNotes, embedder: null, log: silentLogger }),
    secret: '5'.repeat(64),
    newId: () => {
      ids += 1;
      return `b${String(ids).padStart(12, '0')}`;
    },
  });
  const { key } = store.apiKeys.create({
    name: 'bench',
    scopes: ['chat'],
    doctor: null,
    ratePerMinute: 1_000_000,
    concurrency: 10_000,
    createdMs: systemClock.wallMs(),
    expiresMs: null,
  });
  const close = async () => {
    await gateway.close();
    await dendrite.close();
    await rules.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: gateway.url, key, close };
}

const delay = monitorEventLoopDelay({ resolution: 10 });
let opened = null;
process.on('message', async (/** @type {{ open?: any, measure?: true, close?: true }} */ message) => {
  if (message.open) {
    opened = await open(message.open);
    delay.enable();
    process.send({ url: opened.url, key: opened.key });
  } else if (message.measure) {
    const seen = {
      p50Ms: delay.percentile(50) / NS_PER_MS,
      p99Ms: delay.percentile(99) / NS_PER_MS,
      maxMs: delay.max / NS_PER_MS,
      rssMiB: process.memoryUsage.rss() / 2 ** 20,
    };
    delay.reset();
    process.send(seen);
  } else if (message.close) {
    await opened?.close();
    process.disconnect();
  }
});
