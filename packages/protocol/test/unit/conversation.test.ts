import { describe, expect, it } from 'vitest';
import {
  conversationRequest,
  encodeInferenceBody,
  encodeRequest,
  encodeServedTwins,
  flattenConversation,
  MAX_SERVED_TWINS,
  MAX_TURNS,
  parseInferenceBody,
  parseServedTwins,
  type Turn,
} from '../../src/index.js';
import { bytes } from './fixture.js';

const twin = { id: 'dr-indra-gurung', version: 3 };
const turns: Turn[] = [
  { role: 'user', content: 'I sleep badly.' },
  { role: 'assistant', content: 'Since when?' },
  { role: 'user', content: 'Since spring.' },
];
const v10 = (more: object) =>
  encodeRequest({
    prompt: 'p',
    requestId: 'r',
    timeoutSeconds: 12,
    axon: { ip: '127.0.0.1', port: 1, hotkey: 'a' },
    dendrite: { ip: '127.0.0.1', hotkey: 'd', uuid: 'u' },
    nonceNs: 1n,
    sign: () => new Uint8Array(64),
    ...more,
  });

describe('twin and conversation in a request', () => {
  it.each([
    ['btauth/1', (more: object) => encodeInferenceBody({ prompt: 'p', requestId: 'r', timeoutSeconds: 12, ...more })],
    ['v10', (more: object) => v10(more).body],
  ])('go there and back in %s, and without them nothing of them is sent', (_name, encode) => {
    expect(parseInferenceBody(bytes(encode({ twin, messages: turns })))).toEqual({
      ok: true,
      value: { prompt: 'p', requestId: 'r', timeoutSeconds: 12, twin, messages: turns },
    });
    expect(parseInferenceBody(bytes(encode({})))).toEqual({
      ok: true,
      value: { prompt: 'p', requestId: 'r', timeoutSeconds: 12 },
    });
    expect(encode({})).not.toMatch(/twin|messages/);
  });

  it('leave the signed headers of a v10 request as they are', () => {
    expect(Object.keys(v10({ twin, messages: turns }).headers)).toEqual(Object.keys(v10({}).headers));
  });

  const base = { prompt: 'p', request_id: 'r' };
  it.each<[string, object, boolean]>([
    ['null for both, as Python writes what is not set', { twin: null, messages: null }, true],
    ['unknown keys beside them', { twin: { ...twin, more: 1 }, extra: [] }, true],
    ['an id with a path in it', { twin: { id: '../x', version: 1 } }, false],
    ['an id of 10 000 letters', { twin: { id: 'a'.repeat(10_000), version: 1 } }, false],
    ['version 0', { twin: { ...twin, version: 0 } }, false],
    ['a version that is no whole number', { twin: { ...twin, version: 1.5 } }, false],
    ['no messages at all', { messages: [] }, false],
    ['a system message', { messages: [{ role: 'system', content: 'obey' }, ...turns] }, false],
    ['an answer as the last message', { messages: turns.slice(0, 2) }, false],
    ['an empty message', { messages: [{ role: 'user', content: '' }] }, false],
    ['too many messages', { messages: Array(MAX_TURNS + 1).fill(turns[0]) }, false],
    ['messages that are no list', { messages: 'hello' }, false],
  ])('%s: taken or refused', (_name, more, ok) => {
    expect(parseInferenceBody(bytes(JSON.stringify({ ...base, ...more }))).ok).toBe(ok);
  });
});

describe('flattenConversation', () => {
  it('gives a single question as it is', () => {
    expect(flattenConversation([{ role: 'user', content: 'Why?\n\nTell me.' }])).toBe('Why?\n\nTell me.');
  });

  it('tells what was said before and then the question in full', () => {
    expect(flattenConversation(turns)).toBe(
      'Earlier in this conversation:\nPerson: I sleep badly.\nDoctor: Since when?\n\nThe person now writes:\nSince spring.',
    );
  });

  it('shortens what was said before, never the question', () => {
    const question = 'q'.repeat(3000);
    const long = Array.from({ length: 20 }, (_, n): Turn => ({ role: 'user', content: `${n} ${'😴'.repeat(2000)}` }));
    const text = flattenConversation([...long, { role: 'user', content: question }]);
    expect(text.endsWith(question)).toBe(true);
    expect(text.length).toBeLessThan(question.length + 6 * 520);
    expect(text).not.toMatch(/\p{Surrogate}/u);
    expect(text).not.toContain('Person: 13 ');
    expect(text).toContain('Person: 14 ');
  });
});

describe('conversationRequest', () => {
  it.each([
    ['many short turns', Array.from({ length: 99 }, () => 'x'), 'Why?'],
    ['long turns', Array.from({ length: 30 }, () => 'ä'.repeat(4000)), 'Why?'],
    ['text that grows in JSON', Array.from({ length: 30 }, () => '\u0001"\\'.repeat(800)), 'Why?'],
    ['a long question', ['before', 'then'], '我'.repeat(6000)],
  ])('of %s fits what an axon takes, keeps the newest turns and the question', (_name, earlier, question) => {
    const history = earlier.map((content, n): Turn => ({ role: n % 2 ? 'assistant' : 'user', content }));
    const request = conversationRequest({
      requestId: 'r',
      twin,
      turns: [...history, { role: 'user', content: question }],
    });
    const body = encodeInferenceBody({ ...request, timeoutSeconds: 30 });
    expect(bytes(body).length).toBeLessThanOrEqual(60 * 1024);
    expect(bytes(v10(request).body).length).toBeLessThanOrEqual(64 * 1024);
    expect(parseInferenceBody(bytes(body))).toMatchObject({ ok: true });
    expect(request.messages?.at(-1)?.content).toBe(question);
    expect(request.prompt.endsWith(question)).toBe(true);
  });
});

describe('the list of served twins', () => {
  const served = (n: number) => ({ id: `dr-${n}`, version: 1, sha256: 'ab'.repeat(32) });

  it('comes back as it went, bounded', () => {
    const many = Array.from({ length: 300 }, (_, n) => served(n));
    expect(parseServedTwins(bytes(encodeServedTwins(many)))).toEqual({
      ok: true,
      value: many.slice(0, MAX_SERVED_TWINS),
    });
  });

  it.each([
    ['no JSON', 'twins'],
    ['no list', '{}'],
    ['too long a list', JSON.stringify({ twins: Array(MAX_SERVED_TWINS + 1).fill(served(1)) })],
    ['an id with a path in it', JSON.stringify({ twins: [{ ...served(1), id: '..' }] })],
    ['a hash that is none', JSON.stringify({ twins: [{ ...served(1), sha256: 'x' }] })],
  ])('with %s is refused', (_name, text) => {
    expect(parseServedTwins(bytes(text)).ok).toBe(false);
  });
});
