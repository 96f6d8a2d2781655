import type { Hotkey } from '@bettertherapy/core';
import { parse } from '../runtime/index.js';
import { type BlockView, item } from './view.js';

const PALLET = 'SubtensorModule';

/** What registering a hotkey costs now, rao. */
export async function readBurn(view: BlockView, netuid: number): Promise<bigint> {
  return parse.bigOf(await view.one(item(PALLET, 'Burn', netuid)), 'burn');
}

/** What a new subnet costs now, rao. */
export async function readNetworkCost(view: BlockView): Promise<bigint> {
  return parse.bigOf(
    await view.call('SubnetRegistrationRuntimeApi', 'get_network_registration_cost', []),
    'network cost',
  );
}

export interface SubnetState {
  readonly exists: boolean;
  readonly neurons: number;
  readonly maxNeurons: number;
  readonly ownerHotkey: Hotkey | null;
  /** Staking is open: the owner made the start call. */
  readonly started: boolean;
  readonly mechanisms: number;
}

export async function readSubnet(view: BlockView, netuid: number): Promise<SubnetState> {
  const found = await view.read({
    exists: item(PALLET, 'NetworksAdded', netuid),
    neurons: item(PALLET, 'SubnetworkN', netuid),
    maxNeurons: item(PALLET, 'MaxAllowedUids', netuid),
    owner: item(PALLET, 'SubnetOwnerHotkey', netuid),
    started: item(PALLET, 'SubtokenEnabled', netuid),
    mechanisms: item(PALLET, 'MechanismCountCurrent', netuid),
  });
  return {
    exists: found.exists === true,
    neurons: parse.intOf(found.neurons, 'neurons'),
    maxNeurons: parse.intOf(found.maxNeurons, 'max neurons'),
    ownerHotkey: typeof found.owner === 'string' ? parse.hotkeyOf(found.owner, 'owner hotkey') : null,
    started: found.started === true,
    mechanisms: found.mechanisms === undefined ? 1 : parse.intOf(found.mechanisms, 'mechanisms'),
  };
}
