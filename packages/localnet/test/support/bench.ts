import { silentLogger } from '@bettertherapy/core';
import { ready } from '@bettertherapy/wallet';
import { Beacon } from '../../src/beacon/index.js';
import type { CallDecl } from '../../src/declare/pallet.js';
import { type DevAccountName, devAccount } from '../../src/devAccounts.js';
import { adminCalls } from '../../src/pallets/adminUtils.js';
import { subtensorErrors } from '../../src/pallets/subtensor/errors.js';
import { subtensorCalls } from '../../src/pallets/subtensor/index.js';
import type { Origin } from '../../src/runtime/call.js';
import { writePulses } from '../../src/runtime/drand.js';
import { EventLog } from '../../src/runtime/events.js';
import { allCalls } from '../../src/runtime/executive.js';
import { writeGenesis } from '../../src/runtime/genesis.js';
import { runCoinbase } from '../../src/runtime/subtensor/coinbase.js';
import { revealTimelocked } from '../../src/runtime/subtensor/timelock.js';
import { Runtime } from '../../src/runtime/version.js';
import { type Hex, type StructOf, toHex } from '../../src/scale/index.js';
import { Overlay, VersionedState } from '../../src/state/index.js';
import type { DispatchError } from '../../src/types/index.js';

const GENESIS_MS = 1_800_000_000_000;
const BLOCK_MS = 1000;

/** The runtime without blocks, pool or sockets: calls are dispatched directly and blocks are counted by hand. */
export class Bench {
  readonly runtime = new Runtime({ specVersion: 425, callIndexOffset: 0 }, { blockMs: BLOCK_MS });
  readonly state = new Overlay(new VersionedState({ historyBlocks: 16 }).at(-1));
  readonly events = new EventLog(this.runtime.palletIndex);
  readonly beacon = new Beacon();
  private readonly dispatcher = allCalls();
  block = 0;
  /** Whether blocks write beacon rounds; signing them is slow, so only tests about timelocks have it on. */
  pulses = false;

  static async open(): Promise<Bench> {
    await ready();
    const bench = new Bench();
    const beacon = bench.beacon.configuration(GENESIS_MS / 1000, 1);
    writeGenesis(bench.state, { nowMs: GENESIS_MS, beacon });
    return bench;
  }

  get nowMs(): number {
    return GENESIS_MS + this.block * BLOCK_MS;
  }

  /** The next `count` blocks, without extrinsics. */
  blocks(count: number): void {
    for (let i = 0; i < count; i++) {
      this.block += 1;
      const step = { state: this.state, events: this.events, block: this.block };
      if (this.pulses) writePulses(step, this.beacon, this.nowMs);
      revealTimelocked(step, silentLogger);
      runCoinbase(step);
    }
  }

  /** Runs a call in the present block. @returns the error's name, or null. */
  run<D extends CallDecl>(origin: Origin | Hex, decl: D, args: StructOf<D['args']>): string | null {
    const from: Origin = typeof origin === 'string' ? { kind: 'signed', account: origin } : origin;
    const context = {
      state: this.state,
      events: this.events,
      block: this.block,
      origin: from,
      dispatcher: this.dispatcher,
      inBatch: false,
    };
    const error = this.dispatcher.dispatch(context, { decl, args });
    return error === null ? null : errorName(error);
  }

  root<D extends CallDecl>(decl: D, args: StructOf<D['args']>): void {
    const error = this.run({ kind: 'root' }, decl, args);
    if (error !== null) throw new Error(`${decl.name}: ${error}`);
  }

  /** Runs a call that must succeed. */
  must<D extends CallDecl>(origin: Hex, decl: D, args: StructOf<D['args']>): void {
    const error = this.run(origin, decl, args);
    if (error !== null) throw new Error(`${decl.name}: ${error}`);
  }

  /** A started subnet 2 of //Alice whose hotkey is `hotkeyOf(0)`, without rate limits or commit-reveal. */
  subnet(tempo: number): void {
    this.block = 1;
    const owner = account('Alice');
    this.must(owner, subtensorCalls.register_network, { hotkey: hotkeyOf(0) });
    this.root(adminCalls.sudo_set_admin_freeze_window, { window: 0 });
    this.root(adminCalls.sudo_set_tempo, { netuid: 2, tempo });
    this.root(adminCalls.sudo_set_weights_set_rate_limit, { netuid: 2, weights_set_rate_limit: 0 });
    this.root(adminCalls.sudo_set_commit_reveal_weights_enabled, { netuid: 2, enabled: false });
    this.must(owner, subtensorCalls.start_call, { netuid: 2 });
  }

  /** Registers `hotkeyOf(index)` on subnet 2 for a coldkey, with some stake. */
  neuron(index: number, coldkey: Hex, stake: bigint): Hex {
    const hotkey = hotkeyOf(index);
    this.must(coldkey, subtensorCalls.burned_register, { netuid: 2, hotkey });
    if (stake > 0n) this.must(coldkey, subtensorCalls.add_stake, { hotkey, netuid: 2, amount_staked: stake });
    return hotkey;
  }
}

/** A hotkey without a secret; calls are dispatched here without signatures. */
export function hotkeyOf(index: number): Hex {
  return toHex(new Uint8Array(32).fill(0xa0 + index));
}

export function account(name: DevAccountName): Hex {
  return toHex(devAccount(name).publicKey);
}

function errorName(error: DispatchError): string {
  if (error.kind !== 'Module') return error.value === null ? error.kind : `${error.kind}.${String(error.value)}`;
  const position = error.value.error[0] ?? 0;
  return error.value.index === 7 ? (subtensorErrors[position] ?? 'unknown') : `${error.value.index}:${position}`;
}
