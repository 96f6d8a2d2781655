import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  AXON_VERSION,
  encodeRefusalBody,
  encodeRefusalHeaders,
  encodeReply,
  endpointText,
  INFERENCE_SYNAPSE,
  ipText,
  isServing,
  parseIp,
  parseRequestHeaders,
  protocolOfVersion,
  REFUSALS,
  refusal,
  versionInt,
} from '../../src/index.js';
import { DEVIATIONS, STRICTER } from './deviations.js';
import { fixture, unhex } from './fixture.js';

describe('versions and discovery', () => {
  const versions = fixture<{ cases: { id: string; text: string; number: number }[] }>('versions').cases;
  it.each(versions)('$id: $text is $number', ({ text, number }) => {
    expect(versionInt(text)).toBe(number);
    expect(protocolOfVersion(number)).toBe('v10');
  });

  it('tells our own axons by their version', () => {
    expect(AXON_VERSION).toBe(versionInt('12.1.0'));
    expect(protocolOfVersion(AXON_VERSION)).toBe('btauth1');
    expect([11_999_999, 12_000_000, 12_999_999, 13_000_000].map(protocolOfVersion)).toEqual([
      'v10',
      'btauth1',
      'btauth1',
      'v10',
    ]);
  });

  const places = fixture<{
    cases: { id: string; ip: string; ipType: 4 | 6; port: number; text: string | null; serving: boolean }[];
  }>('discovery').cases;
  it.each(places)('$id: $text', ({ ip, ipType, port, text, serving }) => {
    const endpoint = { ip: BigInt(ip), ipType, port };
    expect(endpointText(endpoint)).toBe(text);
    expect(isServing(endpoint)).toBe(serving);
    if (text !== null) expect(parseIp(ipText(endpoint.ip, ipType))).toEqual({ ip: endpoint.ip, ipType });
  });

  it.each([
    ['::1', 1n, 6],
    ['::', 0n, 6],
    ['2001:db8:0:1::', 0x20010db8000000010000000000000000n, 6],
    ['1:0:0:2:0:0:0:3', 0x00010000000000020000000000000003n, 6],
    ['127.0.0.1', 2130706433n, 4],
  ] as const)('reads the address %s', (text, ip, ipType) => {
    expect(parseIp(text)).toEqual({ ip, ipType });
    expect(parseIp(ipText(ip, ipType))).toEqual({ ip, ipType });
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    'g::',
    '1:2:3:4:5:6:7:8::',
    'host',
  ])('takes %j for no address', (text) => {
    expect(parseIp(text)).toBeNull();
  });
});

describe('replies', () => {
  const axon = {
    ip: '203.0.113.7',
    port: 8091,
    hotkey: '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty',
    version: 1,
  };
  const { base } = fixture<{ base: Record<string, string> }>('headerParse');
  const parsed = parseRequestHeaders(base, INFERENCE_SYNAPSE);
  if (!parsed.ok) throw new Error('the fixture must parse');
  const [successCase, refusedCase] = fixture<{
    cases: { id: string; headers?: Record<string, string>; headerNames?: string[]; message?: string }[];
  }>('replies').cases;

  it('rs-success: a success carries every line of the reference reply', () => {
    const { headers, body } = encodeReply({
      shape: INFERENCE_SYNAPSE,
      request: parsed.value,
      fields: { prompt: 'p', request_id: 'r', output: 'x' },
      bodyTimeoutSeconds: null,
      processSeconds: 6.29425048828125e-5,
      axon,
    });
    const sizes = { header_size: '', total_size: '' };
    expect({ ...headers, ...sizes }).toMatchObject({ ...successCase?.headers, ...sizes });
    expect(headers.header_size).toMatch(/^\d+$/);
    expect(headers.bt_header_dendrite_nonce).toBe(base.bt_header_dendrite_nonce);
    expect(JSON.parse(body)).toMatchObject({
      prompt: 'p',
      request_id: 'r',
      output: 'x',
      axon: { status_code: 200, status_message: 'Success' },
    });
  });

  it('rs-403: a refusal of a proved caller carries every line and text of the reference reply', () => {
    const refused = refusal('unregistered');
    const body = encodeRefusalBody(refused);
    const signed: string[] = [];
    const headers = encodeRefusalHeaders({
      shape: INFERENCE_SYNAPSE,
      refusal: refused,
      bodyLength: body.length,
      processSeconds: 0.001,
      axon,
      proved: {
        request: parsed.value,
        peer: { ip: '198.51.100.9', port: 5000 },
        nonceNs: 7n,
        uuid: 'axon-uuid',
        sign: (message) => {
          signed.push(new TextDecoder().decode(message));
          return unhex('11'.repeat(64));
        },
      },
    });
    const added = ['content-length', 'content-type'];
    expect([...Object.keys(headers), ...added].sort()).toEqual([...(refusedCase?.headerNames ?? [])].sort());
    expect(JSON.parse(body).message).toBe(refusedCase?.message);
    expect(signed).toEqual([`7.${base.bt_header_dendrite_hotkey}.${axon.hotkey}.axon-uuid`]);
    expect(headers.bt_header_dendrite_ip).toBe('198.51.100.9');
  });

  it('repeats nothing of an unproved caller', () => {
    const refused = refusal('bad_signature');
    const headers = encodeRefusalHeaders({
      shape: INFERENCE_SYNAPSE,
      refusal: refused,
      bodyLength: 0,
      processSeconds: 0,
      axon,
      proved: null,
    });
    expect(Object.keys(headers).filter((name) => name.includes('dendrite'))).toEqual([]);
  });

  it('cleans what a header cannot hold', () => {
    const refused = refusal('denied', { message: `reason → \r\nx: y ${'é'.repeat(600)}` });
    const headers = encodeRefusalHeaders({
      shape: INFERENCE_SYNAPSE,
      refusal: refused,
      bodyLength: 0,
      processSeconds: 0,
      axon,
      proved: null,
    });
    expect(headers.bt_header_axon_status_message).toMatch(/^reason x: y é+$/);
    expect(headers.bt_header_axon_status_message?.length).toBeLessThanOrEqual(512);
    expect(JSON.parse(encodeRefusalBody(refused)).message).toContain('→');
  });

  it('gives every refusal a status between 300 and 503 and a text a header can hold', () => {
    for (const { httpStatus, message } of Object.values(REFUSALS)) {
      expect(httpStatus).toBeGreaterThanOrEqual(300);
      expect(httpStatus).toBeLessThanOrEqual(503);
      expect(message).toMatch(/^[\x20-\x7e]{5,120}$/);
    }
  });
});

describe('the frozen vectors', () => {
  const folders = ['../fixtures/', '../../../transport/test/fixtures/'];
  const covered = folders.flatMap((folder) =>
    readdirSync(new URL(folder, import.meta.url))
      .filter((file) => file.endsWith('.json') && file !== 'ids.json')
      .flatMap((file) => {
        const { cases } = JSON.parse(readFileSync(new URL(folder + file, import.meta.url), 'utf8'));
        return cases.map(({ id }: { id: string }) => id);
      }),
  );

  it('are all covered, each once', () => {
    expect(covered.sort()).toEqual(fixture<string[]>('ids').sort());
  });

  it('have their deviations in the documentation, with the reason', () => {
    const document = readFileSync(new URL('../../../../docs/wire-deviations.md', import.meta.url), 'utf8');
    for (const [id, reason] of Object.entries(DEVIATIONS)) {
      expect(document).toMatch(new RegExp(`\\| \`${id}\`\\s*\\| ${reason}`));
    }
    for (const id of STRICTER) expect(document).toContain(`\`${id}\``);
  });

  it('deviate for the four unsafe behaviours only', () => {
    const unsafe = new Set([
      'missing signature accepted',
      'caller-chosen freshness',
      'unbounded nonce map',
      'replay after restart',
    ]);
    expect(Object.values(DEVIATIONS).filter((reason) => !unsafe.has(reason))).toEqual([]);
  });
});
