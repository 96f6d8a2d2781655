import { pbkdf2Sync } from 'node:crypto';
import { generateMnemonic as generateWords, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { WalletErrorCode, walletError } from './errors.js';

const WORD_COUNTS = new Set([12, 15, 18, 21, 24]);

/** Twelve English words from 128 random bits. */
export function generateMnemonic(): string {
  return generateWords(wordlist, 128);
}

/** Words in lower case with single spaces, as they are stored. */
export function normaliseMnemonic(words: string): string {
  return words.normalize('NFKD').trim().toLowerCase().split(/\s+/u).join(' ');
}

/** True when the text could be a mnemonic by its word count and letters; the checksum is not tested. */
export function looksLikeMnemonic(text: string): boolean {
  const words = text.trim().split(/\s+/u);
  return WORD_COUNTS.has(words.length) && words.every((word) => /^[a-z]+$/.test(word));
}

/**
 * The 32-byte mini-secret of a mnemonic by Substrate's BIP39 variant: PBKDF2-HMAC-SHA512 over the entropy (not the
 * words), salt "mnemonic" + password, 2048 rounds, first half.
 * @throws CodedError WALLET_BAD_MNEMONIC
 */
export function miniSecretFromMnemonic(words: string, password = ''): Uint8Array {
  let entropy: Uint8Array;
  try {
    entropy = mnemonicToEntropy(normaliseMnemonic(words), wordlist);
  } catch {
    // The library's message quotes the words, so it must not travel as a cause.
    throw walletError(WalletErrorCode.BadMnemonic, 'the mnemonic is not a valid list of words', {
      remedy: 'Give 12, 15, 18, 21 or 24 English BIP39 words in their order; the last one carries a checksum.',
    });
  }
  const salt = `mnemonic${password}`.normalize('NFKD');
  return new Uint8Array(pbkdf2Sync(entropy, salt, 2048, 64, 'sha512').subarray(0, 32));
}
