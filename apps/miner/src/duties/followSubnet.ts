import type { ChainClient } from '@bettertherapy/chain';
import { type Clock, describeError, type Hotkey, type Logger, withDeadline } from '@bettertherapy/core';
import type { Roster } from '../roster.js';
import type { AxonPublisher } from './publishAxon.js';

export interface FollowOptions {
  readonly netuid: number;
  readonly hotkey: Hotkey;
  /** Blocks between two reads of the metagraph. */
  readonly everyBlocks: number;
  /** What an operator types to register again. */
  readonly registerCommand: string;
}

export interface FollowParts {
  readonly chain: Pick<ChainClient, 'metagraph' | 'onBlock'>;
  readonly roster: Roster;
  readonly publisher: Pick<AxonPublisher, 'check' | 'published'>;
  readonly readiness: { set(part: string, ok: boolean, state: string): void };
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: { metagraphSynced(outcome: 'ok' | 'error'): void; registered(yes: boolean): void } | null;
}

/** One read and what follows from it; a publish waits for its block. */
const SYNC_DEADLINE_MS = 120_000;

/**
 * Reads the metagraph every few blocks: permits and stakes for the policy, whether this hotkey is still registered, and
 * whether the chain still has our address. Never throws after start; a read that fails leaves the roster as it was.
 */
export class SubnetFollower {
  private readonly stopping = new AbortController();
  private stopListening: () => void = () => undefined;
  private running: Promise<void> | null = null;
  private nextBlock = 0;
  private registered: boolean | null = null;

  constructor(
    private readonly options: FollowOptions,
    private readonly parts: FollowParts,
  ) {}

  /** Reads once, then at new blocks. */
  async start(): Promise<void> {
    await this.sync();
    this.stopListening = this.parts.chain.onBlock((block) => {
      if (block < this.nextBlock || this.running !== null || this.stopping.signal.aborted) return;
      this.running = this.sync().finally(() => {
        this.running = null;
      });
    });
  }

  async close(): Promise<void> {
    this.stopListening();
    this.stopping.abort(new Error('the miner is stopping'));
    await this.running;
  }

  private async sync(): Promise<void> {
    const { chain, roster, metrics, log, clock, publisher, readiness } = this.parts;
    const bound = { what: 'sync with the subnet', ms: SYNC_DEADLINE_MS, signal: this.stopping.signal, clock };
    try {
      await withDeadline(bound, async (signal) => {
        const metagraph = await chain.metagraph(this.options.netuid, { signal });
        this.nextBlock = metagraph.block + this.options.everyBlocks;
        roster.replace(metagraph);
        metrics?.metagraphSynced('ok');
        readiness.set('chain', true, 'synced');
        const me = roster.neuron(this.options.hotkey);
        this.noteRegistration(me !== null);
        if (me === null) return;
        await publisher.check(me, metagraph.block, signal);
        readiness.set('published', publisher.published, publisher.published ? 'published' : 'not published');
      });
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      metrics?.metagraphSynced('error');
      readiness.set('chain', false, 'not synced');
      log.warn('metagraph not read; keeping the last one', { error: describeError(error), rosterBlock: roster.block });
    }
  }

  private noteRegistration(now: boolean): void {
    const { log, metrics, readiness } = this.parts;
    metrics?.registered(now);
    readiness.set('registration', now, now ? 'registered' : 'not registered');
    if (now === this.registered) return;
    const { netuid, hotkey, registerCommand } = this.options;
    if (!now) {
      log.error('this hotkey is no longer registered on the subnet; it earns nothing until it is', {
        netuid,
        hotkey,
        remedy: registerCommand,
      });
      readiness.set('published', false, 'not registered');
    } else if (this.registered === false) log.info('registered again', { netuid, hotkey });
    this.registered = now;
  }
}
