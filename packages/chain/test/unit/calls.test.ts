import { describe, expect, it } from 'vitest';
import { finneyRuntime } from '../support/finney.js';

const runtime = finneyRuntime();
const ACCOUNT = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const AXON = {
  netuid: 102,
  version: 12_001_000,
  ip: 3405803783n,
  port: 8091,
  ipType: 4,
  protocol: 4,
  placeholder1: 0,
  placeholder2: 0,
};
const WEIGHTS = { netuid: 102, dests: [0, 1], weights: [65535, 3], versionKey: 5n };
const COMMIT = { netuid: 102, commit: `0x${'ab'.repeat(300)}`, revealRound: 32_340_463 };

/** Every call that this package makes, against the main network's own declarations: pallet, call, index, arguments. */
describe('calls on the main network', () => {
  it.each<[string, string, number[], Record<string, unknown> | unknown[]]>([
    ['SubtensorModule', 'set_weights', [7, 0], WEIGHTS],
    ['SubtensorModule', 'set_mechanism_weights', [7, 119], { ...WEIGHTS, mecid: 0 }],
    ['SubtensorModule', 'commit_timelocked_weights', [7, 113], { ...COMMIT, commitRevealVersion: 4 }],
    [
      'SubtensorModule',
      'commit_timelocked_mechanism_weights',
      [7, 118],
      { ...COMMIT, mecid: 0, commitRevealVersion: 4 },
    ],
    ['SubtensorModule', 'serve_axon', [7, 4], AXON],
    ['SubtensorModule', 'burned_register', [7, 7], { netuid: 102, hotkey: ACCOUNT }],
    ['SubtensorModule', 'register_limit', [7, 134], { netuid: 102, hotkey: ACCOUNT, limitPrice: 10n ** 9n }],
    ['SubtensorModule', 'register_network', [7, 59], { hotkey: ACCOUNT }],
    ['SubtensorModule', 'start_call', [7, 92], { netuid: 102 }],
    ['SubtensorModule', 'add_stake', [7, 2], [ACCOUNT, 102, 10n ** 9n]],
    ['SubtensorModule', 'remove_stake', [7, 3], [ACCOUNT, 102, 10n ** 9n]],
    ['Balances', 'transfer_keep_alive', [5, 3], [{ Id: ACCOUNT }, 10n ** 9n]],
    ['AdminUtils', 'sudo_set_tempo', [19], { netuid: 2, tempo: 100 }],
  ])('%s.%s encodes', (pallet, call, index, args) => {
    const { bytes } = runtime.encodeCall(pallet, call, args);
    expect([...bytes.subarray(0, index.length)]).toEqual(index);
  });

  it('wraps a call in sudo as it is', () => {
    const inner = runtime.encodeCall('AdminUtils', 'sudo_set_tempo', { netuid: 2, tempo: 100 }).bytes;
    const outer = runtime.encodeCall('Sudo', 'sudo', [inner]).bytes;
    expect(outer[0]).toBe(12);
    expect(outer.slice(2)).toEqual(inner);
  });

  it('encodes an axon in declared order and width', () => {
    const { bytes } = runtime.encodeCall('SubtensorModule', 'serve_axon', AXON);
    // netuid u16 | version u32 | ip u128 | port u16 | ip type, protocol, two placeholders
    expect(Buffer.from(bytes.subarray(2)).toString('hex')).toBe(
      `6600${'e81eb700'}${'077100cb'}${'00'.repeat(12)}${'9b1f'}04040000`,
    );
  });
});
