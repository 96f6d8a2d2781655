import { encodeSs58 } from '@bettertherapy/core';
import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import { decryptKeyfile, encryptKeyfile, keyfileForm } from '../../src/encryption.js';
import { passwordEnvName, passwordFromEnv, signerFromMnemonic, signerFromUri, verify } from '../../src/index.js';
import { parseKeyfile } from '../../src/keyfile.js';
import { encodePasswordForEnv, requireStrongPassword } from '../../src/passwords.js';
import { expandedFromStored, storedFromExpanded } from '../../src/secretKey.js';

const ABANDON = `${'abandon '.repeat(11)}about`;
const SEED = '0x4ed8d4b17698ddeaa1f1559f152f87b5d472f725ca86d341bd0276f1b61197e2';
const ADDRESS = '5EPCUjPxiHAcNooYipQFWr9NmmXJKpNG5RhcntXwbtUySrgH';
const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const ALICE_JS =
  '98319d4ff8a9508c4bb0cf0b5a78d760a0b2082c02775e6e82370816fedfff48925a225d97aa00682d6a59b95b18780c10d7032336e88f3442b42361f4a66011';
const ALICE_FILE =
  '33a6f3093f158a7109f679410bef1a0c54168145e0cecb4df006c1c2fffb1f09925a225d97aa00682d6a59b95b18780c10d7032336e88f3442b42361f4a66011';

const file = (content: unknown): Uint8Array =>
  new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content));
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

describe('reading key files', () => {
  const readable: [string, unknown, string][] = [
    ['a phrase', { secretPhrase: ABANDON }, ADDRESS],
    ['a phrase with untidy spaces', { secretPhrase: ` ${ABANDON.replaceAll(' ', '  ')} ` }, ADDRESS],
    ['a seed', { secretSeed: SEED }, ADDRESS],
    ['a private key', { privateKey: `0x${ALICE_FILE}` }, ALICE],
    ['the phrase before the seed', { secretPhrase: ABANDON, secretSeed: `0x${'11'.repeat(32)}` }, ADDRESS],
    ['the seed before the private key', { secretSeed: SEED, privateKey: `0x${ALICE_FILE}` }, ADDRESS],
    ['nulls for what is unknown', { secretPhrase: null, secretSeed: SEED, cryptoType: null }, ADDRESS],
    ['a numeric crypto type', { secretSeed: SEED, ss58Address: ADDRESS, cryptoType: 1 }, ADDRESS],
    ['a textual crypto type', { secretSeed: SEED, cryptoType: '1' }, ADDRESS],
    ['fields it does not know', { secretSeed: SEED, accountType: 'hot', signingScheme: 'x', more: [1] }, ADDRESS],
    ['bare seed text', `${SEED}\n`, ADDRESS],
    ['bare seed text without a prefix', SEED.slice(2), ADDRESS],
    ['bare private key text', ALICE_FILE, ALICE],
    ['a bare mnemonic', ABANDON, ADDRESS],
  ];
  it.each(readable)('takes %s', (_name, content, address) => {
    const key = parseKeyfile(file(content));
    expect(key.address).toBe(address);
    const message = file('message');
    expect(verify(message, key.signer?.sign(message) ?? new Uint8Array(), key.publicKey)).toBe(true);
  });

  it.each([
    ['an address', { ss58Address: ALICE }],
    ['an address under the old misspelt key', { ' ss58Address': ALICE }],
    ['a public key', { publicKey: `0x${Buffer.from(signerFromUri('//Alice').publicKey).toString('hex')}` }],
  ])('takes %s without a secret', (_name, content) => {
    expect(parseKeyfile(file(content))).toMatchObject({ address: ALICE, signer: null });
  });

  const edAddress = encodeSs58(ed25519.getPublicKey(hex(SEED.slice(2))));
  it.each([
    ['a secret of another address', { secretSeed: SEED, ss58Address: ALICE }, 'WALLET_MISMATCH'],
    ['an ed25519 key by its address', { secretSeed: SEED, ss58Address: edAddress }, 'WALLET_UNSUPPORTED_CRYPTO'],
    ['an ed25519 key by its type', { secretSeed: SEED, cryptoType: 0 }, 'WALLET_UNSUPPORTED_CRYPTO'],
    ['a polkadot.js export', { encoded: 'x', encoding: {} }, 'WALLET_MALFORMED'],
    ['an empty object', {}, 'WALLET_MALFORMED'],
    ['a short seed', { secretSeed: '0x12' }, 'WALLET_MALFORMED'],
    ['a seed that is a number', { secretSeed: 12 }, 'WALLET_MALFORMED'],
    ['a zero private key', { privateKey: `0x${'00'.repeat(64)}` }, 'WALLET_MALFORMED'],
    ['a private key out of range', { privateKey: `0x${'ff'.repeat(64)}` }, 'WALLET_MALFORMED'],
    ['a bad address', { ss58Address: `${ALICE.slice(0, -1)}X` }, 'WALLET_MALFORMED'],
    ['a phrase with a wrong checksum', { secretPhrase: 'abandon '.repeat(12) }, 'WALLET_BAD_MNEMONIC'],
    ['broken JSON', '{"secretSeed":', 'WALLET_MALFORMED'],
    ['other text', 'hello', 'WALLET_MALFORMED'],
    ['nothing', '', 'WALLET_MALFORMED'],
  ])('refuses %s', (_name, content, code) => {
    expect(() => parseKeyfile(file(content))).toThrow(expect.objectContaining({ code }));
  });
});

describe('private keys in files', () => {
  it('are the scalar itself, an eighth of what libraries hold', () => {
    expect(Buffer.from(storedFromExpanded(hex(ALICE_JS))).toString('hex')).toBe(ALICE_FILE);
    expect(Buffer.from(expandedFromStored(hex(ALICE_FILE)) ?? []).toString('hex')).toBe(ALICE_JS);
  });
});

describe('encryption', () => {
  const cheap = { passes: 3, memoryBytes: 1 << 20 };

  it('opens what it sealed, and not with another password or a changed byte', async () => {
    const sealed = await encryptKeyfile(file('content'), 'correct horse', cheap);
    expect(keyfileForm(sealed)).toBe('nacl');
    expect(sealed).toHaveLength(5 + 24 + 16 + 7);
    expect(new TextDecoder().decode(await decryptKeyfile(sealed, 'correct horse', cheap))).toBe('content');
    const wrong = expect.objectContaining({ code: 'WALLET_WRONG_PASSWORD' });
    await expect(decryptKeyfile(sealed, 'wrong horse', cheap)).rejects.toThrow(wrong);
    const damaged = sealed.map((byte, at) => (at === 40 ? byte ^ 1 : byte));
    await expect(decryptKeyfile(damaged, 'correct horse', cheap)).rejects.toThrow(wrong);
    await expect(decryptKeyfile(sealed.subarray(0, 20), 'correct horse', cheap)).rejects.toThrow(wrong);
  });

  it.each([
    ['$ANSIBLE_VAULT;1.1;AES256\n3132', 'ansible'],
    ['gAAAAABjk', 'fernet'],
    ['{"a":1}', 'plain'],
  ])('tells the form of %s', async (content, form) => {
    expect(keyfileForm(file(content))).toBe(form);
    if (form === 'plain') return;
    await expect(decryptKeyfile(file(content), 'x')).rejects.toMatchObject({
      code: 'WALLET_UNSUPPORTED_ENCRYPTION',
      remedy: expect.stringContaining('btcli'),
    });
  });
});

describe('passwords', () => {
  it('are found under the name btcli gives the file', () => {
    const name = passwordEnvName('/home/me/.bittensor/wallets/default/coldkey');
    expect(name).toBe('BT_PW__HOME_ME__BITTENSOR_WALLETS_DEFAULT_COLDKEY');
    const encoded = encodePasswordForEnv(name, 'pässword');
    expect(passwordFromEnv({ [name]: encoded }, '/home/me/.bittensor/wallets/default/coldkey')).toBe('pässword');
    expect(
      passwordFromEnv({ [name]: encoded, BT_WALLET_PASSWORD: 'plain' }, '/home/me/.bittensor/wallets/default/coldkey'),
    ).toBe('plain');
    expect(passwordFromEnv({ BT_WALLET_PASSWORD: '' }, '/x')).toBeNull();
  });

  it.each([
    ['short', false],
    ['aaaaaaaaaaaaaaaaaaaaaa', false],
    ['aaaa11', false],
    ['Sunlit-harbour7', true],
    ['correct horse battery', true],
  ])('%j is strong enough: %s', (password, ok) => {
    const check = (): void => requireStrongPassword(password);
    if (ok) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'WALLET_WEAK_PASSWORD' }));
  });
});

it('a mnemonic gives the address its file states', () => {
  expect(signerFromMnemonic(ABANDON).address).toBe(ADDRESS);
});
