import type { Clock } from '@bettertherapy/core';
import type { Archive, BlockRecord } from '../archive/index.js';
import type { BeaconConfiguration } from '../pallets/drand.js';
import { writeGenesis } from '../runtime/genesis.js';
import type { Hex } from '../scale/index.js';
import { Overlay, type VersionedState, type Writes } from '../state/index.js';
import { NOBODY } from '../types/index.js';
import { type Block, blockOf, sealBlock } from './block.js';
import type { BlockHistory } from './history.js';

interface BootParts {
  readonly states: VersionedState;
  readonly history: BlockHistory;
  readonly archive: Archive | null;
  readonly clock: Clock;
}

/** Fills the states and the history, from disk when there is a chain, else with a fresh genesis. */
export function boot(
  parts: BootParts,
  facts: { readonly beacon: BeaconConfiguration },
): { readonly head: Block; readonly genesisHash: Hex } {
  const restored = parts.archive?.restore() ?? null;
  if (restored === null) return freshChain(parts, facts);
  let head = take(parts, restored.snapshot);
  for (const record of restored.blocks) head = take(parts, record);
  parts.archive?.resume();
  return { head, genesisHash: restored.snapshot.genesisHash };
}

function take({ states, history }: BootParts, record: BlockRecord): Block {
  const block = blockOf(record.header, record.extrinsics);
  states.commit(block.number, record.writes);
  history.add(block);
  return block;
}

function freshChain(
  parts: BootParts,
  facts: { readonly beacon: BeaconConfiguration },
): { readonly head: Block; readonly genesisHash: Hex } {
  const state = new Overlay(parts.states.at(-1));
  writeGenesis(state, { nowMs: Math.round(parts.clock.wallMs()), beacon: facts.beacon });
  const { writes } = state;
  const genesis = sealBlock({
    number: 0,
    parentHash: NOBODY,
    parentRoot: NOBODY,
    writes,
    extrinsics: [],
    logs: [],
  });
  take(parts, { header: genesis.header, extrinsics: [], writes });
  parts.archive?.startSegment({ genesisHash: genesis.hash, header: genesis.header, extrinsics: [], writes });
  return { head: genesis, genesisHash: genesis.hash };
}

/** Everything that a state holds. */
export function wholeState(states: VersionedState, block: number): Writes {
  const view = states.at(block);
  return new Map(view.keys('0x').map((key) => [key, view.get(key) ?? null]));
}
