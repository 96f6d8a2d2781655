import { NETWORKS } from '@bettertherapy/chain';
import { parseSs58 } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';
import { type ChainKind, chainKind, requireDevelopmentChain } from '../../src/commands/chain.js';
import { approve, type Consent, consentRule, type Intent } from '../../src/commands/spending.js';
import type { Terminal } from '../../src/commands/terminal.js';

const FINNEY = NETWORKS.finney.genesisHash ?? '';
const TEST = NETWORKS.test.genesisHash ?? '';
const OWN = `0x${'12'.repeat(32)}`;
const ASK_ONLY_IF_NEEDED: Consent = { yes: false, confirm: false };

describe('which chain it is', () => {
  it.each<[string, ChainKind]>([
    [FINNEY, 'finney'],
    [FINNEY.toUpperCase().replace('0X', '0x'), 'finney'],
    [TEST, 'test'],
    [OWN, 'development'],
  ])('follows from the genesis %s: %s', (genesis, kind) => {
    expect(chainKind(genesis)).toBe(kind);
  });

  it.each([FINNEY, TEST])('development keys are refused at genesis %s', (genesis) => {
    expect(() => requireDevelopmentChain(genesis, 'it')).toThrow(
      expect.objectContaining({ code: 'CLI_DEVELOPMENT_ONLY' }),
    );
  });

  it('development keys are welcome elsewhere', () => {
    expect(() => requireDevelopmentChain(OWN, 'it')).not.toThrow();
  });
});

describe('whether to ask', () => {
  it.each<[ChainKind, boolean, boolean, boolean, string]>([
    ['finney', false, false, true, 'ask'],
    ['finney', false, false, false, 'refuse'],
    ['finney', true, false, true, 'send'],
    ['finney', true, false, false, 'send'],
    ['finney', false, true, true, 'ask'],
    ['test', false, false, false, 'send'],
    ['test', false, true, true, 'ask'],
    ['test', false, true, false, 'refuse'],
    ['development', false, false, true, 'send'],
    ['development', false, true, false, 'refuse'],
    ['development', true, true, false, 'send'],
  ])('on %s with yes=%s confirm=%s and terminal=%s: %s', (kind, yes, confirm, interactive, rule) => {
    expect(consentRule(kind, { yes, confirm }, interactive)).toBe(rule);
  });
});

const intent: Intent = {
  title: 'Register hotkey default on subnet 102',
  call: 'SubtensorModule.register_limit',
  signer: parseSs58('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'),
  signerName: 'coldkey miner',
  args: [['netuid', '102']],
  price: 500_000_001n,
};

/** Runs an approval; `answer` null is no terminal. */
async function approval(genesisHash: string, answer: string | null, consent = ASK_ONLY_IF_NEEDED, balance = 10n ** 9n) {
  const notes: string[] = [];
  const questions: string[] = [];
  const terminal: Terminal = {
    interactive: answer !== null,
    ask: (question) => {
      questions.push(question);
      return Promise.resolve(answer ?? '');
    },
    askSecret: () => Promise.reject(new Error('no secret is needed')),
    readPiped: () => Promise.resolve(''),
  };
  const context = { note: (text: string) => void notes.push(text), terminal, signal: new AbortController().signal };
  const failure = await approve(intent, consent, { genesisHash, balance }, context).then(
    () => null,
    (error: unknown) => error,
  );
  return { failure, shown: notes.join(''), questions };
}

describe('approval', () => {
  it('on finney shows the exact price, the call and the signer, and goes on after a yes', async () => {
    const { failure, shown, questions } = await approval(FINNEY, ' Yes ');
    expect(failure).toBeNull();
    expect(questions).toHaveLength(1);
    for (const text of ['0.500000001 TAO', 'SubtensorModule.register_limit', intent.signer, 'finney', '102']) {
      expect(shown).toContain(text);
    }
  });

  it.each(['', 'n', 'yep', 'no'])('on finney the answer %j sends nothing', async (answer) => {
    expect((await approval(FINNEY, answer)).failure).toMatchObject({ code: 'CLI_NOT_CONFIRMED' });
  });

  it('on finney without a terminal refuses, but shows what it would have been', async () => {
    const { failure, shown } = await approval(FINNEY, null);
    expect(failure).toMatchObject({ code: 'CLI_NO_TERMINAL' });
    expect(shown).toContain('0.500000001 TAO');
  });

  it('with --yes shows it and does not ask', async () => {
    const { failure, shown, questions } = await approval(FINNEY, 'n', { yes: true, confirm: false });
    expect(failure).toBeNull();
    expect(questions).toEqual([]);
    expect(shown).toContain('0.500000001 TAO');
  });

  it('on other chains does not ask', async () => {
    expect(await approval(TEST, 'n')).toMatchObject({ failure: null, questions: [] });
  });

  it('refuses before asking what the balance cannot pay', async () => {
    const { failure, questions } = await approval(FINNEY, 'y', ASK_ONLY_IF_NEEDED, 500_000_000n);
    expect(failure).toMatchObject({ code: 'CLI_NOT_ENOUGH_BALANCE' });
    expect(questions).toEqual([]);
  });
});
