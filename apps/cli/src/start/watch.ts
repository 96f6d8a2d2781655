import type { ChainClient } from '@bettertherapy/chain';
import { type Clock, CodedError, type Hotkey } from '@bettertherapy/core';
import type { ResolvedModel } from '@bettertherapy/llm';
import type { RoundView, Store } from '@bettertherapy/store';
import type { Network } from './network.js';
import { averagesAfter, lastRoundBefore, minerRows, progressLine } from './observe.js';
import type { StartOptions } from './options.js';
import type { StatusLine } from './status.js';
import { type ChainWeights, type EpochPay, summaryOf } from './summary.js';
import { payTable, roundTable } from './table.js';

interface Watched {
  readonly options: StartOptions;
  readonly network: Network;
  readonly model: ResolvedModel;
}

interface Parts {
  readonly chain: ChainClient;
  readonly store: Store;
  readonly status: StatusLine;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const POLL_MS = 500;
/** From the last round to the pay by its weights: this many epochs, and never less than ten minutes. */
const PAY_EPOCHS = 10;
const LEAST_PAY_MS = 600_000;

/**
 * Shows rounds and epochs as they come. With `--rounds N --exit` resolves to the summary once N rounds are folded, weights made
 * from them are in chain storage, and a later epoch has paid; otherwise runs until the signal.
 * @throws CodedError START_NOT_PAID when the chain does not pay by the last round's weights
 */
export async function watchNetwork(watched: Watched, parts: Parts): Promise<Record<string, unknown>> {
  const { options, network, model } = watched;
  const { chain, store, status, clock, signal } = parts;
  const shown: RoundView[] = [];
  const epochs: EpochPay[] = [];
  let lastEpochBlock = (await chain.epochInfo(network.netuid)).lastEpochBlock;
  // A network that ran before has rounds already; only those of this run are shown and summed up.
  let after = lastRoundBefore(store.journal.newest());
  let allShownMs: number | null = null;
  for (;;) {
    signal.throwIfAborted();
    for (const round of store.journal.rounds({ after, limit: 10 }).filter(({ state }) => state === 'closed')) {
      after = round.number;
      shown.push(round);
      const weights = await chainWeights(chain, network);
      const uidOf = await uids(chain, network);
      const weightOf = (hotkey: Hotkey): number | null => weightFor(weights, uidOf.get(hotkey));
      status.print(
        roundTable(`\nround ${round.number}`, minerRows(network, round, averagesAfter(store, round.id), weightOf)),
      );
    }
    const { lastEpochBlock: epochBlock } = await chain.epochInfo(network.netuid);
    if (epochBlock > lastEpochBlock) {
      lastEpochBlock = epochBlock;
      await showPay(epochBlock, network, epochs, parts);
    }
    const last = shown.at(-1);
    if (options.exit && last && shown.length >= options.rounds) {
      const paid = await paidBy(last, network, epochBlock, parts);
      if (paid) {
        return summaryOf({
          chain: { genesis: chain.genesisHash, specVersion: chain.specVersion(), netuid: network.netuid },
          model: { name: model.name, sha256: model.sha256 },
          network,
          uidOf: await uids(chain, network),
          averages: averagesAfter(store, last.id),
          rounds: shown.slice(0, options.rounds),
          weights: await chainWeights(chain, network),
          epochs,
        });
      }
      allShownMs ??= clock.monotonicMs();
      const payMs = Math.max(LEAST_PAY_MS, PAY_EPOCHS * options.tempo * options.blockMs);
      if (clock.monotonicMs() - allShownMs > payMs) throw notPaid(payMs);
      status.update('waiting for the chain to pay by these weights');
    } else {
      const newest = store.journal.newest();
      if (newest) status.update(progressLine(newest));
    }
    await clock.sleep(POLL_MS, signal);
  }
}

function notPaid(ms: number): CodedError {
  return new CodedError('START_NOT_PAID', `no epoch paid by the weights of the last round within ${ms / 1000} s`, {
    remedy: 'Read validator.log in the logs folder: it says why weights were not set or not found on chain.',
    details: { ms },
  });
}

/** True when weights meant after the round were verified on chain and an epoch came after them. */
async function paidBy(round: RoundView, network: Network, lastEpochBlock: number, { store }: Parts): Promise<boolean> {
  return store.weightIntents
    .latest(5)
    .some(
      ({ intent, verification }) =>
        intent.netuid === network.netuid &&
        intent.createdMs >= (round.closedMs ?? Number.POSITIVE_INFINITY) &&
        verification?.match === true &&
        lastEpochBlock > verification.block,
    );
}

async function uids(chain: ChainClient, network: Network): Promise<ReadonlyMap<Hotkey, number>> {
  const { neurons } = await chain.metagraph(network.netuid);
  return new Map(neurons.map(({ hotkey, uid }) => [hotkey, uid]));
}

async function chainWeights(chain: ChainClient, network: Network): Promise<ChainWeights> {
  const block = await chain.currentBlock();
  const uid = await chain.uidOf(network.netuid, network.validator.hotkey);
  const weights = uid === null ? { uids: [], values: [] } : await chain.weightsOf(network.netuid, uid);
  return { block, uids: weights.uids, values: weights.values };
}

function weightFor(weights: ChainWeights, uid: number | undefined): number | null {
  if (uid === undefined || weights.uids.length === 0) return null;
  return weights.values[weights.uids.indexOf(uid)] ?? 0;
}

/** Keeps what an epoch paid for the summary, once incentives have been earned, and prints it when it differs from the last. */
async function showPay(block: number, network: Network, epochs: EpochPay[], { chain, status }: Parts): Promise<void> {
  const { neurons } = await chain.metagraph(network.netuid);
  const incentives = neurons.map(({ incentive }) => incentive);
  if (incentives.every((incentive) => incentive === 0)) return;
  const unchanged = String(epochs.at(-1)?.incentives) === String(incentives);
  epochs.push({ block, incentives });
  if (unchanged) return;
  const names = new Map([network.validator, ...network.miners].map(({ hotkey, name }) => [hotkey, name]));
  const rows = neurons
    .filter(({ hotkey }) => names.has(hotkey))
    .map(({ hotkey, uid, incentive, dividends, emission }) => ({
      name: names.get(hotkey) ?? hotkey,
      uid,
      incentive,
      dividends,
      emission,
    }));
  status.print(payTable(`\nepoch at block ${block}: the chain paid`, rows));
}
