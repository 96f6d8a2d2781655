import { openEnvelope, openIndex, type PackEnvelope, sealIndex, sealPack, sha256Hex } from '@bettertherapy/twins';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SignedTwinIndex, TwinIndexEntry } from '../../../src/index.js';
import { indra, signerOf, verify, withChange } from '../../support/packs.js';

const publisher = signerOf(1);
const stranger = signerOf(2);
const other = 'b'.repeat(64);

describe('a signed pack', () => {
  let sealed: PackEnvelope;
  beforeAll(async () => {
    sealed = sealPack(await indra(), publisher);
  });

  it('opens as what was sealed, also after a trip through JSON with other spacing', () => {
    const opened = openEnvelope(JSON.parse(JSON.stringify(sealed, null, 4)), {
      verify,
      allows: (signer) => signer === publisher.hotkey,
    });
    expect(opened).toEqual(sealed);
  });

  it.each<[string, (envelope: PackEnvelope) => unknown, string]>([
    ['one letter changed', (e) => withChange(e, 'pack.name', 'Dr. Indra Gurunq'), 'TWIN_HASH_MISMATCH'],
    ['another version number', (e) => withChange(e, 'pack.version', 2), 'TWIN_HASH_MISMATCH'],
    ['another hash', (e) => ({ ...e, sha256: other }), 'TWIN_HASH_MISMATCH'],
    [
      'a text changed and the hash made to fit',
      (e) => sealAs(withChange(e, 'pack.name', 'Dr. Evil'), e.signature),
      'TWIN_BAD_SIGNATURE',
    ],
    ['another signer named', (e) => ({ ...e, signer: stranger.address }), 'TWIN_BAD_SIGNATURE'],
    ['a signature by another key', (e) => ({ ...sealPack(e.pack, stranger), signer: e.signer }), 'TWIN_BAD_SIGNATURE'],
    ['no signature', (e) => withChange(e, 'signature', undefined), 'TWIN_PACK_INVALID'],
    ['a signature that is no hex', (e) => ({ ...e, signature: 'zz'.repeat(64) }), 'TWIN_PACK_INVALID'],
    ['a signer that is no address', (e) => ({ ...e, signer: 'nobody' }), 'TWIN_BAD_SIGNATURE'],
    ['a pack that is no pack', (e) => ({ ...e, pack: { id: 'x' } }), 'TWIN_PACK_INVALID'],
    ['something more', (e) => ({ ...e, more: 1 }), 'TWIN_PACK_INVALID'],
    ['nothing at all', () => null, 'TWIN_PACK_INVALID'],
  ])('with %s is refused', (_name, change, code) => {
    expect(() => openEnvelope(change(sealed), { verify })).toThrow(expect.objectContaining({ code }));
  });

  it('of a signer whose packs are not taken is refused before anything else is looked at', () => {
    const envelope = { ...sealPack(sealed.pack, stranger), pack: 'not looked at' };
    expect(() => openEnvelope(envelope, { verify, allows: (signer) => signer === publisher.hotkey })).toThrow(
      expect.objectContaining({ code: 'TWIN_FOREIGN_SIGNER' }),
    );
  });

  function sealAs(envelope: PackEnvelope, signature: string): PackEnvelope {
    return { ...sealPack(envelope.pack, publisher), signature };
  }
});

describe('a signed index', () => {
  const entry: TwinIndexEntry = { id: 'dr-a', version: 1, sha256: sha256Hex('a'), state: 'published', bytes: 10 };
  const now = 1_700_000_000_000;
  const open = (value: unknown, lastIssuedMs: number | null = null) =>
    openIndex(value, {
      verify,
      allows: (key) => key === publisher.hotkey,
      nowMs: now,
      lastIssuedMs: () => lastIssuedMs,
    });

  it('opens as what was sealed', () => {
    const sealed = sealIndex([entry], now, publisher);
    expect(open(JSON.parse(JSON.stringify(sealed)))).toEqual(sealed.index);
  });

  it.each<[string, SignedTwinIndex | unknown, number | null, string]>([
    [
      'a state turned round',
      withChange(sealIndex([entry], now, publisher), 'index.entries.0.state', 'withdrawn'),
      null,
      'TWIN_BAD_SIGNATURE',
    ],
    [
      'a time moved on',
      withChange(sealIndex([entry], now, publisher), 'index.issuedMs', now + 1),
      null,
      'TWIN_BAD_SIGNATURE',
    ],
    ['a stranger as publisher', sealIndex([entry], now, stranger), null, 'TWIN_FOREIGN_SIGNER'],
    ['a time before the last one', sealIndex([entry], now - 10, publisher), now - 9, 'TWIN_INDEX_STALE'],
    ['a time two hours ago', sealIndex([entry], now - 7_200_000, publisher), null, 'TWIN_INDEX_STALE'],
    ['a time ten minutes ahead', sealIndex([entry], now + 600_000, publisher), null, 'TWIN_INDEX_STALE'],
    ['one version twice', sealIndex([entry, { ...entry, sha256: other }], now, publisher), null, 'TWIN_INDEX_INVALID'],
    [
      'too many entries',
      sealIndex(
        Array.from({ length: 513 }, (_, n) => ({ ...entry, version: n + 1 })),
        now,
        publisher,
      ),
      null,
      'TWIN_INDEX_INVALID',
    ],
    ['an id with a path in it', sealIndex([{ ...entry, id: '../x' }], now, publisher), null, 'TWIN_INDEX_INVALID'],
    ['a pack of a gigabyte', sealIndex([{ ...entry, bytes: 2 ** 30 }], now, publisher), null, 'TWIN_INDEX_INVALID'],
    ['no shape', { index: [] }, null, 'TWIN_INDEX_INVALID'],
  ])('with %s is refused', (_name, value, last, code) => {
    expect(() => open(value, last)).toThrow(expect.objectContaining({ code }));
  });
});
