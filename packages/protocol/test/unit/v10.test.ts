import { ready, verify } from '@bettertherapy/wallet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bodyHash,
  EMPTY_BODY_HASH,
  encodeRequest,
  INFERENCE_SYNAPSE,
  inputObjDummy,
  mergeReply,
  PING_SYNAPSE,
  type PythonValue,
  parseInferenceBody,
  parseInputObj,
  parseReplyHeaders,
  parseRequestHeaders,
  parseSignature,
  pythonFloat,
  pythonStr,
  signingMessage,
} from '../../src/index.js';
import type { FieldType } from '../../src/v10/index.js';
import { bytes, fixture, unhex } from './fixture.js';

type Frozen = { type: string; value?: unknown; items?: Frozen[]; entries?: [string, Frozen][] };

function thaw(value: Frozen): PythonValue {
  switch (value.type) {
    case 'bool':
      return { type: 'bool', value: value.value === true };
    case 'int':
      return { type: 'int', value: BigInt(String(value.value)) };
    case 'float':
      return { type: 'float', value: Number(value.value) };
    case 'str':
      return { type: 'str', value: String(value.value) };
    case 'list':
      return { type: 'list', items: (value.items ?? []).map(thaw) };
    case 'dict':
      return { type: 'dict', entries: (value.entries ?? []).map(([key, item]) => [key, thaw(item)] as const) };
    default:
      return { type: 'none' };
  }
}

describe('body hash', () => {
  const file = fixture<{
    emptyHash: string;
    cases: { id: string; shows: string; values: Frozen[]; texts: string[]; hash: string }[];
  }>('bodyHash');
  it.each(file.cases)('$id: $shows', ({ values, texts, hash }) => {
    expect(values.map((value) => pythonStr(thaw(value)))).toEqual(texts);
    expect(bodyHash(values.map(thaw))).toBe(hash);
  });

  it('has one constant for synapses without hash fields', () => {
    expect(EMPTY_BODY_HASH).toBe(file.emptyHash);
    expect(bodyHash([])).toBe(EMPTY_BODY_HASH);
  });

  it.each([
    [Number.NaN, 'nan'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    [0, '0.0'],
    [-12.5, '-12.5'],
    [123456.789, '123456.789'],
    [9999999999999998, '9999999999999998.0'],
    [1.5e300, '1.5e+300'],
    [-2.5e-7, '-2.5e-07'],
    [0.00012, '0.00012'],
  ])('writes the float %d as Python does', (value, text) => {
    expect(pythonFloat(value)).toBe(text);
  });

  it('writes every float so that it reads back the same', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        Object.is(Number(pythonFloat(value)), value),
      ),
    );
  });

  it('refuses half a surrogate pair', () => {
    expect(() => bodyHash([{ type: 'str', value: '\ud800' }])).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_NOT_UTF8' }),
    );
  });
});

describe('signatures', () => {
  const file = fixture<{
    publicKeys: Record<string, string>;
    cases: { id: string; shows: string; signer: string; message: string; signature: string; valid: boolean }[];
  }>('signatures');
  it.each(file.cases)('$id: $shows', async ({ signer, message, signature, valid }) => {
    await ready();
    const parsed = parseSignature(signature);
    const key = unhex(file.publicKeys[signer] ?? '');
    expect(parsed !== null && verify(bytes(message), parsed, key)).toBe(valid);
  });

  it('covers None for what is missing', () => {
    const { message } = file.cases.find(({ id }) => id === 'sg-ok-none') ?? { message: '' };
    const [nonce = '', dendriteHotkey = '', axonHotkey = ''] = message.split('.');
    const built = signingMessage({ nonceNs: BigInt(nonce), dendriteHotkey, axonHotkey, uuid: null, bodyHash: null });
    expect(new TextDecoder().decode(built)).toBe(message);
  });
});

describe('request headers', () => {
  interface Case {
    id: string;
    shows: string;
    side: 'server' | 'client';
    synapse: string;
    change: { only?: Record<string, string>; upperCase?: true; set?: Record<string, string>; drop?: string[] };
    expected: Record<string, unknown> | null;
  }
  const file = fixture<{ base: Record<string, string>; cases: Case[] }>('headerParse');

  function headersOf({ change }: Case): Record<string, string> {
    if (change.only) return change.only;
    const merged = { ...file.base, ...change.set };
    return Object.fromEntries(
      Object.entries(merged)
        .filter(([name]) => !change.drop?.includes(name))
        .map(([name, value]) => [change.upperCase ? name.toUpperCase() : name, value]),
    );
  }

  it.each(file.cases)('$id: $shows', (one) => {
    const shape = one.synapse === 'Synapse' ? PING_SYNAPSE : INFERENCE_SYNAPSE;
    const headers = headersOf(one);
    const result =
      one.side === 'server' ? parseRequestHeaders(headers, shape) : parseReplyHeaders(headers, one.synapse);
    if (one.expected === null) {
      expect(result.ok).toBe(false);
      return;
    }
    expect(result.ok && snake(result.value)).toEqual(one.expected);
  });

  it.each([
    ['a repeated header', { ...file.base, bt_header_dendrite_uuid: 'a, b' }],
    ['a header given twice in two cases', { ...file.base, TIMEOUT: '1' }],
    ['a nonce with a sign', { ...file.base, bt_header_dendrite_nonce: '+1' }],
    ['a nonce with underscores', { ...file.base, bt_header_dendrite_nonce: '1_0' }],
    ['a nonce of 21 digits', { ...file.base, bt_header_dendrite_nonce: '1'.repeat(21) }],
    ['an infinite timeout', { ...file.base, timeout: 'inf' }],
    ['an overflowing timeout', { ...file.base, timeout: '1e999' }],
    ['a negative timeout', { ...file.base, timeout: '-1' }],
  ])('refuses %s', (_name, headers) => {
    expect(parseRequestHeaders(headers, INFERENCE_SYNAPSE).ok).toBe(false);
  });

  it('never throws, whatever the headers hold', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(file.base)), fc.string({ unit: 'binary' })), (set) => {
        parseRequestHeaders({ ...file.base, ...set }, INFERENCE_SYNAPSE);
      }),
    );
  });

  /** The result in the names and texts of the fixture. */
  function snake(value: unknown): unknown {
    const top = new Set(['totalSize', 'headerSize', 'computedBodyHash']);
    return JSON.parse(
      JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)),
      (_key, inner: unknown) => {
        if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
        return Object.fromEntries(
          Object.entries(inner).map(([name, item]) => [
            top.has(name) ? name : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
            item,
          ]),
        );
      },
    );
  }
});

describe('dummies of required fields', () => {
  const { cases } = fixture<{ cases: { id: string; type: FieldType; json: string; header: string }[] }>('inputObj');
  it.each(cases)('$id: $type is $header', ({ type, json, header }) => {
    expect(inputObjDummy(type)).toBe(header);
    expect(parseInputObj(type, header)).toEqual(JSON.parse(json));
  });
});

describe('requests', () => {
  const { cases } = fixture<{
    cases: { id: string; shows: string; headers: Record<string, string>; body: string; message: string }[];
  }>('requests');
  it.each(cases)('$id: $shows', ({ headers, body, message }) => {
    const signed: string[] = [];
    const original = JSON.parse(exact(body));
    const made = encodeRequest({
      prompt: original.prompt,
      requestId: original.request_id,
      timeoutSeconds: Number(headers.timeout),
      axon: {
        ip: headers.bt_header_axon_ip ?? '',
        port: Number(headers.bt_header_axon_port),
        hotkey: headers.bt_header_axon_hotkey ?? '',
      },
      dendrite: {
        ip: headers.bt_header_dendrite_ip ?? '',
        hotkey: headers.bt_header_dendrite_hotkey ?? '',
        uuid: headers.bt_header_dendrite_uuid ?? '',
        version: Number(headers.bt_header_dendrite_version),
      },
      nonceNs: BigInt(headers.bt_header_dendrite_nonce ?? ''),
      sign: (payload) => {
        signed.push(new TextDecoder().decode(payload));
        return unhex(headers.bt_header_dendrite_signature ?? '');
      },
    });
    expect(signed).toEqual([message]);
    expect(Object.keys(made.headers)).toEqual(Object.keys(headers));
    expect({ ...made.headers, total_size: '' }).toEqual({ ...headers, total_size: '' });
    expect(Object.keys(JSON.parse(made.body))).toEqual(Object.keys(original));
    expect({ ...JSON.parse(exact(made.body)), total_size: 0 }).toEqual({ ...original, total_size: 0 });
    expect(parseInferenceBody(bytes(body)).ok).toBe(true);
  });

  /** Puts long integers in quotes so that JSON.parse keeps their digits. */
  function exact(json: string): string {
    return json.replace(/: ?(\d{19})/g, ':"$1"');
  }

  it('never throws on any body', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => typeof parseInferenceBody(body).ok === 'boolean'),
    );
    fc.assert(fc.property(fc.json(), (body) => typeof parseInferenceBody(bytes(body)).ok === 'boolean'));
  });
});

describe('understanding replies', () => {
  const { cases } = fixture<{
    cases: {
      id: string;
      shows: string;
      httpStatus: number;
      headers: Record<string, string>;
      body: string;
      expected: {
        statusCode: number | null;
        statusMessage: string | null;
        output: string | null;
        timed: boolean;
        success: boolean;
      };
    }[];
  }>('merge');
  it.each(cases)('$id: $shows', ({ httpStatus, headers, body, expected }) => {
    const merged = mergeReply({ httpStatus, headers, body: bytes(body) });
    expect(merged.statusCode).toBe(expected.statusCode);
    expect(merged.output).toBe(expected.output);
    expect(merged.readable).toBe(expected.timed);
    expect(merged.statusCode === 200).toBe(expected.success);
    // Where the reference adds its own error text, ours adds ours.
    const [head = ''] = (expected.statusMessage ?? '').split('<');
    if (expected.statusMessage?.includes('<')) expect(merged.statusMessage).toMatch(new RegExp(`^${head}`));
    else expect(merged.statusMessage).toBe(expected.statusMessage);
  });

  it('never throws on any reply', () => {
    const headers = fc.dictionary(fc.constantFrom('bt_header_axon_status_code', 'bt_header_axon_port'), fc.string());
    fc.assert(
      fc.property(fc.constantFrom(200, 403), headers, fc.json(), (httpStatus, extra, body) => {
        mergeReply({ httpStatus, headers: { 'content-type': 'application/json', ...extra }, body: bytes(body) });
      }),
    );
  });
});
