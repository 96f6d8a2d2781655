import { systemClock } from '@bettertherapy/core';
import { signerFromSeed } from '@bettertherapy/wallet';
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryNonceStore } from '../../src/index.js';
import { alice, btauthRequest, closeAxons, nonceAt, send, startAxon, v10Request } from './harness.js';

afterEach(closeAxons);

describe('replay', () => {
  it('is refused in both protocols, also for a known caller with an old nonce', async () => {
    const axon = await startAxon();
    const older = v10Request(axon.port, { uuid: 'u' });
    const v10 = v10Request(axon.port, { uuid: 'u' });
    const btauth = btauthRequest();
    expect((await send(axon.port, v10)).status).toBe(200);
    expect((await send(axon.port, btauth)).status).toBe(200);
    for (const again of [v10, btauth, older]) expect((await send(axon.port, again)).json.code).toBe('replayed');
    expect(axon.asked).toHaveLength(2);
  });

  it('lets exactly one of 16 copies through that arrive at once', async () => {
    const axon = await startAxon();
    const request = btauthRequest();
    const replies = await Promise.all(Array.from({ length: 16 }, () => send(axon.port, request)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(axon.asked).toHaveLength(1);
  });

  it('is refused after a restart, with a store that survives and with one that does not', async () => {
    const clock = systemClock;
    const durable = new MemoryNonceStore({ maxEntries: 100, firstStart: true }, { clock });
    for (const nonces of [durable, new MemoryNonceStore({ maxEntries: 100 }, { clock })]) {
      const first = await startAxon({}, { nonces: durable });
      const request = v10Request(first.port);
      expect((await send(first.port, request)).status).toBe(200);
      await first.server.close();
      const second = await startAxon({}, { nonces });
      const reply = await send(second.port, request);
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(['replayed', 'not_ready']).toContain(reply.json.code);
      expect(second.asked).toEqual([]);
    }
  });

  it('answers 503 while a forgetful axon cannot tell new requests from old ones, and recovers by itself', async () => {
    let offsetMs = 0;
    const clock = { ...systemClock, wallMs: () => systemClock.wallMs() + offsetMs };
    const axon = await startAxon({}, { clock, nonces: new MemoryNonceStore({ maxEntries: 100 }, { clock }) });
    const early = await send(axon.port, v10Request(axon.port));
    expect([early.status, early.json.code, early.headers['retry-after']]).toEqual([503, 'not_ready', '5']);
    offsetMs = 11_000;
    const later = await send(axon.port, v10Request(axon.port, { nonceNs: nonceAt(-11_000) }));
    expect(later.status).toBe(200);
    expect((await send(axon.port, v10Request(axon.port))).json.code).toBe('replayed');
  });

  it('refuses with 503 rather than forget when the store is full, and strangers cannot fill it', async () => {
    const nonces = new MemoryNonceStore({ maxEntries: 2, firstStart: true }, { clock: systemClock });
    const axon = await startAxon(
      {},
      {
        nonces,
        policy: (caller) =>
          caller === alice.address
            ? { allow: true, priority: 1 }
            : { allow: false, code: 'unregistered', message: 'Unrecognized hotkey' },
      },
    );
    for (let seed = 1; seed <= 5; seed += 1) {
      const signer = signerFromSeed(new Uint8Array(32).fill(seed));
      expect((await send(axon.port, v10Request(axon.port, { signer }))).status).toBe(403);
    }
    expect(nonces.size).toBe(0);
    for (const uuid of ['a', 'b']) expect((await send(axon.port, v10Request(axon.port, { uuid }))).status).toBe(200);
    expect((await send(axon.port, v10Request(axon.port, { uuid: 'c' }))).json.code).toBe('not_ready');
  });

  it('answers 503 when the store fails', async () => {
    const axon = await startAxon({}, { nonces: { accept: () => Promise.reject(new Error('disk full')) } });
    const reply = await send(axon.port, v10Request(axon.port));
    expect([reply.status, reply.json.code]).toEqual([503, 'not_ready']);
    expect(axon.asked).toEqual([]);
  });
});
