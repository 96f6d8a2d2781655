import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate, openStore } from '@bettertherapy/store';
import {
  eventually,
  freePort,
  NodeChild,
  OtlpCollector,
  type ReceivedSpan,
  repositoryRoot,
  temporaryFolder,
} from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shortBank } from '../chaos/bank.js';
import { drawTrace } from './drawTrace.js';
import { ModelServer } from './modelServer.js';

const MINUTE = 60_000;
const STAGES = ['plan', 'query', 'collect', 'gate', 'judge', 'score', 'fold'].map((stage) => `round ${stage}`);
const migrationsDir = join(repositoryRoot, 'migrations');
/** The chain refuses 127.0.0.1 as an axon's address; the rest of 127/8 is this machine as well. */
const MINER_IP = '127.0.0.2';

describe('a validator and a miner that send traces', () => {
  const folder = temporaryFolder('traces');
  const collector = new OtlpCollector();
  const model = new ModelServer();
  const data = join(folder.path, 'validator');
  let subnet: TestSubnet;
  let miner: NodeChild;
  let validator: NodeChild;
  let healthPort: number;
  let launch: () => NodeChild;

  const rounds = (message: 'begun' | 'finished') =>
    validator.lines.filter((line) => line.includes(`"msg":"round ${message}"`)).length;
  const finished = (n: number) =>
    eventually(`round ${n} to finish`, () => rounds('finished') >= n, { deadlineMs: 3 * MINUTE });
  const told = (child: NodeChild, words: string) => child.lines.filter((line) => line.includes(words)).length;
  const failures = async (): Promise<number> => {
    const page = await (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text();
    return Number(/bt_telemetry_failures\{part="traces",.*\} (\d+)/.exec(page)?.[1] ?? 0);
  };

  beforeAll(async () => {
    await collector.start();
    await model.start();
    collector.status = 500;
    healthPort = await freePort();
    writeFileSync(join(folder.path, 'bank.jsonl'), shortBank());
    subnet = await TestSubnet.start({ folder: folder.path, names: ['validator', 'miner'] });
    for (const name of ['validator', 'miner']) await subnet.register(name);
    await subnet.stake('validator', 1_000);
    migrate({ file: join(data, 'validator.sqlite'), migrationsDir });
    const common = (name: string) => [
      ...['--netuid', String(subnet.netuid), '--subtensor.chain_endpoint', subnet.url, '--wallet.path', subnet.wallets],
      ...['--wallet.name', name, '--data.dir', join(folder.path, name), '--logging.json', '--logging.debug'],
      ...['--model.backend', 'openai', '--model.base_url', model.url, '--model.name', 'at-once'],
    ];
    miner = new NodeChild({
      args: [
        ...['apps/miner/dist/main.js', ...common('miner'), '--health.port', 'off'],
        ...['--axon.ip', MINER_IP, '--axon.port', '0', '--axon.external_ip', MINER_IP],
        ...['--model.min_words', '0', '--otel.endpoint', collector.url],
      ],
    });
    await miner.waitForLine(/"msg":"miner serving"/, 2 * MINUTE);
    launch = () =>
      new NodeChild({
        args: [
          ...['apps/validator/dist/main.js', ...common('validator'), '--health.port', String(healthPort)],
          ...[
            '--bank.path',
            join(folder.path, 'bank.jsonl'),
            '--judge.enforce_controls',
            'false',
            '--judge.exam',
            'off',
          ],
          ...['--neuron.round_interval', '2', '--neuron.questions', '1'],
        ],
        // As the other standard software of an operator reads it.
        env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
      });
    validator = launch();
    await validator.waitForLine(/"msg":"round begun"/, 2 * MINUTE);
  });

  afterAll(async () => {
    await validator?.stop();
    await miner?.stop();
    await subnet?.close();
    await collector.close();
    await model.close();
    folder.remove();
  });

  it('go on with their rounds while the collector answers 500, and say so once', async () => {
    await finished(1);
    await eventually('refused spans', async () => (await failures()) > 1, { deadlineMs: MINUTE });
    expect(collector.spans).toEqual([]);
    expect(told(validator, 'the collector takes no traces')).toBe(1);
  });

  it('show a round as one trace over both processes', async () => {
    const first = rounds('begun') + 1;
    collector.status = 200;
    const root = await eventually(
      'the trace of a whole round',
      () =>
        collector.spans.find(
          ({ name, attributes }) => name === 'round' && Number(attributes['bt.round.number']) >= first,
        ),
      { deadlineMs: 3 * MINUTE },
    );
    const trace = await eventually(
      'the part of the miner',
      () => {
        const spans = collector.spans.filter(({ traceId }) => traceId === root.traceId);
        return spans.some(({ name }) => name === 'axon question') ? spans : null;
      },
      { deadlineMs: MINUTE },
    );
    console.info(drawTrace(trace));
    const byId = new Map(trace.map((span) => [span.spanId, span]));
    const path = (span: ReceivedSpan): string[] => {
      const parent = span.parentSpanId === null ? undefined : byId.get(span.parentSpanId);
      return [...(parent ? path(parent) : []), span.name];
    };
    const named = (name: string) => trace.filter((span) => span.name === name);
    const pathOf = (name: string) => named(name).map(path)[0];
    // One beginning, and every other span hangs on one that was received.
    expect(trace.filter(({ parentSpanId }) => parentSpanId === null)).toEqual([root]);
    expect(trace.filter((span) => span !== root && path(span)[0] !== 'round')).toEqual([]);
    const stages = trace.filter(({ parentSpanId }) => parentSpanId === root.spanId);
    expect(stages.map(({ name }) => name).sort()).toEqual([...STAGES].sort());
    expect(pathOf('generate')).toEqual(['round', 'round query', 'query miner', 'axon question', 'answer', 'generate']);
    expect(pathOf('store judgements.record')).toEqual([
      'round',
      'round judge',
      'judge answer',
      'store judgements.record',
    ]);
    expect(pathOf('judge control')).toEqual(['round', 'round judge', 'judge control']);
    expect(pathOf('store averages.closeRound')).toEqual(['round', 'round fold', 'store averages.closeRound']);
    const [client, server] = [named('query miner')[0], named('axon question')[0]];
    expect([client?.service, client?.kind]).toEqual(['bettertherapy-validator', 'client']);
    expect([server?.service, server?.kind]).toEqual(['bettertherapy-miner', 'server']);
    const [asking, asked] = [await subnet.hotkey('validator'), await subnet.hotkey('miner')];
    expect(client?.attributes).toMatchObject({
      'bt.miner.hotkey': asked.address,
      'bt.status': 200,
      'bt.protocol': 'btauth1',
    });
    expect(server?.attributes).toMatchObject({
      'bt.validator.hotkey': asking.address,
      'bt.request.id': client?.attributes['bt.request.id'],
    });
    expect(named('judge answer')[0]?.attributes).toMatchObject({
      'gen_ai.request.model': 'at-once',
      'bt.outcome': 'ok',
    });
    expect(named('generate')[0]?.attributes['gen_ai.usage.output_tokens']).toBeGreaterThan(10);
  });

  it('show weights as one trace from the intent to what the chain holds', async () => {
    const verify = await eventually('the check', () => collector.spans.find(({ name }) => name === 'weights verify'), {
      deadlineMs: 2 * MINUTE,
    });
    expect(verify.attributes['bt.outcome']).toBe('verified');
  });

  it('show a round that was stopped and resumed as one trace', async () => {
    expect(told(validator, 'the collector of traces takes spans again')).toBe(1);
    model.thinksMs = 50;
    const from = validator.lines.length;
    const line = await eventually(
      'a round about to judge',
      () => validator.lines.slice(from).find((one) => one.includes('"stage":"gate"')),
      { deadlineMs: MINUTE, everyMs: 5 },
    );
    await validator.stop();
    model.thinksMs = 0;
    const id = /"roundId":"(\w+)"/.exec(line)?.[1];
    validator = launch();
    const begins = await eventually(
      'both beginnings',
      () => {
        const roots = collector.spans.filter(
          ({ name, attributes }) => name === 'round' && attributes['bt.round.id'] === id,
        );
        return roots.length === 2 ? roots : null;
      },
      { deadlineMs: 2 * MINUTE },
    );
    expect(begins[1]?.traceId).toBe(begins[0]?.traceId);
    expect(begins.map(({ failed, attributes }) => [failed, attributes['bt.round.resumed']])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('go on with their rounds when the collector is gone, and stop in time', async () => {
    const before = await failures();
    await collector.close();
    await finished(rounds('begun') + 1);
    await eventually('lost spans', async () => (await failures()) > before, { deadlineMs: MINUTE });
    expect(told(validator, 'the collector takes no traces')).toBe(1);
    await validator.stop();
    await miner.stop();
    expect([validator.exit, miner.exit]).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
  });

  it('sent nothing of what was asked and answered', () => {
    const store = openStore({ file: join(data, 'validator.sqlite'), migrationsDir, identity: null, readonly: true });
    const views = store.journal.rounds({ limit: 100 });
    void store.close();
    const texts = views.flatMap(({ questions, answers }) => [
      ...questions.map(({ text }) => text),
      ...answers.flatMap(({ text }) => text ?? []),
    ]);
    expect(texts.length).toBeGreaterThan(2);
    const sent = collector.bodies.join('\n');
    // Any three words in a row would be too many.
    const pieces = texts.flatMap((text) => text.match(/\S+ \S+ \S+/g) ?? []);
    expect(pieces.filter((piece) => sent.includes(piece))).toEqual([]);
  });
});
