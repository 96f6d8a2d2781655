import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, describeError, type Hotkey, hasErrno, type Logger, withDeadline } from '@bettertherapy/core';
import { type AdapterFolder, fetchAdapter, type ModelInfo, sameModel, type WantedAdapter } from '@bettertherapy/llm';
import type { TwinAdapter } from '@bettertherapy/twins';
import type { HeldTwins } from './heldTwins.js';

export interface AdapterFetchOptions {
  /** Only this fetcher writes here; what no kept pack names is deleted from it. */
  readonly dir: string;
  /** Bytes of all fetched adapters together; 0 fetches none. */
  readonly roomBytes: number;
  /** Between two looks at what is lacked. */
  readonly everyMs: number;
}

export interface AdapterFetchParts {
  readonly held: HeldTwins;
  readonly folder: AdapterFolder;
  readonly model: { readonly info: Pick<ModelInfo, 'names' | 'capabilities'> };
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: { adapterFetched(outcome: 'ok' | 'error'): void } | null;
}

const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 3_600_000;
/** A download may take as long as it moves; this is for one that goes on for ever. */
const FETCH_DEADLINE_MS = 6 * 3_600_000;

/**
 * Fetches the adapters that kept packs name and this miner lacks, one at a time, from the gateway that published the pack
 * and then from the address in the pack. Lets go of fetched ones that no kept pack names any more: a withdrawn twin's
 * adapter goes too. Never throws after start.
 */
export class AdapterFetcher {
  private readonly stopping = new AbortController();
  /** Where each publisher was last heard. */
  private readonly bases = new Map<Hotkey, string>();
  private readonly retryAt = new Map<string, { readonly atMs: number; readonly waitMs: number }>();
  private woken = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: AdapterFetchOptions,
    private readonly parts: AdapterFetchParts,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.stopping.abort(new Error('the miner is stopping'));
    await this.running;
  }

  /** An index of this publisher was taken in from this gateway; there may be something new. */
  heard(publisher: Hotkey, base: string): void {
    this.bases.set(publisher, base);
    this.woken.abort();
  }

  private async run(): Promise<void> {
    const { clock, log } = this.parts;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.woken = new AbortController();
      try {
        await this.round(signal);
      } catch (error) {
        if (!signal.aborted) log.warn('adapters not looked after', { error: describeError(error) });
      }
      // Rejects when the miner stops or there is something new.
      await clock.sleep(this.options.everyMs, AbortSignal.any([signal, this.woken.signal])).catch(() => undefined);
    }
  }

  /** One look at what is lacked and what is too much. */
  async round(signal: AbortSignal): Promise<void> {
    const wanted = this.wanted();
    await this.letGo(new Set(wanted.keys()));
    const { adapters } = this.parts.model.info.capabilities;
    if (adapters !== 'verified' || this.options.roomBytes === 0) return;
    for (const [sha256, { adapter, publishers }] of wanted) {
      signal.throwIfAborted();
      if ((this.retryAt.get(sha256)?.atMs ?? 0) > this.parts.clock.monotonicMs()) continue;
      if (!sameModel([adapter.baseModel], this.parts.model.info.names)) continue;
      const sources = this.sources(adapter, publishers);
      const none = sources.urls.length === 0 && sources.published === undefined;
      if (none || (await this.parts.folder.find(sha256, signal)) !== null) continue;
      await this.take({ sha256, bytes: adapter.bytes, ...sources }, signal);
    }
  }

  /** Every adapter that kept packs name; also those of packs that may not be served just now. */
  private wanted(): Map<string, { adapter: TwinAdapter; publishers: Hotkey[] }> {
    const wanted = new Map<string, { adapter: TwinAdapter; publishers: Hotkey[] }>();
    for (const { pack, publisher } of this.parts.held.all()) {
      const { adapter } = pack;
      if (adapter === null) continue;
      const before = wanted.get(adapter.sha256);
      if (before === undefined) wanted.set(adapter.sha256, { adapter, publishers: [publisher] });
      else before.publishers.push(publisher);
    }
    return wanted;
  }

  private sources(
    { sha256, url }: TwinAdapter,
    publishers: readonly Hotkey[],
  ): Pick<WantedAdapter, 'urls' | 'published'> {
    const bases = publishers.flatMap((publisher) => this.bases.get(publisher) ?? []);
    const urls = bases.map((base) => new URL(`v1/twin-adapters/${sha256}`, base.endsWith('/') ? base : `${base}/`));
    return { urls, published: url === null ? undefined : new URL(url) };
  }

  private async take(wanted: WantedAdapter, signal: AbortSignal): Promise<void> {
    const { clock, log, metrics, folder } = this.parts;
    const { sha256, bytes } = wanted;
    const { dir, roomBytes } = this.options;
    const used = await bytesIn(dir);
    if (used + bytes > roomBytes) {
      log.warn('no room for an adapter; raise --twin.adapter_room', { sha256, bytes, used, room: roomBytes });
      this.postpone(sha256);
      return;
    }
    const startedMs = clock.monotonicMs();
    log.info('adapter is fetched', { sha256, bytes, from: (wanted.urls[0] ?? wanted.published)?.host });
    try {
      const bound = { what: 'an adapter', ms: FETCH_DEADLINE_MS, signal, clock };
      const parts = { clock, log, onBytes: tenths(log, sha256) };
      await withDeadline(bound, (stop) => fetchAdapter(wanted, { dir }, parts, stop));
      await folder.look(signal);
      this.retryAt.delete(sha256);
      metrics?.adapterFetched('ok');
      log.info('adapter fetched', { sha256, bytes, tookMs: Math.round(clock.monotonicMs() - startedMs) });
    } catch (error) {
      if (signal.aborted) throw error;
      metrics?.adapterFetched('error');
      log.warn('adapter not fetched; the base model answers alone', { sha256, error: describeError(error) });
      this.postpone(sha256);
    }
  }

  private postpone(sha256: string): void {
    const before = this.retryAt.get(sha256)?.waitMs ?? FIRST_RETRY_MS / 2;
    const waitMs = Math.min(LONGEST_RETRY_MS, before * 2);
    this.retryAt.set(sha256, { atMs: this.parts.clock.monotonicMs() + waitMs, waitMs });
  }

  private async letGo(named: ReadonlySet<string>): Promise<void> {
    for (const name of await namesIn(this.options.dir)) {
      const sha256 = /^([0-9a-f]{64})\.gguf(?:\.part)?$/.exec(name)?.[1];
      if (sha256 === undefined || named.has(sha256)) continue;
      await rm(join(this.options.dir, name), { force: true });
      this.retryAt.delete(sha256);
      this.parts.log.info('adapter let go: no kept pack names it', { sha256 });
    }
  }
}

/** A line per tenth of a download instead of one per packet. */
function tenths(log: Logger, sha256: string): (bytes: number, totalBytes: number) => void {
  let last = 0;
  return (bytes, totalBytes) => {
    const percent = Math.floor((bytes / totalBytes) * 10) * 10;
    if (percent === last) return;
    last = percent;
    log.info('adapter file', { sha256, percent });
  };
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    // Made by the first download.
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

async function bytesIn(dir: string): Promise<number> {
  let bytes = 0;
  for (const name of await namesIn(dir)) if (name.endsWith('.gguf')) bytes += (await stat(join(dir, name))).size;
  return bytes;
}
