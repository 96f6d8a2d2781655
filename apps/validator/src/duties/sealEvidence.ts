import { type Clock, describeError, type Logger, repeat } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import type { PayState } from '../epoch/payChain.js';
import type { EvidenceBook } from '../evidence/evidenceBook.js';
import type { Duty } from './duty.js';

/** How long a node may take before a round is sealed without what its weights would be. */
const CHAIN_MS = 30_000;

/** Seals every round soon after it closes, in order, also those that closed while nobody sealed. */
export class SealEvidence implements Duty {
  readonly name = 'evidence';

  constructor(
    private readonly options: { readonly everyMs: number },
    private readonly parts: {
      readonly store: Store;
      readonly book: EvidenceBook;
      readonly chain: (signal: AbortSignal) => Promise<PayState>;
      readonly clock: Clock;
      readonly log: Logger;
    },
  ) {}

  run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    const failed = (error: unknown): void => log.error('evidence could not be sealed', { error: describeError(error) });
    return repeat({ everyMs: this.options.everyMs, clock, signal, failed }, async () => {
      while (await this.sealNext(signal)) signal.throwIfAborted();
    });
  }

  /** Seals the oldest unsealed round; false when there is none. Public for tests. */
  async sealNext(signal: AbortSignal): Promise<boolean> {
    const { store, book, clock, log } = this.parts;
    const round = store.evidence.nextUnsealed();
    if (!round) return false;
    const chain = await this.snapshot(signal);
    const { sha256 } = book.seal(round, chain, clock.wallMs());
    log.info('evidence sealed', { roundId: round.id, number: round.number, sha256, weights: chain !== null });
    return true;
  }

  private async snapshot(signal: AbortSignal): Promise<PayState | null> {
    const { chain, log } = this.parts;
    try {
      return await chain(AbortSignal.any([signal, AbortSignal.timeout(CHAIN_MS)]));
    } catch (error) {
      signal.throwIfAborted();
      log.warn('evidence is sealed without weights: no node could be asked', { error: describeError(error) });
      return null;
    }
  }
}
