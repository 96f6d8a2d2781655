import { join } from 'node:path';
import { encodeSs58, parseHotkey } from '@bettertherapy/core';
import { migrate, openStore, STAGES, type Store } from '@bettertherapy/store';
import { repositoryRoot, temporaryFolder } from '@bettertherapy/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { findings } from './ledger.js';

const hotkey = parseHotkey(encodeSs58(new Uint8Array(32).fill(7)));
const folder = temporaryFolder('ledger');
let store: Store | null = null;

afterEach(async () => {
  await store?.close();
  folder.remove();
});

/** A journal with one closed round of one miner and one answered question, scored or not. */
function journal(scored: boolean): Store {
  const file = join(folder.path, `${scored}.sqlite`);
  const migrationsDir = join(repositoryRoot, 'migrations');
  migrate({ file, migrationsDir });
  store = openStore({ file, migrationsDir, identity: { genesis: '0x00', netuid: 1, hotkey } });
  const roundId = 'round';
  const nowMs = 1;
  const miner = { hotkey, registeredAtBlock: 1, coldkey: hotkey, uid: 0, ip: '127.0.0.2', port: 1, axonVersion: 0 };
  const question = {
    id: 'q',
    position: 0,
    bankId: 'b',
    bankVersion: 1,
    theme: 't',
    askedText: 'x',
    paraphrased: false,
  };
  store.rounds.begin({ id: roundId, startedMs: 1, block: 1, blockHash: '0x1', seed: 's' });
  for (const stage of STAGES) {
    store.rounds.enterStage({ roundId, stage, nowMs });
    if (stage === 'plan') {
      const participants = [{ ...miner, newcomer: true, position: 0 }];
      store.rounds.commitPlan({
        roundId,
        participants,
        questions: [{ ...question, bankEntry: {} }],
        outcome: {},
        nowMs,
      });
    } else if (stage === 'query') {
      store.requests.intend({ roundId, requests: [{ id: 'a', questionId: 'q', hotkey }], nowMs });
      const answer = { statusCode: 200, statusMessage: '', output: 'x', responseMs: 1, protocol: 'v10' };
      store.responses.record({ requestId: 'a', receivedMs: 2, ...answer, axonProcessMs: null, refusedBy: null });
      store.rounds.finishStage({ roundId, stage, outcome: {}, nowMs });
    } else if (stage === 'score' && scored) {
      const total = {
        reward: 0.7,
        quality: 70,
        time: 100,
        total: 79,
        copyOf: null,
        components: {},
        scoringVersion: '1',
      };
      const scores = [{ requestId: 'a', hotkey, ...total, manifestSha256: null, scoredMs: 3 }];
      store.scores.recordRound({ roundId, scores, outcome: {}, nowMs });
    } else if (stage === 'fold') {
      const results = [{ hotkey, registeredAtBlock: 1, mean: 79, asked: 1, answered: 1 }];
      const fold = (_state: unknown, ema: number) => ({ ema, rounds: scored ? 1 : 2 });
      store.averages.closeRound({ roundId, results, fold, voidReason: null, outcome: {}, nowMs });
    } else store.rounds.finishStage({ roundId, stage, outcome: {}, nowMs });
  }
  return store;
}

describe('the ledger of the kill test', () => {
  it('finds nothing in a sound journal', () => {
    expect(findings(journal(true), new Set(['a']))).toEqual([]);
  });

  it('finds a lost response, an answer left unscored and a round that counted twice', () => {
    expect(findings(journal(false), new Set(['a', 'b']))).toEqual([
      'response b was lost',
      'round 1 was closed with an answer unscored',
      `${hotkey} holds 2 rounds, folded 1`,
    ]);
  });
});
