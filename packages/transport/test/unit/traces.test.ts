import { AXON_VERSION } from '@bettertherapy/protocol';
import { eventually, RecordingTracer } from '@bettertherapy/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { alice, bob, startAxon } from './harness.js';
import { closePeers, GOOD, goodBody, makeDendrite, peer, request, target } from './peers.js';

afterEach(closePeers);

const terms = { deadlineMs: 20_000 };
const PROTOCOLS = ['v10', 'btauth1'] as const;

describe('a question as spans on both sides', () => {
  it.each(PROTOCOLS)('goes on in the axon where the dendrite is (%s), and its signature holds', async (protocol) => {
    const here = new RecordingTracer();
    const there = new RecordingTracer();
    const axon = await startAxon({}, { tracer: there });
    const about = { 'bt.miner.uid': 7, 'bt.round.number': 3 };
    const dendrite = makeDendrite({}, here);
    const reply = await dendrite.query(target(axon.port, { protocol }), request, { ...terms, about });
    expect(reply.ok).toBe(true);
    expect(here.spans).toMatchObject([
      {
        name: 'query miner',
        options: { kind: 'client' },
        attributes: {
          'bt.miner.hotkey': bob.address,
          'bt.miner.uid': 7,
          'bt.round.number': 3,
          'bt.request.id': 'btai_1',
          'bt.protocol': protocol,
          'bt.status': 200,
          'server.address': '127.0.0.1',
          'server.port': axon.port,
        },
        failure: null,
        ended: true,
      },
    ]);
    await eventually('the end on the other side', () => there.spans[0]?.ended, { deadlineMs: 5_000 });
    expect(there.spans).toMatchObject([
      {
        name: 'axon question',
        options: { kind: 'server', parent: `00-${'a'.repeat(32)}-0000000000000001-01` },
        attributes: {
          'bt.validator.hotkey': alice.address,
          'bt.request.id': 'btai_1',
          'bt.protocol': protocol,
          'http.response.status_code': 200,
        },
        failure: null,
      },
    ]);
    expect(there.spans[0]?.options.agoMs).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify([...here.spans, ...there.spans])).not.toMatch(/how are you|answer to/);
  });

  it.each(PROTOCOLS)('sends no header where nothing is traced (%s)', async (protocol) => {
    const seen: (string | undefined)[] = [];
    const port = await peer((incoming, response) => {
      seen.push(incoming.headers.traceparent?.toString());
      response.writeHead(200, GOOD).end(goodBody());
    });
    await makeDendrite().query(target(port, { protocol }), request, terms);
    await makeDendrite({}, new RecordingTracer()).query(target(port, { protocol }), request, terms);
    expect(seen).toEqual([undefined, expect.stringMatching(/^00-a{32}-\d{16}-01$/)]);
  });

  it('tells of a failed question its status alone', async () => {
    const tracer = new RecordingTracer();
    const axon = await startAxon({}, { answer: () => Promise.reject(new Error('what the patient said')) });
    await makeDendrite({}, tracer).query(target(axon.port, { version: AXON_VERSION }), request, terms);
    expect(tracer.spans).toMatchObject([{ failure: 'status_500', attributes: { 'bt.status': 500 } }]);
    expect(JSON.stringify(tracer.spans)).not.toContain('patient');
  });

  it('records nothing of whom the axon turned away', async () => {
    const tracer = new RecordingTracer();
    const policy = () => ({ allow: false, code: 'denied', message: 'no' }) as const;
    const axon = await startAxon({}, { tracer, policy });
    for (const protocol of PROTOCOLS) {
      const asker = makeDendrite({}, new RecordingTracer());
      expect(await asker.query(target(axon.port, { protocol }), request, terms)).toMatchObject({ statusCode: 403 });
    }
    expect(tracer.spans).toEqual([]);
  });

  it('tells apart an answer that was refused for want of a turn', async () => {
    const tracer = new RecordingTracer();
    const held: (() => void)[] = [];
    const answer = () =>
      new Promise<{ output: string }>((resolve) => {
        held.push(() => resolve({ output: 'late' }));
      });
    const axon = await startAxon({ queue: { concurrency: 1, capacity: 0 } }, { tracer, answer });
    const dendrite = makeDendrite();
    const first = dendrite.query(target(axon.port), request, terms);
    await eventually('the first question', () => held.length === 1, { deadlineMs: 5_000 });
    expect(await dendrite.query(target(axon.port), { ...request, requestId: 'btai_2' }, terms)).toMatchObject({
      statusCode: 503,
    });
    held[0]?.();
    await first;
    expect(tracer.spans.map(({ failure }) => failure)).toEqual([null, 'status_503']);
  });
});
