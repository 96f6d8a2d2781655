import { systemClock } from '@bettertherapy/core';
import { openEnvelope, openIndex } from '@bettertherapy/twins';
import { ready, verify } from '@bettertherapy/wallet';
import { beforeAll, describe, expect, it } from 'vitest';
import { runGateway } from './fixture.js';

beforeAll(ready);

describe('packs at the gateway', () => {
  it('the index and every pack it names verify as a miner verifies them', async () => {
    const { call, parts } = await runGateway();
    const { body } = await call('/v1/twin-index');
    const publisher = parts.signer.address;
    const allows = (hotkey: string): boolean => hotkey === publisher;
    const index = openIndex(body, { verify, allows, nowMs: systemClock.wallMs(), lastIssuedMs: () => null });
    expect(index.entries.map(({ id, state }) => `${id} ${state}`).sort()).toEqual([
      'dr-elin-solberg published',
      'dr-indra-gurung published',
      'dr-tomas-rivera published',
    ]);
    for (const entry of index.entries) {
      const pack = await call(`/v1/twin-packs/${entry.sha256}`);
      expect(Buffer.byteLength(pack.text)).toBeLessThanOrEqual(entry.bytes);
      const opened = openEnvelope(pack.body, { verify, allows });
      expect([opened.pack.id, opened.pack.version, opened.sha256]).toEqual([entry.id, entry.version, entry.sha256]);
    }
  });

  it('a withdrawn pack is given to nobody', async () => {
    const { call, parts } = await runGateway();
    const sha256 = parts.twins.catalogue.currentOf('dr-indra-gurung')?.sha256;
    expect((await call(`/v1/twin-packs/${sha256}`)).status).toBe(200);
    parts.twins.withdraw('dr-indra-gurung', 'a wrong note');
    expect((await call(`/v1/twin-packs/${sha256}`)).status).toBe(404);
  });

  it.each([
    ['a hash nobody has', 'ab'.repeat(32), 404],
    ['a path', '..%2f..%2fetc%2fpasswd', 400],
    ['a hash in capitals', 'AB'.repeat(32), 400],
    ['an id', 'dr-indra-gurung', 400],
  ])('%s gets nothing', async (_name, name, status) => {
    const { call } = await runGateway();
    expect((await call(`/v1/twin-packs/${name}`)).status).toBe(status);
  });
});
