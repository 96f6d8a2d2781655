import type { Coldkey, Hotkey } from '@bettertherapy/core';
import { ChainErrorCode, chainError } from '../errors.js';
import { type Plain, parse } from '../runtime/index.js';
import { type AxonInfo, parseAxon } from './axon.js';
import type { BlockView } from './view.js';

/** One neuron at the block of its metagraph. Scores are u16 integers, 65535 being 1. */
export interface MetagraphNeuron {
  readonly uid: number;
  readonly hotkey: Hotkey;
  readonly coldkey: Coldkey;
  /** Null when the neuron never published an axon, or took it back. */
  readonly axon: AxonInfo | null;
  readonly active: boolean;
  readonly validatorPermit: boolean;
  readonly lastUpdate: number;
  /** Rao of alpha per epoch. */
  readonly emission: bigint;
  readonly dividends: number;
  readonly incentive: number;
  readonly consensus: number;
  readonly registeredAt: number;
  /** Rao. `totalStake` is the stake weight: alpha on the subnet plus the counted part of root stake. */
  readonly alphaStake: bigint;
  readonly taoStake: bigint;
  readonly totalStake: bigint;
}

/** A subnet at one block; neurons in the order of their uids, so `neurons[uid].uid === uid`. */
export interface Metagraph {
  readonly netuid: number;
  readonly mecid: number;
  readonly block: number;
  readonly blockHash: string;
  readonly tempo: number;
  readonly lastStep: number;
  readonly blocksSinceLastStep: number;
  readonly maxUids: number;
  readonly ownerHotkey: Hotkey;
  readonly ownerColdkey: Coldkey;
  readonly neurons: readonly MetagraphNeuron[];
}

const API = 'SubnetInfoRuntimeApi';

/** What is asked for, by the runtime's own field names; their positions are the index argument. */
const FIELDS = [
  'netuid', 'owner_hotkey', 'owner_coldkey', 'block', 'tempo', 'last_step', 'blocks_since_last_step', 'max_uids',
  'hotkeys', 'coldkeys', 'axons', 'active', 'validator_permit', 'last_update', 'emission', 'dividends', 'incentives',
  'consensus', 'block_at_registration', 'alpha_stake', 'tao_stake', 'total_stake',
] as const; // biome-ignore format: one list, read as one

/**
 * The metagraph in one runtime call: the selective one with the fields above, or the whole when the runtime has no
 * selective one.
 * @throws CodedError CHAIN_SUBNET_MISSING, CHAIN_UNSUPPORTED, CHAIN_DECODE
 */
export async function readMetagraph(view: BlockView, netuid: number, mecid = 0): Promise<Metagraph> {
  const answer = await callMetagraph(view, netuid, mecid);
  if (answer === null) {
    throw chainError(ChainErrorCode.SubnetMissing, `there is no subnet ${netuid}`, {
      remedy: 'Check --netuid and --subtensor.network.',
      details: { netuid, mecid },
    });
  }
  return parseMetagraph(answer, { netuid, mecid, block: view.block, blockHash: view.blockHash });
}

function callMetagraph(view: BlockView, netuid: number, mecid: number): Promise<Plain> {
  const target = mecid === 0 ? [netuid] : [netuid, mecid];
  const kind = mecid === 0 ? 'metagraph' : 'mechagraph';
  const order = view.runtime.apis.find(API, `get_selective_${kind}`)?.outputFields() ?? [];
  const indexes = FIELDS.map((field) => order.indexOf(field));
  if (order.length > 0 && !indexes.includes(-1)) return view.call(API, `get_selective_${kind}`, [...target, indexes]);
  return view.call(API, `get_${kind}`, target);
}

interface Where {
  readonly netuid: number;
  readonly mecid: number;
  readonly block: number;
  readonly blockHash: string;
}

function parseMetagraph(answer: Plain, where: Where): Metagraph {
  const graph = parse.recordOf(answer, 'metagraph');
  const hotkeys = parse.listOf(graph.hotkeys, 'hotkeys');
  const columns = {
    coldkeys: column(graph, 'coldkeys', hotkeys.length),
    axons: column(graph, 'axons', hotkeys.length),
    active: column(graph, 'active', hotkeys.length),
    permits: column(graph, 'validatorPermit', hotkeys.length),
    lastUpdate: column(graph, 'lastUpdate', hotkeys.length),
    emission: column(graph, 'emission', hotkeys.length),
    dividends: column(graph, 'dividends', hotkeys.length),
    incentives: column(graph, 'incentives', hotkeys.length),
    consensus: column(graph, 'consensus', hotkeys.length),
    registeredAt: column(graph, 'blockAtRegistration', hotkeys.length),
    alphaStake: column(graph, 'alphaStake', hotkeys.length),
    taoStake: column(graph, 'taoStake', hotkeys.length),
    totalStake: column(graph, 'totalStake', hotkeys.length),
  };
  return {
    ...where,
    tempo: parse.intOf(graph.tempo, 'tempo'),
    lastStep: parse.blocksOf(graph.lastStep, 'lastStep'),
    blocksSinceLastStep: parse.blocksOf(graph.blocksSinceLastStep, 'blocksSinceLastStep'),
    maxUids: parse.intOf(graph.maxUids, 'maxUids'),
    ownerHotkey: parse.hotkeyOf(graph.ownerHotkey, 'ownerHotkey'),
    ownerColdkey: parse.coldkeyOf(graph.ownerColdkey, 'ownerColdkey'),
    neurons: hotkeys.map((hotkey, uid) => ({
      uid,
      hotkey: parse.hotkeyOf(hotkey, 'hotkey'),
      coldkey: parse.coldkeyOf(columns.coldkeys[uid], 'coldkey'),
      axon: parseAxon(columns.axons[uid]),
      active: parse.boolOf(columns.active[uid], 'active'),
      validatorPermit: parse.boolOf(columns.permits[uid], 'validatorPermit'),
      lastUpdate: parse.blocksOf(columns.lastUpdate[uid], 'lastUpdate'),
      emission: parse.bigOf(columns.emission[uid], 'emission'),
      dividends: parse.intOf(columns.dividends[uid], 'dividends'),
      incentive: parse.intOf(columns.incentives[uid], 'incentive'),
      consensus: parse.intOf(columns.consensus[uid], 'consensus'),
      registeredAt: parse.blocksOf(columns.registeredAt[uid], 'registeredAt'),
      alphaStake: parse.bigOf(columns.alphaStake[uid], 'alphaStake'),
      taoStake: parse.bigOf(columns.taoStake[uid], 'taoStake'),
      totalStake: parse.bigOf(columns.totalStake[uid], 'totalStake'),
    })),
  };
}

/** A per-neuron column. Every column asked for must have one value per neuron: a short one would shift the uids. */
function column(graph: Readonly<Record<string, Plain>>, name: string, count: number): readonly Plain[] {
  const values = parse.listOf(graph[name], name);
  if (values.length !== count) throw parse.unexpected(`metagraph column ${name}`, `${count} values long`);
  return values;
}

/** The stake weight of one neuron, rao: what the chain compares with the stake threshold. */
export async function readMetagraphStake(view: BlockView, netuid: number, uid: number): Promise<bigint> {
  const order = view.runtime.apis.find(API, 'get_selective_metagraph')?.outputFields() ?? [];
  const index = order.indexOf('total_stake');
  const answer =
    index < 0
      ? await view.call(API, 'get_metagraph', [netuid])
      : await view.call(API, 'get_selective_metagraph', [netuid, [index]]);
  return parse.bigOf(parse.listOf(parse.recordOf(answer, 'metagraph').totalStake, 'totalStake')[uid], 'stake weight');
}
