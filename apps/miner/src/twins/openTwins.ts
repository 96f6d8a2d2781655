import { type Hotkey, type Logger, parseHotkey } from '@bettertherapy/core';
import type { LanguageModel } from '@bettertherapy/llm';
import type { Store } from '@bettertherapy/store';
import { JsonReader } from '@bettertherapy/transport';
import { type TwinAdapter, TwinMemory } from '@bettertherapy/twins';
import type { TwinSource } from '../answer/index.js';
import { openEmbeddingModel } from '../model.js';
import type { MinerParts } from '../openMiner.js';
import type { Roster } from '../roster.js';
import { TwinFetcher } from './fetchTwins.js';
import { HeldTwins } from './heldTwins.js';

/** The twin runtime of a miner that follows at least one index. */
export interface OpenedTwins {
  readonly held: HeldTwins;
  readonly fetcher: TwinFetcher;
  readonly source: TwinSource;
}

/** A publisher that has not been heard for so long may have withdrawn what we hold. */
const LEASE_MS = 24 * 60 * 60_000;
/** Notes told to the model with one question. */
const NOTES = 3;

/** Null when no index is followed. Nothing is fetched yet. @throws CodedError LLM_* of the embedding model */
export async function openTwins(
  parts: MinerParts,
  own: { readonly store: Store; readonly roster: Roster },
  signal: AbortSignal,
): Promise<OpenedTwins | null> {
  const { config, clock, lifecycle } = parts;
  if (config.twin.index.length === 0) return null;
  const log = parts.log.child({ component: 'twins' });
  const allows = publisherRule(config.twin.publishers.map(parseHotkey), own.roster);
  const { heldPacks, twinNotes } = own.store;
  const held = new HeldTwins({ leaseMs: LEASE_MS }, { store: heldPacks, allows, clock, log });
  const embedder = await openEmbedder(parts, signal);
  const memory = new TwinMemory({ index: twinNotes, embedder, log });
  const reader = new JsonReader({ clock });
  const fetcher = new TwinFetcher(
    { indexes: config.twin.index, everyMs: config.twin.refresh * 1000 },
    { held, store: heldPacks, reader, allows, clock, log },
  );
  lifecycle.onClose('twins', async () => {
    await fetcher.close();
    await reader.close();
  });
  const source: TwinSource = {
    resolve: async (ref, caller, stop) => {
      let twin = held.resolve(ref, caller);
      if (twin === null) {
        // A version may just have been published: who lacks it looks once before refusing.
        await fetcher.lookNow(stop);
        twin = held.resolve(ref, caller);
      }
      if (twin !== null && twin.pack.adapter !== null) tellAdapter(twin.pack.adapter, twin.pack.id, log);
      return twin;
    },
    recall: (twin, question, stop) => memory.recall({ books: [twin.sha256], question, limit: NOTES, signal: stop }),
  };
  return { held, fetcher, source };
}

/** The hotkeys that were named, or everybody whom the subnet lets validate. */
function publisherRule(named: readonly Hotkey[], roster: Roster): (publisher: Hotkey) => boolean {
  if (named.length > 0) return (publisher) => named.includes(publisher);
  return (publisher) => roster.standing(publisher)?.validatorPermit === true;
}

async function openEmbedder(parts: MinerParts, signal: AbortSignal): Promise<LanguageModel | null> {
  const { config, clock, lifecycle } = parts;
  const name = config.twin.embeddingModel;
  if (name === null) return null;
  const log = parts.log.child({ component: 'embedding' });
  const model = await openEmbeddingModel(name, config.model, parts.env, { clock, log, metrics: null }, signal);
  lifecycle.onClose('embedding model', () => model.close());
  parts.log.info('embedding model ready', { ...model.info });
  return model;
}

/** The model layer loads no adapters, so a twin that names one answers with the base model; the log says so. */
function tellAdapter(adapter: TwinAdapter, id: string, log: Logger): void {
  log.debug('adapter of the twin is not loaded: this build answers with the base model', {
    id,
    baseModel: adapter.baseModel,
    sha256: adapter.sha256,
  });
}
