import { FakeClock } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { organicSource, ratingSource } from '../../../../src/gateway/operator/ratingSource.js';
import { freshStore, hotkeyOf } from '../../fixture.js';

const TALKED_MS = 20_000;

/** A patient of Dr. A who asks twice, and rates the first answer of a miner after twenty seconds. */
function rated(
  store: ReturnType<typeof freshStore>['store'],
  id: string,
  miner: number,
  nowMs: number,
  words: object,
  { crisis = false, asksTwice = true } = {},
) {
  const askedMs = nowMs - TALKED_MS;
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
  store.patientAnswers.begin({ id, caller: 'p', ...head, crisis: crisis ? 'crisis' : 'none', nowMs: askedMs, session });
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
  if (asksTwice) {
    const again = { ...session, messageId: `q2-${id}`, question: 'And then?' };
    store.patientAnswers.begin({ id: `${id}b`, caller: 'p', ...head, crisis: 'none', nowMs, session: again });
  }
  store.ratings.add({ answerId: id, patientId, sessionId, tokenSha256: `t-${id}`, nowMs, ...base, ...words });
}

describe('what patients say, for the operator', () => {
  it('is a mean per miner of what counts and the newest ratings, without words, crises and what is too old', () => {
    const { store } = freshStore();
    const clock = new FakeClock();
    const nowMs = clock.wallMs();
    rated(store, 'a1', 2, nowMs - 3, { stars: 5, reason: 'kind' });
    rated(store, 'a2', 2, nowMs - 2, { thumb: 'down' });
    rated(store, 'a3', 3, nowMs - 1, { stars: 4 });
    rated(store, 'a4', 3, nowMs, { stars: 1 }, { crisis: true });
    rated(store, 'a5', 3, nowMs - 40 * 86_400_000, { stars: 1 });
    rated(store, 'a6', 3, nowMs - 10, { stars: 1 }, { asksTwice: false });
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
    expect(source.latest(9, hotkeyOf(3)).map((row) => row.answerId)).toEqual(['a3', 'a6']);
    expect(JSON.stringify(source.latest(9))).not.toContain('private words');
    expect(organicSource({ store, clock }).byMiner()).toEqual([]);
  });
});
