import { type Clock, hasCode, type Logger } from '@bettertherapy/core';
import { verify } from '@bettertherapy/wallet';
import type { Archive } from '../archive/index.js';
import { LocalnetErrorCode } from '../errors.js';
import { timestampCalls, timestampStorage } from '../pallets/clock.js';
import { systemStorage } from '../pallets/system.js';
import type { CallContext, Dispatcher } from '../runtime/call.js';
import { BlockExecution } from '../runtime/executive.js';
import { bareExtrinsic, decodeExtrinsic, type Extrinsic } from '../runtime/extrinsic.js';
import { checkNow, checkSignature, type Invalid, type ValidationFacts } from '../runtime/validate.js';
import type { Runtime, Runtimes } from '../runtime/version.js';
import type { Hex } from '../scale/index.js';
import type { StateView, VersionedState, Writes } from '../state/index.js';
import { NOBODY } from '../types/index.js';
import { type Block, sealBlock } from './block.js';
import { wholeState } from './boot.js';
import type { BlockHistory } from './history.js';
import { type PoolEntry, type PoolRefusal, type TransactionPool, tell } from './pool.js';

/** Why an extrinsic was not taken into the pool. */
export type SubmitRefusal =
  | { readonly kind: 'bad-format' }
  | { readonly kind: 'invalid'; readonly invalid: Invalid }
  | { readonly kind: 'pool'; readonly refusal: PoolRefusal };

export type Submitted = { readonly entry: PoolEntry; readonly ready: boolean } | SubmitRefusal;

export type BlockListener = (block: Block, upgraded: boolean) => void;

type OpenBlock = (step: Pick<CallContext, 'state' | 'events' | 'block'>, nowMs: number) => void;

/** The chain itself: its head, its states, its pool, and how the next block is made. Everything here is synchronous. */
export class Chain {
  private readonly listeners = new Set<BlockListener>();

  constructor(
    private readonly options: { readonly maxExtrinsicsPerBlock: number; readonly genesisHash: Hex },
    private readonly parts: {
      readonly states: VersionedState;
      readonly history: BlockHistory;
      readonly pool: TransactionPool;
      readonly runtimes: Runtimes;
      readonly dispatcher: Dispatcher;
      readonly openBlock: OpenBlock;
      readonly archive: Archive | null;
      readonly clock: Clock;
      readonly log: Logger;
    },
    private current: Block,
  ) {}

  get head(): Block {
    return this.current;
  }

  get genesisHash(): Hex {
    return this.options.genesisHash;
  }

  get pool(): TransactionPool {
    return this.parts.pool;
  }

  /** A block of the window; the head without a hash. Null when unknown or too old. */
  block(hash?: Hex): Block | null {
    return hash === undefined ? this.current : this.parts.history.block(hash);
  }

  /** The hash of genesis, of the head, or of one of the last 2400 blocks. */
  hashOf(number: number): Hex | null {
    if (number === 0) return this.genesisHash;
    if (number === this.current.number) return this.current.hash;
    const known = number > this.current.number ? NOBODY : systemStorage.BlockHash.get(this.headState(), number);
    return known === NOBODY ? null : known;
  }

  /** The state after a block; the head's without a hash. Null when it is no longer kept. */
  state(hash?: Hex): StateView | null {
    const block = this.block(hash);
    return block !== null && this.parts.states.holds(block.number) ? this.parts.states.at(block.number) : null;
  }

  runtime(view: StateView): Runtime {
    return this.parts.runtimes.at(view);
  }

  /** Called after every block; returns the unsubscribe. */
  onBlock(listener: BlockListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Checks an extrinsic and takes it into the pool. */
  submit(encoded: Uint8Array): Submitted {
    const facts = this.facts(this.headState(), this.current.number + 1);
    const extrinsic = this.decode(encoded, facts.runtime);
    if (extrinsic === null) return { kind: 'bad-format' };
    const { signed } = extrinsic;
    const invalid = checkSignature(extrinsic, facts);
    if (invalid !== null) return { kind: 'invalid', invalid };
    if (signed === null) return { kind: 'invalid', invalid: { kind: 'call' } };
    const refused = checkNow(extrinsic, signed, facts);
    if (refused !== null) return { kind: 'invalid', invalid: refused };
    const entry = this.parts.pool.add(extrinsic, signed, facts.block);
    if (typeof entry === 'string') return { kind: 'pool', refusal: entry };
    return { entry, ready: signed.nonce < this.nextNonce(signed.account) };
  }

  /** The nonce after everything of the account that is ready in the pool. */
  nextNonce(account: Hex): number {
    const { nonce } = systemStorage.Account.get(this.headState(), account);
    return nonce + this.parts.pool.chainLength(account, nonce);
  }

  /** Decodes for queries such as fees. @returns null when it is not an extrinsic of the runtime at the head. */
  decode(encoded: Uint8Array, runtime: Runtime): Extrinsic | null {
    try {
      return decodeExtrinsic(encoded, runtime);
    } catch (error) {
      if (hasCode(error, LocalnetErrorCode.BadScale)) return null;
      throw error;
    }
  }

  /** Makes the next block out of what is in the pool. */
  produce(): Block {
    const parent = this.current;
    const base = this.headState();
    const number = parent.number + 1;
    const runtime = this.parts.runtimes.at(base);
    const nowMs = Math.max(Math.round(this.parts.clock.wallMs()), timestampStorage.Now.get(base) + 1);
    const execution = new BlockExecution(
      {
        block: number,
        parentHash: parent.hash,
        runtime,
        dispatcher: this.parts.dispatcher,
        openBlock: (step) => this.parts.openBlock(step, nowMs),
      },
      base,
      { log: this.parts.log },
    );
    execution.initialise();
    const inherent = decodeExtrinsic(bareExtrinsic(runtime.calls.encode(timestampCalls.set, { now: nowMs })), runtime);
    execution.apply(inherent);
    const included = this.fill(execution, this.facts(execution.state, number));
    const { upgraded } = execution.finish();
    const block = sealBlock({
      number,
      parentHash: parent.hash,
      parentRoot: parent.header.state_root,
      writes: execution.state.writes,
      extrinsics: [inherent.encoded, ...included.map((entry) => entry.extrinsic.encoded)],
      logs: upgraded ? [{ kind: 'RuntimeEnvironmentUpdated', value: null }] : [],
    });
    this.accept(block, execution.state.writes);
    this.announce(block, included, upgraded);
    return block;
  }

  private accept(block: Block, writes: Writes): void {
    const { archive, states, history } = this.parts;
    archive?.append({ header: block.header, extrinsics: block.extrinsics, writes });
    states.commit(block.number, writes);
    history.add(block);
    this.current = block;
    archive?.rotateWhenDue(() => ({
      genesisHash: this.genesisHash,
      header: block.header,
      extrinsics: block.extrinsics,
      writes: wholeState(states, block.number),
    }));
  }

  private announce(block: Block, included: readonly PoolEntry[], upgraded: boolean): void {
    // Signatures name the runtime version, so nothing that waits can be valid under another one.
    if (upgraded) for (const entry of this.parts.pool.all()) this.parts.pool.leave(entry, 'invalid');
    for (const listener of this.listeners) listener(block, upgraded);
    for (const entry of included) {
      tell(entry, { inBlock: block.hash });
      tell(entry, { finalized: block.hash });
    }
  }

  /** Runs what is ready, oldest first and each sender in nonce order, until nothing more fits. */
  private fill(execution: BlockExecution, facts: ValidationFacts): PoolEntry[] {
    const included: PoolEntry[] = [];
    let progress = true;
    while (progress) {
      progress = false;
      for (const entry of this.parts.pool.all()) {
        if (included.length >= this.options.maxExtrinsicsPerBlock) return included;
        const { extrinsic, signed } = entry;
        const nonce = systemStorage.Account.get(facts.view, signed.account).nonce;
        if (signed.nonce > nonce && facts.block < entry.diesAt) continue;
        if (facts.block >= entry.diesAt || checkNow(extrinsic, signed, facts) !== null) {
          this.parts.pool.leave(entry, 'invalid');
          continue;
        }
        this.parts.pool.leave(entry, null);
        execution.apply(extrinsic);
        included.push(entry);
        progress = true;
      }
    }
    return included;
  }

  private headState(): StateView {
    return this.parts.states.at(this.current.number);
  }

  private facts(view: StateView, block: number): ValidationFacts {
    return {
      view,
      runtime: this.parts.runtimes.at(view),
      block,
      genesis: this.genesisHash,
      blockHash: (number) => this.hashOf(number),
      verify,
    };
  }
}
