import { CodedError, type SpanAttributes, silentLogger, systemClock, type Tracer } from '@bettertherapy/core';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TelemetryFailures } from '../../../src/failures.js';
import { REDACTED } from '../../../src/log/redact.js';
import { traceIdOf } from '../../../src/tracing/namedIds.js';
import { sdkTracing } from '../../../src/tracing/sdkTracing.js';
import { tracedTokens } from '../../../src/tracing/tracedTokens.js';
import type { Tracing } from '../../../src/tracing/tracing.js';

const CANARY = 'I have not slept since my brother died';
const never = new AbortController().signal;

let exporter: InMemorySpanExporter;
let tracing: Tracing;
let tracer: Tracer;

function open(sampleRatio = 1): void {
  exporter = new InMemorySpanExporter();
  tracing = sdkTracing(
    { app: 'validator', version: '1.2.3', url: null, headers: [], sampleRatio },
    { exporter, clock: systemClock, log: silentLogger, failures: new TelemetryFailures() },
  );
  tracer = tracing.tracer;
}

async function spans(): Promise<Map<string, ReadableSpan>> {
  await tracing.flush();
  return new Map(exporter.getFinishedSpans().map((span) => [span.name, span]));
}

const idOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId;
const traceOf = (span: ReadableSpan | undefined) => span?.spanContext().traceId;

beforeEach(() => open());
afterEach(() => tracing.close());

describe('a tracer on the SDK', () => {
  it('makes what begins within a span its child, through waits and beside others', async () => {
    const child = (name: string) =>
      tracer.span(name, {}, async () => {
        await systemClock.sleep(1, never);
        tracer.span(`${name} store`, {}, () => undefined);
      });
    await tracer.span('root', {}, () => Promise.all([child('a'), child('b')]));
    const seen = await spans();
    for (const name of ['a', 'b']) {
      expect(seen.get(name)?.parentSpanContext?.spanId).toBe(idOf(seen.get('root')));
      expect(seen.get(`${name} store`)?.parentSpanContext?.spanId).toBe(idOf(seen.get(name)));
    }
    expect(new Set([...seen.values()].map(traceOf)).size).toBe(1);
  });

  it('gives back what the work gives, thrown or returned, at once or later', async () => {
    expect(tracer.span('sync', {}, () => 7)).toBe(7);
    const promise = Promise.resolve(8);
    expect(tracer.span('async', {}, () => promise)).toBe(promise);
    const thrown = new Error('no');
    const thrower = () =>
      tracer.span('throws', {}, () => {
        throw thrown;
      });
    expect(thrower).toThrow(thrown);
    await expect(tracer.span('rejects', {}, () => Promise.reject(thrown))).rejects.toBe(thrown);
    expect([...(await spans()).keys()].sort()).toEqual(['async', 'rejects', 'sync', 'throws']);
  });

  it('tells of an error its code alone', async () => {
    const error = new CodedError('MINER_EMPTY_ANSWER', CANARY, { remedy: CANARY, details: { CANARY } });
    await expect(tracer.span('coded', {}, () => Promise.reject(error))).rejects.toBe(error);
    await expect(tracer.span('plain', {}, () => Promise.reject(new TypeError(CANARY)))).rejects.toThrow();
    tracer.span('refused', {}, (span) => span.fail('queue_full'));
    const seen = await spans();
    expect(seen.get('coded')).toMatchObject({
      attributes: { 'error.type': 'MINER_EMPTY_ANSWER' },
      status: { code: SpanStatusCode.ERROR },
      events: [],
    });
    expect(seen.get('plain')?.attributes).toEqual({ 'error.type': 'TypeError' });
    expect(seen.get('refused')?.attributes).toEqual({ 'error.type': 'queue_full' });
    expect([...seen.values()].map(({ status }) => status.message)).toEqual([undefined, undefined, undefined]);
  });

  it.each<{ readonly what: string; readonly value: string; readonly shown: string }>([
    { what: 'a sentence', value: CANARY, shown: REDACTED },
    { what: 'a line break', value: 'one\ntwo', shown: REDACTED },
    { what: 'more than any name has', value: 'x'.repeat(129), shown: REDACTED },
    { what: 'a signature or key', value: `0x${'ab'.repeat(64)}`, shown: REDACTED },
    { what: 'an id', value: '01JDEXAMPLE0ID', shown: '01JDEXAMPLE0ID' },
    { what: 'a model by its path', value: '/models/llama-3.1-8b_q4.gguf', shown: '/models/llama-3.1-8b_q4.gguf' },
    { what: 'a window', value: '354.0/12', shown: '354.0/12' },
  ])('shows of a text only names: $what', async ({ value, shown }) => {
    tracer.span('one', { attributes: { 'bt.request.id': value } }, (span) => span.set({ 'bt.outcome': value }));
    expect((await spans()).get('one')?.attributes).toEqual({ 'bt.request.id': shown, 'bt.outcome': shown });
  });

  it('leaves out what is undefined', async () => {
    const attributes: SpanAttributes = { 'bt.twin.id': undefined, 'bt.round.number': 3 };
    tracer.span('one', { attributes }, () => undefined);
    expect((await spans()).get('one')?.attributes).toEqual({ 'bt.round.number': 3 });
  });

  it('goes on with the trace of a caller, and begins one of its own without a valid parent', async () => {
    let traceparent: string | null = null;
    tracer.span('client', { kind: 'client' }, (span) => {
      traceparent = span.traceparent;
    });
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    tracer.span('running', {}, () => {
      tracer.span('server', { kind: 'server', parent: traceparent }, () => undefined);
      for (const parent of [null, '', 'nonsense', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`]) {
        tracer.span(`own ${parent}`, { parent }, () => undefined);
      }
    });
    const seen = await spans();
    const server = seen.get('server');
    expect(server?.kind).toBe(SpanKind.SERVER);
    expect(server?.parentSpanContext?.spanId).toBe(idOf(seen.get('client')));
    expect(traceOf(server)).toBe(traceOf(seen.get('client')));
    const own = [...seen].filter(([name]) => name.startsWith('own')).map(([, span]) => span);
    expect(own).toHaveLength(4);
    for (const span of own) expect(span.parentSpanContext).toBeUndefined();
  });

  it('gives work on one thing one trace, also in another process', async () => {
    const first = await spansOf('01ROUND');
    await tracing.close();
    open();
    const second = await spansOf('01ROUND');
    expect(traceOf(first)).toBe(traceIdOf('01ROUND'));
    expect(traceOf(second)).toBe(traceOf(first));
    expect(idOf(second)).not.toBe(idOf(first));
    expect(traceOf(await spansOf('01OTHER'))).not.toBe(traceOf(first));
    tracer.span('random', {}, () => undefined);
    expect(traceOf((await spans()).get('random'))).not.toBe(traceOf(first));
  });

  it('records a part only while its whole runs', async () => {
    const part = () => tracer.span('part', { partOnly: true }, (span) => span.traceparent);
    expect(part()).toBeNull();
    let later: Promise<string | null> | undefined;
    const within = tracer.span('whole', {}, () => {
      later = systemClock.sleep(1, never).then(part);
      return part();
    });
    expect(within).not.toBeNull();
    expect(await later).toBeNull();
    await tracing.flush();
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['part', 'whole']);
  });

  it('can begin in the past', async () => {
    tracer.span('one', { agoMs: 5_000 }, () => undefined);
    const seconds = (await spans()).get('one')?.duration[0] ?? 0;
    expect(seconds).toBeGreaterThanOrEqual(4);
    expect(seconds).toBeLessThan(60);
  });

  it('adds tokens to the span that the model works for', async () => {
    const counted: [string, number][] = [];
    const metrics = tracedTokens({ tokens: (kind: string, n: number) => void counted.push([kind, n]) }, tracer);
    metrics.tokens('prompt', 1);
    await tracer.span('judge', {}, async () => {
      metrics.tokens('prompt', 10);
      await systemClock.sleep(1, never);
      metrics.tokens('prompt', 20);
      metrics.tokens('reused', 5);
    });
    expect((await spans()).get('judge')?.attributes).toEqual({
      'gen_ai.usage.input_tokens': 35,
      'gen_ai.usage.cache_read.input_tokens': 5,
    });
    expect(counted).toEqual([
      ['prompt', 1],
      ['prompt', 10],
      ['prompt', 20],
      ['reused', 5],
    ]);
  });

  it('says who sends it', async () => {
    tracer.span('one', {}, () => undefined);
    expect((await spans()).get('one')?.resource.attributes).toMatchObject({
      'service.name': 'bettertherapy-validator',
      'service.version': '1.2.3',
    });
  });
});

describe('sampling', () => {
  it('records nothing at ratio 0 but tells others so, and still follows a caller who records', async () => {
    await tracing.close();
    open(0);
    const own = tracer.span('own', {}, (span) => tracer.span('child', {}, () => span.traceparent));
    expect(own).toMatch(/-00$/);
    tracer.span('asked', { parent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }, () => undefined);
    expect([...(await spans()).keys()]).toEqual(['asked']);
  });

  it('decides by the thing, so that a round is in or out as a whole', async () => {
    await tracing.close();
    open(0.5);
    const decide = () =>
      Array.from({ length: 200 }, (_, n) =>
        tracer.span('x', { traceOf: `round ${n}` }, (s) => s.traceparent?.slice(-2)),
      );
    const first = decide();
    expect(decide()).toEqual(first);
    const share = first.filter((flags) => flags === '01').length / first.length;
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.7);
  });
});

async function spansOf(thing: string): Promise<ReadableSpan | undefined> {
  exporter.reset();
  tracer.span(thing, { traceOf: thing }, () => undefined);
  return (await spans()).get(thing);
}
