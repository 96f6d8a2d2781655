import type { Hotkey } from '@bettertherapy/core';
import { itemsFor, type Question, SMALL_JUDGE } from '@bettertherapy/judge';
import type { Store } from '@bettertherapy/store';
import type { Signer } from '@bettertherapy/wallet';
import { EvidenceBook } from '../../src/evidence/evidenceBook.js';
import { defaultOptions } from './fixture.js';

/** A signature of a text as evidence carries it. */
export function signedHex(text: string, signer: Signer<Hotkey>): string {
  return Buffer.from(signer.sign(new TextEncoder().encode(text))).toString('hex');
}

/** A book of evidence with the usual settings save those that are given; without a signer nobody can check its seals. */
export function bookOf(
  store: Store,
  signer: Signer<Hotkey> | null = null,
  settings: { readonly alpha: number; readonly organicShare: number } = defaultOptions,
): EvidenceBook {
  const { alpha, organicShare } = settings;
  const { self } = defaultOptions;
  const validator = signer?.address ?? self;
  return new EvidenceBook(
    {
      origin: { genesis: `0x${'00'.repeat(32)}`, netuid: 2, mecid: 0, validator },
      ...{ build: '0.1.0', alpha, organicShare, pay: { self, netuid: 2, mecid: 0, power: 4 } },
    },
    { store, sign: (text) => (signer === null ? '00'.repeat(64) : signedHex(text, signer)) },
  );
}

/** What the rubrics of these questions say of an answer that has a fault. */
export function faultStatements(bank: readonly Question[]): string[] {
  return bank.flatMap((question) =>
    itemsFor(question, true, SMALL_JUDGE).flatMap(({ points, text }) => (points < 0 ? [text] : [])),
  );
}
