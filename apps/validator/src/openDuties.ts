import { type ChainClient, isPublicChain, resolveEndpoint } from '@bettertherapy/chain';
import { type Hotkey, isPublicAddress } from '@bettertherapy/core';
import type { Examiner, Question } from '@bettertherapy/judge';
import { isRetryable } from '@bettertherapy/llm';
import { AXON_VERSION } from '@bettertherapy/protocol';
import type { Store } from '@bettertherapy/store';
import type { Dendrite } from '@bettertherapy/transport';
import type { Signer } from '@bettertherapy/wallet';
import { ulid } from 'ulid';
import { chainPay } from './chainPay.js';
import type { DiskGate } from './disk/diskGate.js';
import type { Duty } from './duties/duty.js';
import { Retention } from './duties/retention.js';
import { RunRounds } from './duties/runRounds.js';
import { SetWeights } from './duties/setWeights.js';
import { SyncMetagraph } from './duties/syncMetagraph.js';
import { TwinRoster } from './duties/twinRoster.js';
import { WatchDisk } from './duties/watchDisk.js';
import { isFatal } from './errors.js';
import type { StartUpExam } from './exam/startUpExam.js';
import { answerRefusal, type RefusalLog } from './gateway/operator/refusalLog.js';
import { HeapCompaction } from './heapCompaction.js';
import type { ValidatorOptions } from './options.js';
import { component, type Telemetry } from './telemetry.js';

export const RAO_PER_TAO = 1_000_000_000;
/** Rounds after which a miner is no newcomer any more. */
export const NEWCOMER_ROUNDS = 10;
const MINUTE_MS = 60_000;
/** A log longer than this is folded into the database at once, not at the next clean-up. */
const MAX_LOG_BYTES = 64 * 1024 ** 2;
const LOG_MS = 10_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface DutyParts {
  readonly telemetry: Telemetry;
  readonly signer: Signer<Hotkey>;
  readonly chain: ChainClient;
  readonly store: Store;
  readonly dendrite: Dendrite;
  readonly metagraph: SyncMetagraph;
  readonly bank: readonly Question[];
  readonly examiner: Examiner;
  readonly exam: StartUpExam;
  readonly secret: string;
  readonly refusals: RefusalLog;
  readonly disk: DiskGate;
}

/** Keeps a metagraph at hand; rounds, the gateway and weights read from it. */
export function openMetagraph(
  { netuid, mecid }: ValidatorOptions,
  { chain, signer, telemetry }: Pick<DutyParts, 'chain' | 'signer' | 'telemetry'>,
): SyncMetagraph {
  const { clock, log, metrics, readiness } = telemetry;
  return new SyncMetagraph(
    { self: signer.address, everyMs: Math.min(MINUTE_MS, 10 * pollMs(chain)), retryMs: pollMs(chain), freshMs: 5_000 },
    {
      read: (signal) => chain.metagraph(netuid, { mecid, signal }),
      clock,
      log: component(log, 'metagraph'),
      metrics: metrics.chain,
      report: (ok, state) => readiness.set('metagraph', ok, state),
    },
  );
}

/** Between two looks at what miners serve. */
const ROSTER_MS = 15_000;
const LIST_DEADLINE_MS = 4_000;
const LISTS_AT_ONCE = 16;

/** Keeps at hand which miners serve which twin. */
export function openTwinRoster(
  options: ValidatorOptions,
  {
    chain,
    signer,
    dendrite,
    metagraph,
    telemetry,
  }: Pick<DutyParts, 'chain' | 'signer' | 'dendrite' | 'metagraph' | 'telemetry'>,
): TwinRoster {
  return new TwinRoster(
    {
      self: signer.address,
      everyMs: ROSTER_MS,
      deadlineMs: LIST_DEADLINE_MS,
      concurrency: LISTS_AT_ONCE,
      privateIps: asksPrivateIps(options, chain.genesisHash),
    },
    {
      metagraph: (signal) => metagraph.current(signal),
      list: (target, terms) => dendrite.servedTwins(target, terms),
      clock: telemetry.clock,
      log: component(telemetry.log, 'twins'),
    },
  );
}

/** Between two looks at the chain: a block, within reason. */
function pollMs(chain: ChainClient): number {
  return Math.min(12_000, Math.max(500, chain.health().blockTimeMs));
}

/** Shares go with score to this power. */
export function payPower({ neuron }: ValidatorOptions): number {
  return neuron.weights === 'power' ? 4 : 1;
}

/**
 * True when miners behind addresses that are not public are asked. Never by itself on a chain that everybody shares: there a
 * stranger's axon could name a machine beside this one, also where the node stands beside it.
 */
export function asksPrivateIps({ neuron, chain }: ValidatorOptions, genesisHash: string): boolean {
  if (neuron.privateIps !== 'auto') return neuron.privateIps === 'yes';
  return !isPublicChain(genesisHash) && isPrivateChain(chain);
}

/** Everything that goes on at the same time until the app stops. */
export function openDuties(options: ValidatorOptions, parts: DutyParts): Duty[] {
  const { telemetry, chain, store, signer, metagraph } = parts;
  const { clock, log, metrics, readiness, tracer } = telemetry;
  const { netuid, mecid, neuron } = options;
  const self = signer.address;
  const blockMs = (): number => chain.health().blockTimeMs;
  const report = (part: string) => (ok: boolean, state: string) => readiness.set(part, ok, state);

  const compaction = new HeapCompaction({ clock, log: component(log, 'heap') });
  const rounds = new RunRounds(
    {
      intervalMs: neuron.roundInterval * 1000,
      maxRounds: neuron.maxRounds,
      maxStageEntries: 20,
      standingPollMs: pollMs(chain),
      secret: parts.secret,
    },
    {
      options: {
        netuid,
        self,
        questions: neuron.questions,
        deadlineMs: neuron.timeout * 1000,
        alpha: neuron.alpha,
        organicShare: neuron.organicShare,
        maxPerIp: neuron.maxPerIp,
        maxPerColdkey: neuron.maxPerColdkey,
        stakeLimit: BigInt(Math.round(neuron.stakeLimit * RAO_PER_TAO)),
        privateIps: asksPrivateIps(options, parts.chain.genesisHash),
        maxMiners: neuron.maxMiners,
        newcomerRounds: NEWCOMER_ROUNDS,
        reaskWithinMs: Math.max(5 * MINUTE_MS, 3 * neuron.timeout * 1000),
        maxAttempts: 3,
        enforceControls: options.judge.enforceControls,
      },
      store,
      bank: parts.bank,
      examiner: parts.examiner,
      metagraph: (signal) => metagraph.current(signal),
      standing: (signal) => metagraph.standing(signal),
      head: async (signal) => {
        const { block, blockHash } = await chain.view({ signal });
        return { block, blockHash };
      },
      askMany: (calls, terms) => parts.dendrite.queryMany(calls, terms),
      isPassing: isRetryable,
      isFatal,
      clock,
      log: component(log, 'round'),
      tracer,
      metrics: metrics.round,
      refused: (answer) => parts.refusals.add(answerRefusal(answer)),
      newId: ulid,
      report: report('rounds'),
      room: () => parts.disk.room,
      exam: parts.exam,
      afterRound: () => compaction.afterRound(),
    },
  );
  const weights = new SetWeights(
    { pollMs: () => pollMs(chain) },
    {
      options: {
        netuid,
        mecid,
        self,
        power: payPower(options),
        versionKey: AXON_VERSION,
        firstBackoffMs: Math.max(1_000, blockMs()),
        maxBackoffMs: Math.max(1_000, Math.min(MINUTE_MS, 5 * blockMs())),
        enforceControls: options.judge.enforceControls,
      },
      store,
      chain: chainPay({ netuid, mecid }, { chain, signer }),
      clock,
      log: component(log, 'weights'),
      tracer,
      metrics: metrics.round,
      newId: ulid,
      examHold: () => parts.exam.hold,
      report: report('weights'),
    },
  );
  const retention = new Retention(
    {
      everyMs: 10 * MINUTE_MS,
      keepRoundsMs: neuron.retentionDays * DAY_MS,
      keepStrikesMs: 30 * DAY_MS,
      keepSessionsMs: options.gateway.retentionDays * DAY_MS,
      keepOrganicMs: options.gateway.organicDays * DAY_MS,
    },
    { store, metagraph: (signal) => metagraph.current(signal), clock, log: component(log, 'retention') },
  );
  const disk = new WatchDisk(
    { everyMs: LOG_MS, maxLogBytes: MAX_LOG_BYTES },
    { gate: parts.disk, store, clock, log: component(log, 'disk'), metrics: metrics.store },
  );
  return [metagraph, rounds, weights, retention, disk];
}

/** True where the chain itself is reached on loopback or a private network: a development chain with miners beside it. */
function isPrivateChain(chainAddress: string): boolean {
  const { urls } = resolveEndpoint(chainAddress);
  return urls.every((url) => {
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
    return host === 'localhost' || (/^[\d.]+$|:/.test(host) && !isPublicAddress(host));
  });
}
