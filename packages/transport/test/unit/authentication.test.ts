import { signerFromUri } from '@bettertherapy/wallet';
import { afterEach, describe, expect, it } from 'vitest';
import {
  alice,
  btauthRequest,
  closeAxons,
  nonceAt,
  QUESTION,
  type RawRequest,
  send,
  startAxon,
  v10Headers,
  v10Request,
} from './harness.js';

afterEach(closeAxons);

describe('authentication', () => {
  const cases: [string, number, string, (port: number) => RawRequest][] = [
    [
      'nothing signed',
      401,
      'no_signature',
      () => ({ headers: { 'content-type': 'application/json' }, body: QUESTION }),
    ],
    [
      'both protocols at once',
      401,
      'two_protocols',
      (port) => ({ headers: { ...v10Headers(port), ...btauthRequest().headers }, body: QUESTION }),
    ],
    ['v10 on the btauth/1 route', 401, 'no_signature', (port) => ({ ...v10Request(port), path: '/v1/inference' })],
    [
      'another receiver',
      401,
      'wrong_receiver',
      (port) => v10Request(port, { receiver: signerFromUri('//Charlie').address }),
    ],
    ['a nonce 17 s old', 401, 'stale', (port) => v10Request(port, { nonceNs: nonceAt(17_000) })],
    [
      'a nonce 17 s old under a long timeout',
      401,
      'stale',
      (port) => v10Request(port, { nonceNs: nonceAt(17_000), timeout: '500.0' }),
    ],
    ['a nonce 11 s ahead', 401, 'from_the_future', (port) => v10Request(port, { nonceNs: nonceAt(-11_000) })],
    ['an empty signature', 401, 'no_signature', (port) => with_(port, { bt_header_dendrite_signature: '' })],
    [
      'a signature without 0x',
      401,
      'malformed_auth',
      (port) => with_(port, { bt_header_dendrite_signature: '11'.repeat(64) }),
    ],
    [
      'a hotkey that is no address',
      401,
      'bad_key',
      (port) => with_(port, { bt_header_dendrite_hotkey: 'notanaddress' }),
    ],
    ['a uuid with a space', 400, 'bad_headers', (port) => with_(port, { bt_header_dendrite_uuid: 'a b' })],
    ['another uuid', 401, 'bad_signature', (port) => with_(port, { bt_header_dendrite_uuid: 'x' })],
    ['another hash', 401, 'bad_signature', (port) => with_(port, { computed_body_hash: 'ab'.repeat(32) })],
    ['btauth/1 with another body', 401, 'bad_signature', () => ({ ...btauthRequest(), body: `${QUESTION} ` })],
    ['btauth/1 on another path', 401, 'bad_signature', () => ({ ...btauthRequest(), path: '/v1/inference?x=1' })],
    ['btauth/1 for another receiver', 401, 'wrong_receiver', () => btauthRequest({ receiver: alice.address })],
    ['btauth/1 11 s old', 401, 'stale', () => btauthRequest({ nonceNs: nonceAt(11_000) })],
    ['btauth/1 3 s ahead', 401, 'stale', () => btauthRequest({ nonceNs: nonceAt(-3_000) })],
    ['btauth/1 of version 2', 401, 'malformed_auth', () => twist({ 'x-bittensor-version': '2' })],
    ['btauth/1 with an ed25519 key', 401, 'bad_signature', () => twist({ 'x-bittensor-crypto': 'ed25519' })],
    ['btauth/1 on the ping', 404, 'not_found', () => btauthRequest({ path: '/Synapse' })],
  ];
  function with_(port: number, change: Record<string, string>): RawRequest {
    return { headers: { ...v10Headers(port), ...change }, body: QUESTION };
  }
  function twist(change: Record<string, string>): RawRequest {
    const request = btauthRequest();
    return { ...request, headers: { ...request.headers, ...change } };
  }

  it.each(cases)('refuses %s', async (_name, status, code, build) => {
    const axon = await startAxon();
    const reply = await send(axon.port, build(axon.port));
    expect([reply.status, reply.json.code]).toEqual([status, code]);
    expect(axon.asked).toEqual([]);
  });

  it('repeats nothing of an unproved request', async () => {
    const axon = await startAxon();
    const marker = 'find-me-4711';
    const probes: RawRequest[] = [
      { path: `/${marker}` },
      {
        path: '/InferenceSynapse',
        headers: { ...v10Headers(axon.port), bt_header_dendrite_uuid: marker },
        body: marker,
      },
      { headers: { ...v10Headers(axon.port), timeout: marker }, body: marker },
      { headers: { ...v10Headers(axon.port), 'content-type': marker }, body: marker },
    ];
    for (const probe of probes) {
      const reply = await send(axon.port, probe);
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify([reply.headers, reply.text])).not.toContain(marker);
    }
  });

  it('refuses every single-bit change of a signature', async () => {
    const axon = await startAxon();
    for (let bit = 0; bit < 512; bit += 37) {
      const headers = v10Headers(axon.port);
      const signature = Buffer.from((headers.bt_header_dendrite_signature ?? '').slice(2), 'hex');
      signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      headers.bt_header_dendrite_signature = `0x${signature.toString('hex')}`;
      expect((await send(axon.port, { headers, body: QUESTION })).json.code).toBe('bad_signature');
    }
  });
});
