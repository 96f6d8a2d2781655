import { expect, it } from 'vitest';
import { beginRound, freshStore, roundParts } from '../fixture.js';
import { runGateway } from './fixture.js';

const ROUNDS = 503;
const LISTED = 500;
const SEALED = { previous: null, signature: '0x', build: 'test', settings: {}, weights: null, sealedMs: 1 };

it('evidence of more rounds than one reply lists is found below the last of it', async () => {
  const { store } = freshStore();
  const parts = roundParts(store);
  for (let number = 1; number <= ROUNDS; number += 1) {
    const { id: roundId } = beginRound(store, parts);
    store.rounds.abandon({ roundId, reason: 'for this test', nowMs: number });
    const sha256 = String(number).padStart(64, '0');
    store.evidence.seal({ roundId, number, sha256, ...SEALED });
  }
  const { call } = await runGateway([], { store });
  const list = async (query = '') => {
    const { body } = await call(`/v1/evidence${query}`);
    const { data, has_more } = body as { data: { number: number }[]; has_more: boolean };
    return { numbers: data.map(({ number }) => number), has_more };
  };
  const newest = await list();
  expect([newest.numbers[0], newest.numbers.at(-1), newest.has_more]).toEqual([ROUNDS, ROUNDS - LISTED + 1, true]);
  expect(await list(`?before=${ROUNDS - LISTED + 1}`)).toEqual({ numbers: [3, 2, 1], has_more: false });
  expect(await list('?before=1')).toEqual({ numbers: [], has_more: false });
  expect((await call('/v1/evidence?before=never')).status).toBe(400);
});
