import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { encodeSs58, parseHotkey } from '@bettertherapy/core';
import { afterEach } from 'vitest';
import { migrate, openStore, type Store, type StoreIdentity } from '../../src/index.js';

export const migrationsDir = resolve(import.meta.dirname, '../../../../migrations');

const folders: string[] = [];
const stores: Store[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bt-store-'));
  folders.push(folder);
  return folder;
}

export const freshFile = (): string => join(freshFolder(), 'journal.sqlite');

export const hotkeyOf = (n: number) => parseHotkey(encodeSs58(new Uint8Array(32).fill(n)));

export const identity: StoreIdentity = { genesis: `0x${'ab'.repeat(32)}`, netuid: 2, hotkey: hotkeyOf(1) };

export function open(file: string, more: Partial<Parameters<typeof openStore>[0]> = {}): Store {
  const store = openStore({ file, migrationsDir, identity, ...more });
  stores.push(store);
  return store;
}

export function freshStore(): { file: string; store: Store } {
  const file = freshFile();
  migrate({ file, migrationsDir });
  return { file, store: open(file) };
}

/** A planned round of two questions and two miners with all four requests written. */
export function plannedRound(store: Store, id = 'round-1') {
  store.rounds.begin({ id, startedMs: 1000, block: 7, blockHash: '0x07', seed: 'seed' });
  store.rounds.enterStage({ roundId: id, stage: 'plan', nowMs: 1001 });
  store.rounds.commitPlan({
    roundId: id,
    participants: [2, 3].map((n, position) => ({
      hotkey: hotkeyOf(n),
      registeredAtBlock: n,
      coldkey: hotkeyOf(9),
      uid: n,
      ip: '127.0.0.2',
      port: 9000 + n,
      axonVersion: 12_001_000,
      newcomer: true,
      position,
    })),
    questions: [0, 1].map((position) => ({
      id: `${id}-q${position}`,
      position,
      bankId: `sleep-0${position}`,
      bankVersion: 1,
      theme: 'sleep',
      askedText: `Question ${position}?`,
      paraphrased: false,
      bankEntry: { id: `sleep-0${position}` },
    })),
    outcome: { miners: 2 },
    nowMs: 1002,
  });
  store.rounds.enterStage({ roundId: id, stage: 'query', nowMs: 1003 });
  const requests = [2, 3].flatMap((n) =>
    [0, 1].map((q) => ({ id: `${id}-r${n}${q}`, questionId: `${id}-q${q}`, hotkey: hotkeyOf(n) })),
  );
  store.requests.intend({ roundId: id, requests, nowMs: 1004 });
  return { id, requests };
}

export const answerRow = (requestId: string, output: string | null = 'An answer.') => ({
  requestId,
  receivedMs: 2000,
  statusCode: output === null ? 408 : 200,
  statusMessage: output === null ? 'timeout' : 'Success',
  output,
  responseMs: 1234.5,
  protocol: 'btauth1',
  axonProcessMs: 1200,
  refusedBy: output === null ? 'timeout' : null,
});

/** Brings an open round to where `fold` is entered. */
export function walkToFold(store: Store, roundId: string): void {
  for (const stage of ['query', 'collect', 'gate', 'judge', 'score'] as const) {
    if (stage !== 'query') store.rounds.enterStage({ roundId, stage, nowMs: 3000 });
    store.rounds.finishStage({ roundId, stage, outcome: {}, nowMs: 3001 });
  }
  store.rounds.enterStage({ roundId, stage: 'fold', nowMs: 3002 });
}
