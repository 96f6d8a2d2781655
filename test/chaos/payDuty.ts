import { join } from 'node:path';
import { ChainClient, type ChainOptions } from '@bettertherapy/chain';
import { describeError, type Hotkey, type LogFields, type Logger, noTracer, systemClock } from '@bettertherapy/core';
import { migrate, openStore, type Store } from '@bettertherapy/store';
import { eventually, repositoryRoot } from '@bettertherapy/testkit';
import type { Signer } from '@bettertherapy/wallet';
import { expect } from 'vitest';
import { chainPay } from '../../apps/validator/src/chainPay.js';
import { SetWeights } from '../../apps/validator/src/duties/setWeights.js';
import type { PayChain } from '../../apps/validator/src/epoch/payChain.js';

export interface PayDutyOptions {
  /** The journal goes here. */
  readonly folder: string;
  readonly endpoints: readonly string[];
  readonly netuid: number;
  readonly mecid?: number;
  readonly signer: Signer<Hotkey>;
  /** Average scores, 0 to 100, of the registrations that hold these hotkeys now. */
  readonly averages: ReadonlyMap<Hotkey, number>;
  /** Short patience, so that a test of silence is quick. */
  readonly client?: Partial<ChainOptions>;
  /** Happens between the decision and the sending. */
  readonly beforeSend?: () => Promise<void>;
}

export interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

const QUICK: Partial<ChainOptions> = {
  heartbeatMs: 1_000,
  stallMs: 5_000,
  connectDeadlineMs: 3_000,
  callDeadlineMs: 3_000,
  maxBackoffMs: 1_000,
};
const DEADLINE_MS = 60_000;

/** The validator's weight duty as it runs in the daemon, over a real chain client and a journal of its own. */
export class PayDuty {
  /** What `/ready` shows of it. */
  state = '';
  readonly outcomes = new Map<string, number>();
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly chain: ChainClient,
    readonly store: Store,
    /** What it logged. */
    readonly lines: readonly Line[],
  ) {}

  static async start(options: PayDutyOptions): Promise<PayDuty> {
    const { netuid, mecid = 0, signer } = options;
    const lines: Line[] = [];
    const log = recorder(lines);
    const chain = await ChainClient.open(
      { endpoints: options.endpoints, ...QUICK, ...options.client },
      { clock: systemClock, log, metrics: null },
    );
    const file = join(options.folder, 'journal.sqlite');
    const migrationsDir = join(repositoryRoot, 'migrations');
    migrate({ file, migrationsDir });
    const identity = { genesis: chain.genesisHash, netuid, hotkey: signer.address };
    const store = openStore({ file, migrationsDir, identity });
    const duty = new PayDuty(chain, store, lines);
    await seedAverages(chain, store, netuid, options.averages);
    duty.run(options, mecid, log);
    return duty;
  }

  private run(options: PayDutyOptions, mecid: number, log: Logger): void {
    const { netuid, signer } = options;
    const pay = chainPay({ netuid, mecid }, { chain: this.chain, signer });
    const send: PayChain['send'] = async (payment, signal) => {
      await options.beforeSend?.();
      return pay.send(payment, signal);
    };
    const duty = new SetWeights(
      { pollMs: () => 200 },
      {
        options: {
          ...{ netuid, mecid, self: signer.address, power: 1, versionKey: 0, enforceControls: true },
          ...{ firstBackoffMs: 500, maxBackoffMs: 1_000 },
        },
        store: this.store,
        chain: { ...pay, send },
        clock: systemClock,
        log,
        tracer: noTracer,
        metrics: {
          weightsSet: (outcome) => this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1),
          score: () => undefined,
        },
        newId,
        examHold: () => null,
        report: (_ok, state) => {
          this.state = state;
        },
      },
    );
    this.running = duty.run(this.stopping.signal).catch((reason: unknown) => reason);
  }

  said(message: string): Line[] {
    return this.lines.filter((line) => line.message === message);
  }

  /** Resolves with the window of the next weights that are set and seen on chain, begun after now. */
  nextVerified(): Promise<string> {
    const before = new Set(this.store.weightIntents.latest(1_000).map(({ intent }) => intent.id));
    return eventually(
      `weights verified on chain (state ${this.state}; ${this.lines.slice(-3).map((line) => line.message)})`,
      () =>
        this.store.weightIntents
          .latest(1_000)
          .find(({ intent }) => !before.has(intent.id) && intent.state === 'verified')?.intent.window,
      { deadlineMs: DEADLINE_MS, everyMs: 50 },
    );
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    this.stopping.abort('the test is over');
    await this.running;
    await this.chain.close();
    await this.store.close();
  }
}

let ids = 0;

function newId(): string {
  ids += 1;
  return `id-${String(ids).padStart(6, '0')}`;
}

/** A round of the past that left each miner with its average. */
export async function seedAverages(
  chain: ChainClient,
  store: Store,
  netuid: number,
  averages: ReadonlyMap<Hotkey, number>,
): Promise<void> {
  const { neurons } = await chain.metagraph(netuid);
  const nowMs = systemClock.wallMs();
  const roundId = newId();
  store.rounds.begin({ id: roundId, startedMs: nowMs, block: 1, blockHash: '0x1', seed: 's' });
  for (const stage of ['plan', 'query', 'collect', 'gate', 'judge', 'score', 'fold'] as const) {
    store.rounds.enterStage({ roundId, stage, nowMs });
    if (stage !== 'fold') store.rounds.finishStage({ roundId, stage, outcome: {}, nowMs });
  }
  store.averages.closeRound({
    roundId,
    results: neurons.flatMap(({ hotkey, registeredAt }) => {
      const mean = averages.get(hotkey);
      return mean === undefined ? [] : [{ hotkey, registeredAtBlock: registeredAt, mean, asked: 4, answered: 4 }];
    }),
    fold: (_state, mean) => ({ ema: mean, rounds: 1 }),
    voidReason: null,
    outcome: {},
    nowMs,
  });
}

function recorder(lines: Line[]): Logger {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields });
    };
  const log: Logger = {
    fatal: at('fatal'),
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    trace: at('trace'),
    child: () => log,
  };
  return log;
}

/**
 * How often a validator set or committed weights in each epoch, by the chain's own word: every change of LastUpdate since
 * `fromBlock`, under the epoch of the block it names.
 */
export async function setsByEpoch(
  chain: ChainClient,
  at: { readonly netuid: number; readonly uid: number; readonly fromBlock: number },
): Promise<Map<number, number>> {
  const { netuid, uid, fromBlock } = at;
  const head = await chain.currentBlock();
  const sets = new Map<number, number>();
  for (let block = fromBlock; block <= head; block += 1) {
    const view = await chain.viewAt(block);
    const found = await view.read({
      updates: { pallet: 'SubtensorModule', item: 'LastUpdate', keys: [netuid] },
      epoch: { pallet: 'SubtensorModule', item: 'SubnetEpochIndex', keys: [netuid] },
    });
    const updated = Array.isArray(found.updates) ? Number(found.updates[uid]) : Number.NaN;
    if (updated === block) sets.set(Number(found.epoch), (sets.get(Number(found.epoch)) ?? 0) + 1);
  }
  return sets;
}

/** Fails when the validator set no weights since `fromBlock`, or more than once in an epoch. */
export async function expectOneSetAnEpoch(
  chain: ChainClient,
  at: { readonly netuid: number; readonly uid: number; readonly fromBlock: number },
): Promise<void> {
  const sets = await setsByEpoch(chain, at);
  expect(sets.size).toBeGreaterThan(0);
  expect(
    [...sets.values()].filter((times) => times > 1),
    'epochs with more than one set or commit',
  ).toEqual([]);
}

/** Runs `mend`, then waits for `well`, and prints how long that took for the table in docs/reliability.md. */
export async function timeToRecover(fault: string, mend: () => unknown, well: () => Promise<unknown>) {
  await mend();
  const startedMs = systemClock.monotonicMs();
  try {
    await well();
  } catch (error) {
    throw new Error(`not recovered from "${fault}": ${describeError(error)}`);
  }
  const seconds = (systemClock.monotonicMs() - startedMs) / 1000;
  console.info(`recovery: ${fault}: ${seconds.toFixed(1)} s`);
  return seconds;
}
