import { noTracer } from '@bettertherapy/core';
import { eventually, type RecordedSpan, RecordingTracer } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { runRound } from '../../src/round/runRound.js';
import {
  answerText,
  beginRound,
  deadReply,
  examiner,
  freshStore,
  goodReply,
  hotkeyOf,
  never,
  roundParts,
  self,
  storeAt,
} from './fixture.js';
import { runGateway } from './gateway/fixture.js';
import { askBy, says } from './gateway/miners.js';

/** Stands in questions and answers, and must not come out again. */
const CANARY = 'zugzwang';
const STAGES = ['plan', 'query', 'collect', 'gate', 'judge', 'score', 'fold'];

/** Everything that a span would send, options included. */
const sent = (tracer: RecordingTracer): string =>
  JSON.stringify(tracer.spans.map(({ name, options, attributes, failure }) => [name, options, attributes, failure]));
const path = (span: RecordedSpan | null): string[] => (span === null ? [] : [...path(span.parent), span.name]);

describe('the trace of a round', () => {
  it('holds the stages, and in each its commits and judgements', async () => {
    const tracer = new RecordingTracer();
    const { store } = freshStore(tracer);
    const parts = roundParts(store, { tracer });
    const round = beginRound(store, parts);
    expect(tracer.spans).toEqual([]);
    await runRound(round, parts, never);
    const [root] = tracer.spans;
    expect(root).toMatchObject({
      name: 'round',
      options: { traceOf: round.id },
      attributes: {
        'bt.round.id': round.id,
        'bt.round.number': 1,
        'bt.round.resumed': false,
        'bt.validator.hotkey': self,
        'bt.outcome': 'counted',
      },
    });
    const stages = tracer.spans.filter(({ parent }) => parent === root);
    expect(stages.map(({ name }) => name)).toEqual(STAGES.map((stage) => `round ${stage}`));
    expect(stages[1]?.attributes).toMatchObject({ 'bt.stage.count.asked': 8, 'bt.stage.count.answered': 8 });
    const commits = tracer.spans.filter(({ name }) => name.startsWith('store '));
    for (const stage of stages) expect(commits.some(({ parent }) => parent === stage)).toBe(true);
    const judged = tracer.named('judge answer');
    expect(judged).toHaveLength(8);
    expect(judged[0]?.attributes).toMatchObject({
      'bt.outcome': 'ok',
      'bt.reward': 0.7,
      'gen_ai.request.model': 'scripted',
    });
    expect(new Set(judged.map(({ attributes }) => attributes['bt.miner.hotkey']))).toEqual(
      new Set([hotkeyOf(2), hotkeyOf(3)]),
    );
    const commit = tracer.named('store judgements.record')[0] ?? null;
    expect(path(commit)).toEqual(['round', 'round judge', 'judge answer', 'store judgements.record']);
    expect(tracer.named('judge control').map(({ attributes }) => attributes['bt.outcome'])).toEqual(['pass', 'pass']);
    expect(tracer.spans.every(({ ended }) => ended)).toBe(true);
  });

  it('tells each question whom it asks', async () => {
    const { store } = freshStore();
    const about: unknown[] = [];
    const plain = roundParts(store);
    const parts = roundParts(store, {
      askMany: (calls, terms) => {
        about.push(...calls.map((call) => call.about));
        return plain.askMany(calls, terms);
      },
    });
    await runRound(beginRound(store, parts), parts, never);
    expect(about).toHaveLength(8);
    for (const one of about) {
      expect(one).toMatchObject({ 'bt.round.number': 1, 'bt.miner.uid': expect.any(Number) });
    }
  });

  it('is the same one after a restart, and says so', async () => {
    const first = new RecordingTracer();
    const { store, file } = freshStore(first);
    const failing = examiner(() => {
      throw new Error(CANARY);
    });
    const round = beginRound(store, roundParts(store, { tracer: first }));
    await expect(
      runRound(round, roundParts(store, { tracer: first, examiner: failing, isFatal: () => true }), never),
    ).rejects.toThrow(CANARY);
    expect(first.named('round')).toMatchObject([{ failure: 'thrown' }]);
    expect(sent(first)).not.toContain(CANARY);
    await store.close();
    const second = new RecordingTracer();
    const again = storeAt(file, second);
    await runRound(round, roundParts(again, { tracer: second }), never);
    expect(second.spans[0]).toMatchObject({ options: { traceOf: round.id }, attributes: { 'bt.round.resumed': true } });
    expect(second.spans.filter(({ parent }) => parent === second.spans[0]).map(({ name }) => name)).toEqual([
      'round judge',
      'round score',
      'round fold',
    ]);
  });

  it('holds nothing of what was asked and answered', async () => {
    const tracer = new RecordingTracer();
    const { store } = freshStore(tracer);
    const plain = examiner();
    let asked = 0;
    const parts = roundParts(store, {
      tracer,
      examiner: { ...plain, paraphrase: async (question) => `${CANARY} ${question.id}` },
      askOne: async (target, request) => {
        expect(request.prompt).toContain(CANARY);
        asked += 1;
        if (target.hotkey === hotkeyOf(3)) return { ...deadReply, statusMessage: CANARY };
        return goodReply(`${CANARY} ${answerText(target.hotkey, request.prompt)}`);
      },
    });
    await runRound(beginRound(store, parts), parts, never);
    expect(asked).toBe(8);
    expect(sent(tracer)).not.toContain(CANARY);
  });

  it('does not change what a round does', async () => {
    const views = [];
    for (const tracer of [new RecordingTracer(), noTracer]) {
      const { store } = freshStore(tracer);
      const parts = roundParts(store, { tracer });
      await runRound(beginRound(store, parts, 'the-round'), parts, never);
      views.push(store.journal.newest()?.answers.map(({ requestId, ...answer }) => answer));
    }
    expect(views[0]).toHaveLength(8);
    expect(views[0]).toEqual(views[1]);
  });
});

describe('the trace of a patient’s question', () => {
  it('holds twin, outcome and commits, and no word of the patient or of an answer', async () => {
    const tracer = new RecordingTracer();
    const { store } = freshStore(tracer);
    const text = `It may help to write down when it began, and to keep your hours of sleep. ${CANARY} is no cause of it.`;
    const gateway = await runGateway([], { store, tracer, askMany: askBy(() => says(text)) });
    const content = `I sleep badly since ${CANARY}, and I worry about work. What can I do?`;
    const body = { model: 'dr-indra-gurung', messages: [{ role: 'user', content }] };
    const reply = await gateway.call('/v1/chat/completions', { token: gateway.key('chat'), body });
    expect(reply.status).toBe(200);
    expect(JSON.stringify(reply.body)).toContain(CANARY);
    const [question] = await eventually('the question', () => {
      const found = tracer.named('patient question');
      return found.some(({ ended }) => ended) ? found : null;
    });
    expect(question).toMatchObject({
      parent: null,
      attributes: { 'bt.twin.id': 'dr-indra-gurung', 'bt.twin.version': 1, 'bt.outcome': 'answered', 'bt.miners': 3 },
    });
    expect(question?.options.traceOf).toBe(question?.attributes['bt.answer.id']);
    expect(tracer.named('judge quick look').length).toBeGreaterThan(0);
    expect(path(tracer.named('store patientAnswers.intend')[0] ?? null)).toEqual([
      'patient question',
      'store patientAnswers.intend',
    ]);
    expect(sent(tracer)).not.toContain(CANARY);
  });
});
