import { eventually } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { RefusalLog, recallRefusals } from '../../../../src/gateway/operator/refusalLog.js';
import { runRound } from '../../../../src/round/runRound.js';
import { beginRound, deadReply, freshStore, hotkeyOf, never, roundParts } from '../../fixture.js';
import { runGateway } from '../fixture.js';
import { askBy, dies, says } from '../miners.js';

const PATHS = [
  '/v1/operator/overview',
  '/v1/operator/rounds?limit=5',
  '/v1/operator/leaderboard',
  '/v1/operator/weights',
  '/v1/operator/judge',
  '/v1/operator/refusals',
  '/v1/operator/series?metric=average',
  '/v1/operator/ratings',
];

describe('the operator routes', () => {
  it('open to a key with the scope and to nobody else', async () => {
    const { call, key } = await runGateway();
    const [operator, chat, studio] = [key('operator'), key('chat'), key('studio')];
    for (const path of [
      ...PATHS,
      '/v1/operator/rounds/x',
      `/v1/operator/miners/${hotkeyOf(2)}`,
      '/v1/operator/refusals/stream',
    ]) {
      expect((await call(path)).status, path).toBe(401);
      expect((await call(path, { token: 'bt_no_such' })).status, path).toBe(401);
      for (const token of [chat, studio]) expect((await call(path, { token })).status, path).toBe(403);
    }
    for (const path of PATHS) expect((await call(path, { token: operator })).status, path).toBe(200);
  });

  it('show a round that was run, and say which input they do not take', async () => {
    const { store } = freshStore();
    const parts = roundParts(store, { askOne: async () => deadReply });
    const round = beginRound(store, parts);
    await runRound(round, parts, never);
    const { call, key } = await runGateway([], { store });
    const token = key('operator');
    const detail = await call(`/v1/operator/rounds/${round.id}`, { token });
    expect(detail.body).toMatchObject({ id: round.id, number: 1, miners: 2, answered: 0 });
    const miner = await call(`/v1/operator/miners/${hotkeyOf(2)}`, { token });
    expect(miner.body).toMatchObject({ hotkey: hotkeyOf(2), uid: 2, answers: expect.any(Array) });
    for (const [path, status] of [
      ['/v1/operator/rounds/none', 404],
      [`/v1/operator/miners/${hotkeyOf(77)}`, 404],
      ['/v1/operator/miners/5xyz', 400],
      ['/v1/operator/rounds?limit=0', 400],
      ['/v1/operator/series?metric=secrets', 400],
    ] as const) {
      expect((await call(path, { token })).status, path).toBe(status);
    }
  });

  it('tell refusals as they happen, of miners, of gates and of this gateway', async () => {
    const { url, call, key, parts } = await runGateway();
    const token = key('operator');
    const left = new AbortController();
    const response = await fetch(`${url}/v1/operator/refusals/stream`, {
      headers: { authorization: `Bearer ${token}` },
      signal: left.signal,
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    let heard = '';
    const reading = (async () => {
      for await (const chunk of response.body ?? []) heard += Buffer.from(chunk).toString();
    })().catch((error: unknown) => {
      if (!left.signal.aborted) throw error;
    });
    await call('/v1/operator/overview', { token: 'bt_wrong_key' });
    await eventually('the refused key', () => heard.includes('"code":"invalid_api_key"'));
    const rounds = roundParts(parts.store, {
      askOne: async () => deadReply,
      refused: (answer) => recallRefusals(parts.refusals, [{ ...answer, requestId: '', roundId: '', atMs: 1 }]),
    });
    await runRound(beginRound(parts.store, rounds), rounds, never);
    await eventually('eight answers that did not come', () => heard.match(/event: refusal/g)?.length === 9);
    expect(heard).toContain('"where":"miner","code":"timeout","message":"Answers came too late or not at all."');
    left.abort();
    await reading;
    const listed = await call('/v1/operator/refusals', { token });
    expect(listed.body).toMatchObject({
      data: expect.arrayContaining([expect.objectContaining({ where: 'gateway' })]),
    });
  });

  it('tell what miners refused while a patient waited, and what the gates stopped', async () => {
    const { call, key } = await runGateway([], { askMany: askBy((_, at) => (at === 0 ? dies : says('No.'))) });
    const messages = [{ role: 'user', content: 'I sleep badly. What can I do?' }];
    const body = { model: 'dr-indra-gurung', messages };
    expect((await call('/v1/chat/completions', { token: key('chat'), body })).status).toBe(200);
    const token = key('operator');
    await eventually('both refusals', async () => {
      const { body: listed } = await call('/v1/operator/refusals', { token });
      const rows = (listed as { data: { where: string; code: string }[] }).data;
      return ['miner', 'gate'].every((where) => rows.some((row) => row.where === where));
    });
  });

  it('recall refusals from the journal after a restart', async () => {
    const { store } = freshStore();
    const rounds = roundParts(store, { askOne: async () => deadReply });
    await runRound(beginRound(store, rounds), rounds, never);
    const log = new RefusalLog({ size: 5, maxListeners: 1 }, { clock: rounds.clock });
    recallRefusals(log, store.operator.refusals(100));
    expect(log.latest(100)).toHaveLength(5);
    expect(log.latest(1)[0]).toMatchObject({ where: 'miner', code: 'timeout', status: 408 });
  });
});
