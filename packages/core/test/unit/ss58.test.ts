import { decodeSs58, encodeSs58, parseHotkey } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';

const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const ALICE_KEY = 'd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';

describe('SS58 addresses', () => {
  it('decodes and encodes the well-known development address', () => {
    expect(Buffer.from(decodeSs58(ALICE)).toString('hex')).toBe(ALICE_KEY);
    expect(encodeSs58(Buffer.from(ALICE_KEY, 'hex'))).toBe(ALICE);
  });

  it.each([
    ['is empty', ''],
    ['has a changed letter', ALICE.replace('w', 'x')],
    ['is cut short', ALICE.slice(0, -1)],
    ['has a letter outside base58', `${ALICE.slice(0, -1)}0`],
    ['is very long', '5'.repeat(10_000)],
    ['has the Polkadot prefix', '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5'],
  ])('refuses text that %s', (_name, text) => {
    expect(() => parseHotkey(text)).toThrowError(expect.objectContaining({ code: 'CORE_BAD_ADDRESS' }));
  });
});
