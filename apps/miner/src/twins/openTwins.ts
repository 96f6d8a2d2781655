import { join, resolve } from 'node:path';
import { type Hotkey, parseHotkey } from '@bettertherapy/core';
import { AdapterFolder, type LanguageModel } from '@bettertherapy/llm';
import type { Store } from '@bettertherapy/store';
import { JsonReader } from '@bettertherapy/transport';
import { TwinMemory } from '@bettertherapy/twins';
import type { TwinSource } from '../answer/index.js';
import { openEmbeddingModel } from '../model.js';
import type { MinerParts } from '../openMiner.js';
import type { Roster } from '../roster.js';
import { AdapterFetcher } from './fetchAdapters.js';
import { TwinFetcher } from './fetchTwins.js';
import { HeldTwins } from './heldTwins.js';
import { TwinAdapters } from './twinAdapters.js';

/** The twin runtime of a miner that follows at least one index. */
export interface OpenedTwins {
  readonly held: HeldTwins;
  readonly source: TwinSource;
  /** Serves what is kept from before and begins to look at the indexes. */
  start(): Promise<void>;
}

/** A publisher that has not been heard for so long may have withdrawn what we hold. */
const LEASE_MS = 24 * 60 * 60_000;
/** Notes told to the model with one question. */
const NOTES = 3;

/** Null when no index is followed. Nothing is fetched yet. @throws CodedError LLM_* of the embedding model */
export async function openTwins(
  parts: MinerParts,
  own: { readonly store: Store; readonly roster: Roster; readonly model: LanguageModel },
  signal: AbortSignal,
): Promise<OpenedTwins | null> {
  const { config, clock, lifecycle, metrics } = parts;
  if (config.twin.index.length === 0) return null;
  const log = parts.log.child({ component: 'twins' });
  const allows = publisherRule(config.twin.publishers.map(parseHotkey), own.roster);
  const { heldPacks, twinNotes } = own.store;
  const held = new HeldTwins({ leaseMs: LEASE_MS }, { store: heldPacks, allows, clock, log });
  const embedder = await openEmbedder(parts, signal);
  const memory = new TwinMemory({ index: twinNotes, embedder, log });
  const reader = new JsonReader({ clock });
  const ownDir = resolve(config.data.dir, 'adapters');
  const dir = config.twin.adapters === null ? ownDir : resolve(config.twin.adapters);
  // What is fetched is also let go, so it never lies in a folder that others may use.
  const fetched = join(ownDir, 'fetched');
  const folder = new AdapterFolder({ dirs: [dir, fetched] }, { clock, log });
  const adapters = new TwinAdapters({ scale: config.twin.adapterScale }, { model: own.model, folder, clock, log });
  const adapterFetcher = new AdapterFetcher(
    { dir: fetched, roomBytes: config.twin.adapterRoom * 2 ** 20, everyMs: config.twin.refresh * 1000 },
    { held, folder, model: own.model, clock, log, metrics: metrics.adapters },
  );
  const heard = (publisher: Hotkey, base: string): void => adapterFetcher.heard(publisher, base);
  const fetcher = new TwinFetcher(
    { indexes: config.twin.index, everyMs: config.twin.refresh * 1000 },
    { held, store: heldPacks, reader, allows, heard, clock, log },
  );
  lifecycle.onClose('twins', async () => {
    await fetcher.close();
    await adapterFetcher.close();
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
      return twin;
    },
    recall: (twin, question, stop) => memory.recall({ books: [twin.sha256], question, limit: NOTES, signal: stop }),
    adapters,
  };
  const start = async (): Promise<void> => {
    await fetcher.start();
    adapterFetcher.start();
  };
  return { held, source, start };
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
