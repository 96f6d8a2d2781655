import { type Clock, describeError, type Hotkey, type Logger, withDeadline } from '@bettertherapy/core';
import { MAX_SERVED_TWINS } from '@bettertherapy/protocol';
import type { HeldPackRepository } from '@bettertherapy/store';
import type { JsonReader } from '@bettertherapy/transport';
import {
  MAX_ENVELOPE_BYTES,
  MAX_INDEX_BYTES,
  openEnvelope,
  openIndex,
  type TwinIndex,
  type TwinIndexEntry,
} from '@bettertherapy/twins';
import { ready, verify } from '@bettertherapy/wallet';
import { MinerErrorCode, minerError } from '../errors.js';
import type { HeldTwins } from './heldTwins.js';

export interface FetchOptions {
  /** Bases of gateways: `http://host:port`. */
  readonly indexes: readonly string[];
  readonly everyMs: number;
}

export interface FetchParts {
  readonly held: HeldTwins;
  readonly store: HeldPackRepository;
  readonly reader: JsonReader;
  readonly allows: (publisher: Hotkey) => boolean;
  /** Told of each index that was taken in, with the gateway it came from. */
  readonly heard?: ((publisher: Hotkey, base: string) => void) | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

const INDEX_DEADLINE_MS = 10_000;
const PACK_DEADLINE_MS = 20_000;
/** Packs kept of one publisher, so that none takes the room of all. */
const MAX_PER_PUBLISHER = 64;
/** One look at one index with everything it brings. */
const REFRESH_DEADLINE_MS = 120_000;
/** A look that a question waits for, and how often there is one at most: strangers' ids must not hold up the queue. */
const LOOK_DEADLINE_MS = 4_000;
const LOOK_EVERY_MS = 15_000;
/** After a failed look, this long at first. */
const FIRST_RETRY_MS = 2_000;

/**
 * Looks at the indexes of publishers again and again, fetches packs that are new, and lets go of what is withdrawn or
 * listed no more. Everything is verified before it is kept. Never throws after start.
 */
export class TwinFetcher {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private looking: Promise<void> | null = null;
  private lookedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly options: FetchOptions,
    private readonly parts: FetchParts,
  ) {}

  /** Serves what is kept from before and begins to look. */
  async start(): Promise<void> {
    await ready();
    this.parts.held.load();
    this.running = Promise.all(this.options.indexes.map((base) => this.follow(base))).then(() => undefined);
  }

  async close(): Promise<void> {
    this.stopping.abort(new Error('the miner is stopping'));
    await this.running;
    await this.looking;
  }

  /**
   * Looks at all indexes at once for a twin that is lacked, at most every few seconds however many ask. Resolves when
   * the look is over or has taken too long; rejects only with the signal's reason.
   */
  async lookNow(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    const now = clock.monotonicMs();
    if (this.looking === null) {
      if (now - this.lookedMs < LOOK_EVERY_MS) return;
      this.lookedMs = now;
      this.looking = Promise.all(
        this.options.indexes.map(async (base) => {
          const bound = { what: 'the twins of a publisher', ms: LOOK_DEADLINE_MS, signal: this.stopping.signal, clock };
          try {
            await withDeadline(bound, (stop) => this.refresh(base, stop));
          } catch (error) {
            log.debug('index of twins not taken', { index: base, error: describeError(error) });
          }
        }),
      ).then(() => {
        this.looking = null;
      });
    }
    const { looking } = this;
    await withDeadline({ what: 'a look at the indexes', ms: LOOK_DEADLINE_MS + 1_000, signal, clock }, () => looking);
  }

  private async follow(base: string): Promise<void> {
    const { clock, log } = this.parts;
    const { signal } = this.stopping;
    let waitMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        const bound = { what: 'the twins of a publisher', ms: REFRESH_DEADLINE_MS, signal, clock };
        await withDeadline(bound, (stop) => this.refresh(base, stop));
        waitMs = this.options.everyMs;
      } catch (error) {
        if (signal.aborted) return;
        log.warn('index of twins not taken', { index: base, error: describeError(error) });
        waitMs = Math.min(this.options.everyMs, waitMs * 2);
      }
      // Rejects only when the miner stops.
      await clock.sleep(waitMs, signal).catch(() => undefined);
    }
  }

  /** One look at one index. @throws CodedError TWIN_*, TRANSPORT_READ_FAILED, CORE_DEADLINE_EXCEEDED */
  async refresh(base: string, signal: AbortSignal): Promise<void> {
    const { held, store, reader, allows, clock, log } = this.parts;
    const terms = { deadlineMs: INDEX_DEADLINE_MS, maxBytes: MAX_INDEX_BYTES, signal };
    const index = openIndex(await reader.read(routeOf(base, 'twin-index'), terms), {
      verify,
      allows,
      nowMs: clock.wallMs(),
      lastIssuedMs: (publisher) => store.publisher(publisher)?.issuedMs ?? null,
    });
    const { publisher } = index;
    const wanted = index.entries.filter(({ state }) => state === 'published').slice(0, MAX_PER_PUBLISHER);
    for (const gone of held.settle(
      index,
      wanted.map(({ sha256 }) => sha256),
    )) {
      log.info('twin is served no more', { ...gone, publisher });
    }
    for (const entry of wanted.filter(({ sha256 }) => !held.has(publisher, sha256))) {
      if (held.size >= MAX_SERVED_TWINS) {
        log.warn('no more packs are kept', { kept: held.size, publisher });
        break;
      }
      await this.take(base, index, entry, signal);
    }
    this.parts.heard?.(publisher, base);
  }

  /** A pack that cannot be had leaves the others alone; it is tried again at the next look. */
  private async take(base: string, index: TwinIndex, entry: TwinIndexEntry, signal: AbortSignal): Promise<void> {
    const { held, reader, log } = this.parts;
    const { id, version, sha256 } = entry;
    const { publisher } = index;
    try {
      const maxBytes = Math.min(entry.bytes, MAX_ENVELOPE_BYTES);
      const terms = { deadlineMs: PACK_DEADLINE_MS, maxBytes, signal };
      const value = await reader.read(routeOf(base, `twin-packs/${sha256}`), terms);
      const envelope = openEnvelope(value, { verify, allows: (signer) => signer === publisher });
      if (envelope.sha256 !== sha256 || envelope.pack.id !== id || envelope.pack.version !== version) {
        throw minerError(
          MinerErrorCode.WrongPack,
          'the pack is another one than the index names',
          'Tell its publisher; nothing of it was kept.',
          { id, version },
        );
      }
      held.keep(envelope);
      log.info('twin is served', { id, version, publisher, name: envelope.pack.name });
    } catch (error) {
      if (signal.aborted) throw error;
      log.warn('pack not taken', { id, version, publisher, error: describeError(error) });
    }
  }
}

/** A route of a gateway; whatever path the base has is kept. */
function routeOf(base: string, route: string): URL {
  return new URL(`v1/${route}`, base.endsWith('/') ? base : `${base}/`);
}
