import { describe, expect, it } from 'vitest';
import { MEANINGS, PARAMETERS } from '../../src/commands/subnet/parameters.js';
import { fixedPoint, type ParameterValue } from '../../src/commands/subnet/readParameters.js';
import { argumentsFor, findParameter, parseValue, setterFor } from '../../src/commands/subnet/setParameter.js';

const NOW: readonly ParameterValue[] = [
  { name: 'alpha_low', scope: 'subnet', value: 45_875n, text: '45875' },
  { name: 'alpha_high', scope: 'subnet', value: 58_982n, text: '58982' },
];

describe('the names of parameters', () => {
  it('are there once each', () => {
    expect(new Set(PARAMETERS.map(({ name }) => name)).size).toBe(PARAMETERS.length);
  });

  it('an unknown one lists all known', () => {
    try {
      findParameter('tempoo');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'CLI_USAGE' });
      const { remedy } = error as { remedy: string };
      for (const { name } of PARAMETERS) expect(remedy).toContain(name);
    }
  });

  it('every explanation belongs to a name that is settable or fixed', () => {
    const fixed = ['max_weights_limit', 'activity_cutoff'];
    const known = [...PARAMETERS.map(({ name }) => name), ...fixed];
    for (const name of Object.keys(MEANINGS)) expect(known).toContain(name);
  });
});

describe('who sets', () => {
  it.each([
    ['tempo', false, 'SubtensorModule.set_tempo'],
    ['tempo', true, 'AdminUtils.sudo_set_tempo'],
    ['weights_version', false, 'AdminUtils.sudo_set_weights_version_key'],
    ['weights_rate_limit', true, 'AdminUtils.sudo_set_weights_set_rate_limit'],
    ['commit_reveal_period', false, 'AdminUtils.sudo_set_commit_reveal_weights_interval'],
    ['admin_freeze_window', true, 'AdminUtils.sudo_set_admin_freeze_window'],
  ])('%s with sudo=%s goes through %s', (name, sudo, expected) => {
    const { pallet, call } = setterFor(findParameter(name), sudo);
    expect(`${pallet}.${call}`).toBe(expected);
  });

  it.each(['weights_rate_limit', 'max_validators', 'admin_freeze_window'])('%s is not for owners', (name) => {
    expect(() => setterFor(findParameter(name), false)).toThrow(expect.objectContaining({ code: 'CLI_USAGE' }));
  });
});

describe('values', () => {
  it.each<[string, string, bigint | boolean]>([
    ['tempo', '360', 360n],
    ['min_burn', '0.0005', 500_000n],
    ['commit_reveal_weights_enabled', 'False', false],
    ['yuma_version', '3', 3n],
  ])('%s %s is %s', (name, text, value) => {
    expect(parseValue(findParameter(name), text)).toBe(value);
  });

  it.each([
    ['tempo', '-1'],
    ['tempo', '1.5'],
    ['tempo', 'true'],
    ['commit_reveal_weights_enabled', '1'],
    ['min_burn', 'free'],
    ['yuma_version', '4'],
  ])('%s %s is refused', (name, text) => {
    expect(() => parseValue(findParameter(name), text)).toThrow(expect.objectContaining({ code: 'CLI_USAGE' }));
  });

  it.each<[string, bigint | boolean, unknown[]]>([
    ['tempo', 20n, [2, 20n]],
    ['admin_freeze_window', 0n, [0n]],
    ['alpha_low', 40_000n, [2, 40_000n, 58_982n]],
    ['alpha_high', 60_000n, [2, 45_875n, 60_000n]],
    ['yuma_version', 3n, [2, true]],
    ['yuma_version', 2n, [2, false]],
  ])('%s %s is sent with the arguments of its call', (name, value, expected) => {
    expect(argumentsFor(findParameter(name), 2, value, NOW)).toEqual(expected);
  });
});

describe('fixed-point numbers', () => {
  it.each([
    [1n << 64n, 64n, '1'],
    [(126n << 64n) / 100n + 1n, 64n, '1.26'],
    [1000n << 32n, 32n, '1000'],
    [-(3n << 31n), 32n, '-1.5'],
  ])('%s over %s bits reads %s', (raw, bits, text) => {
    expect(fixedPoint(raw, bits)).toBe(text);
  });
});
