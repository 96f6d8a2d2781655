import { encodeSs58, type Hotkey, parseHotkey } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';
import { callerPolicy, type PolicyOptions, type Standing, toRao } from '../../src/policy.js';

const key = (n: number): Hotkey => parseHotkey(encodeSs58(new Uint8Array(32).fill(n)));
const [rich, poor, plain, stranger] = [key(1), key(2), key(3), key(4)];
const TAO = 1_000_000_000n;
const standings = new Map<Hotkey, Standing>([
  [rich, { uid: 0, validatorPermit: true, stake: 5000n * TAO }],
  [poor, { uid: 1, validatorPermit: true, stake: TAO / 2n }],
  [plain, { uid: 2, validatorPermit: false, stake: 100n * TAO }],
]);
const open: PolicyOptions = { forceValidatorPermit: false, minStake: 0n, allow: new Set(), deny: new Set() };
const decide = (options: Partial<PolicyOptions>, caller: Hotkey) =>
  callerPolicy({ ...open, ...options }, (hotkey) => standings.get(hotkey) ?? null)(caller);

describe('callerPolicy', () => {
  it.each<[string, Partial<PolicyOptions>, Hotkey, string]>([
    ['a registered validator may ask', {}, rich, 'allow'],
    ['a registered miner may ask when no permit is needed', {}, plain, 'allow'],
    ['a stranger may not ask', {}, stranger, 'unregistered'],
    ['without a permit nobody asks when one is needed', { forceValidatorPermit: true }, plain, 'no_permit'],
    ['with a permit one asks when one is needed', { forceValidatorPermit: true }, poor, 'allow'],
    ['too little stake is refused', { minStake: TAO }, poor, 'low_stake'],
    ['exactly enough stake is enough', { minStake: 100n * TAO }, plain, 'allow'],
    ['permit is asked for before stake', { forceValidatorPermit: true, minStake: 1000n * TAO }, plain, 'no_permit'],
    ['a denied hotkey is refused whatever its stake', { deny: new Set([rich]) }, rich, 'denied'],
    ['an allowed stranger may ask', { allow: new Set([stranger]) }, stranger, 'allow'],
    ['an allowed hotkey needs no permit', { allow: new Set([plain]), forceValidatorPermit: true }, plain, 'allow'],
    ['deny is stronger than allow', { allow: new Set([rich]), deny: new Set([rich]) }, rich, 'denied'],
  ])('%s', (_name, options, caller, expected) => {
    const verdict = decide(options, caller);
    expect(verdict.allow ? 'allow' : verdict.code).toBe(expected);
  });

  it('more stake goes first, and the allow list before all', () => {
    const priority = (options: Partial<PolicyOptions>, caller: Hotkey): number => {
      const verdict = decide(options, caller);
      return verdict.allow ? verdict.priority : Number.NEGATIVE_INFINITY;
    };
    expect(priority({}, rich)).toBeGreaterThan(priority({}, plain));
    expect(priority({}, plain)).toBeGreaterThan(priority({}, poor));
    expect(priority({ allow: new Set([stranger]) }, stranger)).toBeGreaterThan(priority({}, rich));
  });
});

it.each<[number, bigint]>([
  [0, 0n],
  [1.5, 1_500_000_000n],
  [4096, 4_096_000_000_000n],
  [0.000000001, 1n],
])('%d tokens are %d rao', (tokens, rao) => expect(toRao(tokens)).toBe(rao));
