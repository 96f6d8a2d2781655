import type { Hotkey } from '@bettertherapy/core';
import { parse } from '../runtime/index.js';
import { type AxonInfo, parseAxon } from './axon.js';
import { mechanismIndex } from './mechanism.js';
import { type BlockView, item } from './view.js';

const PALLET = 'SubtensorModule';

/** The uid of a hotkey on a subnet; null when it is not registered there. */
export async function readUid(view: BlockView, netuid: number, hotkey: Hotkey): Promise<number | null> {
  const uid = await view.one(item(PALLET, 'Uids', netuid, hotkey));
  return uid === null ? null : parse.intOf(uid, 'uid');
}

/** The weights a validator has on chain (revealed ones, when commit-reveal is on), as stored: u16 pairs. */
export async function readWeights(
  view: BlockView,
  netuid: number,
  uid: number,
  mecid = 0,
): Promise<{ uids: number[]; values: number[] }> {
  const rows = parse.listOf(await view.one(item(PALLET, 'Weights', mechanismIndex(netuid, mecid), uid)), 'weights');
  const pairs = rows.map((row) => parse.intsOf(row, 'weight'));
  return { uids: pairs.map(([target = 0]) => target), values: pairs.map(([, value = 0]) => value) };
}

/** Whether a timelocked commit of a hotkey, made in `epoch`, still waits to be opened; null when the runtime does not say. */
export async function readCommitWaits(
  view: BlockView,
  netuid: number,
  hotkey: Hotkey,
  epoch: number,
  mecid = 0,
): Promise<boolean | null> {
  const { commits } = await view.read({
    commits: item(PALLET, 'TimelockedWeightCommits', mechanismIndex(netuid, mecid), epoch),
  });
  if (commits === undefined) return null;
  return parse.listOf(commits, 'timelocked commits').some((commit) => parse.listOf(commit, 'commit')[0] === hotkey);
}

/** Incentives of the last epoch by uid, u16; the block they were read at. Empty before the first epoch. */
export interface Incentives {
  readonly block: number;
  readonly blockHash: string;
  readonly values: readonly number[];
}

export async function readIncentives(view: BlockView, netuid: number, mecid = 0): Promise<Incentives> {
  const values = await view.one(item(PALLET, 'Incentive', mechanismIndex(netuid, mecid)));
  return { block: view.block, blockHash: view.blockHash, values: parse.intsOf(values, 'incentives') };
}

/** What the chain knows of a hotkey's right to set weights. */
export interface ValidatorStanding {
  readonly uid: number | null;
  readonly permit: boolean;
  /** Block of the last set or commit (or of the registration); null when not registered. */
  readonly lastUpdate: number | null;
}

export async function readStanding(
  view: BlockView,
  netuid: number,
  hotkey: Hotkey,
  mecid = 0,
): Promise<ValidatorStanding> {
  const found = await view.read({
    uid: item(PALLET, 'Uids', netuid, hotkey),
    permits: item(PALLET, 'ValidatorPermit', netuid),
    updates: item(PALLET, 'LastUpdate', mechanismIndex(netuid, mecid)),
  });
  if (found.uid === null || found.uid === undefined) return { uid: null, permit: false, lastUpdate: null };
  const uid = parse.intOf(found.uid, 'uid');
  const update = parse.listOf(found.updates, 'last updates')[uid];
  return {
    uid,
    permit: parse.listOf(found.permits, 'permits')[uid] === true,
    lastUpdate: update === undefined ? null : parse.blocksOf(update, 'last update'),
  };
}

/** What a hotkey published; null when nothing. */
export async function readAxon(view: BlockView, netuid: number, hotkey: Hotkey): Promise<AxonInfo | null> {
  return parseAxon(await view.one(item(PALLET, 'Axons', netuid, hotkey)));
}
