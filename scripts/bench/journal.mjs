import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@bettertherapy/core';
import { migrate, openStore } from '@bettertherapy/store';
import { asHotkey, signerFromUri } from '@bettertherapy/wallet';

const ROWS = 2_000;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Responses written to a real journal: one commit each, as the validator does while answers arrive, and in one commit. */
export async function journal() {
  const folder = mkdtempSync(join(root, '.cache', 'bench-'));
  const file = join(folder, 'validator.sqlite');
  const migrationsDir = join(root, 'migrations');
  const hotkey = asHotkey(signerFromUri('//Alice')).address;
  migrate({ file, migrationsDir });
  const store = openStore({ file, migrationsDir, identity: { genesis: `0x${'00'.repeat(32)}`, netuid: 2, hotkey } });
  try {
    const nowMs = systemClock.wallMs();
    store.rounds.begin({ id: 'bench', startedMs: nowMs, block: 1, blockHash: `0x${'11'.repeat(32)}`, seed: 'bench' });
    const miner = asHotkey(signerFromUri('//Bob')).address;
    const participant = {
      hotkey: miner,
      registeredAtBlock: 1,
      uid: 1,
      coldkey: miner,
      ip: '127.0.0.2',
      port: 8091,
      axonVersion: 0,
      newcomer: false,
      position: 0,
    };
    const ids = Array.from({ length: 2 * ROWS }, (_, at) => `request-${at}`);
    const question = (id, position) => ({
      id,
      bankId: 'bench',
      bankVersion: 1,
      theme: 'sleep',
      askedText: 'How?',
      paraphrased: false,
      bankEntry: {},
      position,
    });
    store.rounds.commitPlan({
      roundId: 'bench',
      participants: [participant],
      questions: ids.map((id, at) => question(`q-${id}`, at)),
      outcome: {},
      nowMs,
    });
    store.rounds.enterStage({ roundId: 'bench', stage: 'query', nowMs });
    store.requests.intend({
      roundId: 'bench',
      requests: ids.map((id) => ({ id, questionId: `q-${id}`, hotkey: miner })),
      nowMs,
    });
    const row = (requestId) => ({
      requestId,
      output: 'A calm and useful answer. '.repeat(20),
      responseMs: 1_000,
      statusCode: 200,
      statusMessage: 'Success',
      protocol: 'v10',
      refusedBy: null,
      receivedMs: nowMs,
      axonProcessMs: null,
    });
    const time = (work) => {
      const startedAt = performance.now();
      work();
      return ROWS / ((performance.now() - startedAt) / 1000);
    };
    const single = time(() => {
      for (const id of ids.slice(0, ROWS)) store.responses.record(row(id));
    });
    const bulk = time(() => store.responses.recordMany(ids.slice(ROWS).map(row)));
    return {
      title: 'journal: responses written per second',
      rows: [
        { what: 'one durable commit each', value: single, unit: 'rows/s' },
        { what: 'all in one commit', value: bulk, unit: 'rows/s' },
      ],
    };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
