import { blake2b } from '@noble/hashes/blake2.js';
import { HDKD, secretFromSeed } from '@scure/sr25519';
import { fromHex } from './bytes.js';
import { WalletErrorCode, walletError } from './errors.js';
import { miniSecretFromMnemonic } from './mnemonic.js';

/** The public phrase behind //Alice and her friends on every Substrate development chain. */
const DEVELOPMENT_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';
const URI = /^(?<phrase>[^/]*)(?<path>(?:\/\/?[^/]+)*)(?:\/\/\/(?<password>.*))?$/u;

/** The 64-byte expanded secret of a Substrate secret URI. @throws CodedError WALLET_BAD_URI, WALLET_BAD_MNEMONIC */
export function deriveFromUri(uri: string): Uint8Array {
  const parts = URI.exec(uri)?.groups;
  if (parts === undefined) {
    throw walletError(WalletErrorCode.BadUri, 'the secret URI cannot be read', {
      remedy: 'Write it as [phrase or 0x seed][//hard][/soft][///password], for example //Alice.',
    });
  }
  const phrase = parts.phrase ?? '';
  const seed = fromHexSeed(phrase) ?? miniSecretFromMnemonic(phrase || DEVELOPMENT_PHRASE, parts.password ?? '');
  let secret: Uint8Array = secretFromSeed(seed);
  for (const [, slashes, name] of (parts.path ?? '').matchAll(/(\/\/?)([^/]+)/gu)) {
    const code = chainCode(name ?? '');
    secret = slashes === '//' ? HDKD.secretHard(secret, code) : HDKD.secretSoft(secret, code);
  }
  return secret;
}

function fromHexSeed(text: string): Uint8Array | null {
  return text.startsWith('0x') ? fromHex(text, 32) : null;
}

/** A junction's 32 bytes: a decimal number as u64, anything else as SCALE text; longer than 32 bytes is hashed. */
function chainCode(name: string): Uint8Array {
  const code = new Uint8Array(32);
  if (/^\d+$/.test(name) && BigInt(name) < 2n ** 64n) {
    new DataView(code.buffer).setBigUint64(0, BigInt(name), true);
    return code;
  }
  const text = scaleText(name);
  if (text.length > 32) return blake2b(text, { dkLen: 32 });
  code.set(text);
  return code;
}

/** SCALE: compact length, then UTF-8. */
function scaleText(text: string): Uint8Array {
  const body = new TextEncoder().encode(text);
  const length = body.length < 64 ? [body.length << 2] : [((body.length << 2) | 1) & 0xff, (body.length >> 6) & 0xff];
  if (body.length >= 2 ** 14) {
    throw walletError(WalletErrorCode.BadUri, 'a junction of the secret URI is too long', {
      remedy: 'Use a shorter name after the slash.',
    });
  }
  return Uint8Array.from([...length, ...body]);
}
