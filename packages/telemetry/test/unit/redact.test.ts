import { CodedError } from '@bettertherapy/core';
import { REDACTED, redactFields, redactText } from '@bettertherapy/telemetry';
import { describe, expect, it } from 'vitest';

const PHRASE = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';

describe('fields by name', () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    ['an api key is hidden', { apiKey: 'abc' }, { apiKey: REDACTED }],
    ['an environment name is hidden', { HF_TOKEN: 'abc' }, { HF_TOKEN: REDACTED }],
    ['a secret inside is hidden', { wallet: { secretPhrase: 'a b' } }, { wallet: { secretPhrase: REDACTED } }],
    ['a private key as bytes is hidden', { privateKey: new Uint8Array(64) }, { privateKey: REDACTED }],
    ['a list of mnemonics is hidden', { mnemonics: { coldkey: PHRASE } }, { mnemonics: REDACTED }],
    ['an invitation is hidden', { invitation: 'abc' }, { invitation: REDACTED }],
    ['a hotkey is shown', { hotkey: '5Fx' }, { hotkey: '5Fx' }],
    ['a number of tokens is shown', { maxTokens: 5, outputTokens: 7 }, { maxTokens: 5, outputTokens: 7 }],
    ['a sampling seed is shown', { seed: 7 }, { seed: 7 }],
    ['an absent secret is shown as absent', { apiKey: null }, { apiKey: null }],
  ])('%s', (_name, fields, expected) => expect(redactFields(fields)).toEqual(expected));
});

describe('texts', () => {
  it.each<[string, string, string]>([
    ['an OpenAI key', 'key sk-abcdefghijklmnop1234 here', `key ${REDACTED} here`],
    ['a hub token', 'hf_abcdefghijklmnopqrst', REDACTED],
    ['a bearer header', 'Authorization: Bearer abc.def.ghi', `Authorization: ${REDACTED}`],
    ['a webhook', 'post https://discord.com/api/webhooks/1/abc now', `post ${REDACTED} now`],
    ['user and password of an address', 'wss://me:pw@node:443', `wss://${REDACTED}@node:443`],
    ['a raw private key', `0x${'ab'.repeat(64)}`, REDACTED],
    ['a wallet phrase', PHRASE, REDACTED],
    ...['bt', 'btp', 'bts', 'bti', 'btr'].map((kind): [string, string, string] => [
      `a token of ours (${kind})`,
      `open http://127.0.0.1:9000/#key=${kind}_0123456789abcdef_${'ab'.repeat(32)} now`,
      `open http://127.0.0.1:9000/#key=${REDACTED} now`,
    ]),
  ])('%s is cut out', (_name, text, expected) => expect(redactText(text)).toBe(expected));

  it.each<[string, string]>([
    ['a block hash', `0x${'ab'.repeat(32)}`],
    ['a sentence', 'the round was scored and the weights were set on chain.'],
    ['an address', 'ws://127.0.0.1:9944'],
  ])('%s stays', (_name, text) => expect(redactText(text)).toBe(text));
});

describe('shapes', () => {
  it('an amount in rao is written as text', () => expect(redactFields({ rao: 5n })).toEqual({ rao: '5' }));
  it('a coded error shows its code and remedy', () => {
    const error = new CodedError('X_BAD', 'it broke', { remedy: 'Fix it.', details: { apiKey: 'abc' } });
    expect(redactFields({ error })).toEqual({
      error: { code: 'X_BAD', message: 'X_BAD: it broke', remedy: 'Fix it.', details: { apiKey: REDACTED } },
    });
  });
  it('a circle ends', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(JSON.stringify(redactFields(circle))).toContain('[deeper]');
  });
  it('a very long text is cut', () => {
    expect(redactText('x'.repeat(10_000)).length).toBeLessThan(5000);
  });
});
