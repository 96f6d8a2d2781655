import { createHash } from 'node:crypto';
import { ready, signerFromUri, verify, verifyEd25519 } from '@bettertherapy/wallet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BtauthScheme,
  btauthPayload,
  DEFAULT_BTAUTH_WINDOW,
  parseAuthHeaders,
  readInferenceReply,
  signBtauth,
  verifyAuth,
} from '../../src/index.js';
import { STRICTER } from './deviations.js';
import { bytes, fixture, unhex } from './fixture.js';

describe('btauth/1 payload', () => {
  const file = fixture<{
    goldenEd25519Signature: string;
    cases: {
      id: string;
      shows: string;
      scheme: BtauthScheme;
      method: string;
      target: string;
      body: string;
      nonceNs: string;
      sender: string;
      receiver: string | null;
      bodySha256: string;
      payload: string;
      payloadSha256: string;
    }[];
  }>('btauthPayloads');
  it.each(file.cases)('$id: $shows', (one) => {
    const payload = btauthPayload({ ...one, body: bytes(one.body), nonceNs: BigInt(one.nonceNs) });
    expect(new TextDecoder().decode(payload)).toBe(one.payload);
    expect(createHash('sha256').update(payload).digest('hex')).toBe(one.payloadSha256);
    if (one.id !== 'bp-golden-ed') return;
    const { publicKeys } = fixture<{ publicKeys: Record<string, string> }>('btauthVerify');
    const key = unhex(publicKeys[one.sender] ?? '');
    expect(verifyEd25519(payload, unhex(file.goldenEd25519Signature), key)).toBe(true);
  });
});

interface Terms {
  method: string;
  target: string;
  body: string;
  self: string;
  nowNs: string;
  scheme: BtauthScheme;
  requireReceiver: boolean;
  maxAgeSeconds: number;
  skewSeconds: number;
  accepted: [string, string][];
}

describe('btauth/1 verification', () => {
  const file = fixture<{
    defaults: { max_age_s: number; allowed_skew_s: number };
    base: Terms;
    cases: {
      id: string;
      shows: string;
      headers: Record<string, string>;
      with: Partial<Terms>;
      expected: string;
      lenient: boolean;
    }[];
  }>('btauthVerify');

  it.each(file.cases)('$id: $shows', async ({ id, headers, with: change, expected, lenient }) => {
    await ready();
    const terms = { ...file.base, ...change };
    const result = verifyAuth({
      headers,
      method: terms.method,
      target: terms.target,
      body: bytes(terms.body),
      selfHotkey: terms.self,
      nowNs: BigInt(terms.nowNs),
      schemeOf: () => terms.scheme,
      verify: { sr25519: verify, ed25519: verifyEd25519 },
      window: { maxAgeMs: terms.maxAgeSeconds * 1000, skewMs: terms.skewSeconds * 1000 },
      requireReceiver: terms.requireReceiver,
      wasAccepted: (sender, nonce) => terms.accepted.some(([who, which]) => who === sender && which === String(nonce)),
    });
    const outcome = result.ok ? 'ok' : result.failure;
    expect(STRICTER.includes(id)).toBe(lenient);
    expect(outcome).toBe(lenient ? 'MalformedAuth' : expected);
  });

  it('has the window of the specification as its default', () => {
    expect(DEFAULT_BTAUTH_WINDOW).toEqual({
      maxAgeMs: file.defaults.max_age_s * 1000,
      skewMs: file.defaults.allowed_skew_s * 1000,
    });
  });

  it('accepts what it signs, and nothing else when a byte of the body changes', async () => {
    await ready();
    const alice = signerFromUri('//Alice');
    const bob = signerFromUri('//Bob').address;
    const nonceNs = 1_752_076_800_000_000_001n;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(63), (body, at) => {
        const request = { method: 'POST', target: '/v1/inference', body, nonceNs };
        const headers = signBtauth({ ...request, sender: alice.address, receiver: bob, sign: (m) => alice.sign(m) });
        const check = (received: Uint8Array): boolean =>
          verifyAuth({
            headers,
            ...request,
            body: received,
            selfHotkey: bob,
            nowNs: nonceNs,
            schemeOf: () => 'sr25519',
            verify: { sr25519: verify, ed25519: verifyEd25519 },
          }).ok;
        const changed = body.map((byte, i) => (i === at % body.length ? byte ^ 1 : byte));
        return check(body) && !check(changed);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['a repeated header', { 'x-bittensor-nonce': '1, 1' }],
    ['the same header in two cases', { 'X-Bittensor-Nonce': '1' }],
    ['a nonce with a leading zero', { 'x-bittensor-nonce': '01' }],
    ['a nonce beyond 20 digits', { 'x-bittensor-nonce': '1'.repeat(21) }],
    ['a hashed signature envelope', { 'x-bittensor-crypto': 'hashed' }],
    ['an ML-DSA envelope', { 'x-bittensor-crypto': 'mldsa' }],
  ])('refuses %s as malformed', (_name, change) => {
    const good = { 'x-bittensor-version': '1', 'x-bittensor-hotkey': 'h', 'x-bittensor-nonce': '1' };
    const headers = { ...good, 'x-bittensor-signature': `0x${'11'.repeat(64)}` };
    expect(parseAuthHeaders(headers)).not.toBeNull();
    expect(parseAuthHeaders({ ...headers, ...change })).toBeNull();
  });
});

describe('btauth/1 replies', () => {
  const read = (httpStatus: number, body: string, contentType = 'application/json; charset=utf-8') =>
    readInferenceReply({ httpStatus, contentType, body: bytes(body), requestId: 'r' });

  it.each([
    ['an answer', 200, '{"request_id":"r","output":"X","process_time":0.5}', 200, 'X'],
    ['an answer to another request', 200, '{"request_id":"s","output":"X"}', 422, null],
    ['an answer without output', 200, '{"request_id":"r"}', 422, null],
    ['a numeric output', 200, '{"request_id":"r","output":5}', 422, null],
    ['a refusal without detail', 403, '{"message":"no"}', 403, null],
    ['a refusal', 403, '{"detail":"no","message":"no"}', 403, null],
    ['a list', 403, '[]', 422, null],
    ['broken JSON', 200, '{', 422, null],
  ])('reads %s', (_name, httpStatus, body, statusCode, output) => {
    expect(read(httpStatus, body)).toMatchObject({ statusCode, output });
  });

  it('reads JSON only', () => {
    expect(read(200, '{"request_id":"r","output":"X"}', 'text/html').statusCode).toBe(422);
  });
});
