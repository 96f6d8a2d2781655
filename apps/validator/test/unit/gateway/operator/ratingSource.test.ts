import { FakeClock } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { organicSource, ratingSource } from '../../../../src/gateway/operator/ratingSource.js';
import { freshStore, hotkeyOf } from '../../fixture.js';

/** A patient of Dr. A who rates the answer of a miner. */
function rated(
  store: ReturnType<typeof freshStore>['store'],
  id: string,
  miner: number,
  nowMs: number,
  words: object,
  crisis = false,
) {
  const { id: patientId } = store.patients.create(nowMs);
  const head = { twinId: 'dr-a', twinVersion: 1 };
  const sessionId = `s-${id}`;
  store.patients.openSession({
    id: sessionId,
    patientId,
    ...head,
    twinName: 'Dr. A',
    region: 'us',
    title: '',
    createdMs: nowMs,
    updatedMs: nowMs,
  });
  const session = { id: sessionId, messageId: `q-${id}`, question: 'Why?', title: '' };
  store.patientAnswers.begin({ id, caller: 'p', ...head, crisis: crisis ? 'crisis' : 'none', nowMs, session });
  store.patientAnswers.intend(id, [
    { hotkey: hotkeyOf(miner), registeredAtBlock: 1, uid: miner, requestId: `r-${id}`, explored: false },
  ]);
  const message = { id: `m-${id}`, content: 'Rest.', status: 'complete' as const, sources: [], crisis: null };
  store.patientAnswers.end({
    id,
    state: 'answered',
    chosen: hotkeyOf(miner),
    firstGoodMs: 1,
    firstWordMs: 1,
    nowMs,
    message,
  });
  const base = { stars: null, thumb: null, reason: null, text: 'private words' };
  store.ratings.add({ answerId: id, patientId, sessionId, tokenSha256: `t-${id}`, nowMs, ...base, ...words });
}

describe('what patients say, for the operator', () => {
  it('is a mean per miner and the newest ratings, without words, crises and what is too old', () => {
    const { store } = freshStore();
    const clock = new FakeClock();
    const nowMs = clock.wallMs();
    rated(store, 'a1', 2, nowMs - 3, { stars: 5, reason: 'kind' });
    rated(store, 'a2', 2, nowMs - 2, { thumb: 'down' });
    rated(store, 'a3', 3, nowMs - 1, { stars: 4 });
    rated(store, 'a4', 3, nowMs, { stars: 1 }, true);
    rated(store, 'a5', 3, nowMs - 40 * 86_400_000, { stars: 1 });
    const source = ratingSource({ store, clock });
    expect([...source.byMiner()].sort((a, b) => a.n - b.n)).toEqual([
      { hotkey: hotkeyOf(3), n: 1, mean: 4, share: null },
      { hotkey: hotkeyOf(2), n: 2, mean: 3, share: null },
    ]);
    expect(source.latest(2).map((row) => row.answerId)).toEqual(['a3', 'a2']);
    expect(source.latest(9, hotkeyOf(2)).map((row) => [row.answerId, row.stars, row.thumb])).toEqual([
      ['a2', null, 'down'],
      ['a1', 5, null],
    ]);
    expect(JSON.stringify(source.latest(9))).not.toContain('private words');
    expect(organicSource({ store, clock }).byMiner()).toEqual([]);
  });
});
