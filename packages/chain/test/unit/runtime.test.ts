import { describe, expect, it } from 'vitest';
import { finneyRuntime } from '../support/finney.js';

const runtime = finneyRuntime();
const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';

describe('Runtime on the main network metadata', () => {
  it('makes the storage key that the reference gives for SubnetworkN(102)', () => {
    expect(runtime.storage('SubtensorModule', 'SubnetworkN')?.key([102])).toBe(
      '0x658faa385070e074c85bf6b568cf0555a1048e9d244171852dfe8db314dc68ca6600',
    );
  });

  it('takes call names in either spelling and puts named arguments in order', () => {
    const byName = runtime.encodeCall('SubtensorModule', 'burned_register', { hotkey: ALICE, netuid: 102 });
    const inOrder = runtime.encodeCall('subtensorModule', 'burnedRegister', [102, ALICE]);
    expect(byName.bytes).toEqual(inOrder.bytes);
    expect([...inOrder.bytes.subarray(0, 4)]).toEqual([7, 7, 102, 0]);
  });

  it.each([
    ['an unknown call', () => runtime.encodeCall('SubtensorModule', 'fly', []), 'CHAIN_UNSUPPORTED'],
    ['too few arguments', () => runtime.encodeCall('SubtensorModule', 'burned_register', [1]), 'CHAIN_BAD_ARGUMENTS'],
    [
      'a misspelt argument',
      () => runtime.encodeCall('Balances', 'transfer_all', { to: ALICE, keepAlive: true }),
      'CHAIN_BAD_ARGUMENTS',
    ],
    ['a key too many', () => runtime.storage('SubtensorModule', 'Tempo')?.key([1, 2]), 'CHAIN_BAD_ARGUMENTS'],
  ])('refuses %s with a code', (_name, act, code) => {
    expect(act).toThrow(expect.objectContaining({ code }));
  });

  it('reads defaults from the metadata when a value is absent', () => {
    expect(runtime.storage('SubtensorModule', 'CommitRevealWeightsVersion')?.decode(null)).toBe(4n);
    expect(runtime.storage('SubtensorModule', 'Axons')?.decode(null)).toBeNull();
    expect(runtime.storage('Drand', 'BeaconConfig')?.decode(null)).toMatchObject({
      period: 3n,
      genesisTime: 1692803367n,
    });
  });

  it('lists the fields of the selective metagraph in the order of its index argument', () => {
    const fields = runtime.apis.find('SubnetInfoRuntimeApi', 'get_selective_metagraph')?.outputFields() ?? [];
    expect(fields.indexOf('hotkeys')).toBe(52);
    expect(fields.indexOf('total_stake')).toBe(69);
    expect(fields).toHaveLength(74);
  });

  it('knows the names of pallet errors', () => {
    expect(runtime.palletError(7, 0)).toMatchObject({ pallet: 'SubtensorModule', name: 'RootNetworkDoesNotExist' });
    expect(runtime.palletError(7, 250)).toBeNull();
    expect(runtime.palletError(250, 0)).toBeNull();
  });

  it('has the block time as a constant', () => {
    expect(runtime.constant('Aura', 'SlotDuration')).toBe(12_000n);
    expect(runtime.constant('Aura', 'Nothing')).toBeNull();
  });
});
