import { type Clock, CodedError, Lifecycle, type Logger } from '@bettertherapy/core';
import { ready } from '@bettertherapy/wallet';
import { Archive } from './archive/index.js';
import { Beacon } from './beacon/index.js';
import { boot } from './blocks/boot.js';
import { Chain } from './blocks/chain.js';
import { BlockHistory } from './blocks/history.js';
import { TransactionPool } from './blocks/pool.js';
import { BlockProducer } from './blocks/producer.js';
import { LocalnetErrorCode } from './errors.js';
import { authorMethods } from './rpc/methods/author.js';
import { chainMethods } from './rpc/methods/chain.js';
import { stateMethods } from './rpc/methods/state.js';
import { systemMethods } from './rpc/methods/system.js';
import { RpcServer } from './rpc/server.js';
import { allApis } from './runtime/api/index.js';
import { writePulses } from './runtime/drand.js';
import { allCalls } from './runtime/executive.js';
import { revealTimelocked } from './runtime/subtensor/timelock.js';
import { Runtimes } from './runtime/version.js';
import { VersionedState } from './state/index.js';

export interface LocalnetOptions {
  /** Where the chain is kept; null keeps it in memory only. */
  readonly dataDir: string | null;
  /** Where to listen; 127.0.0.1 unless said. Anybody who can reach it can spend the development keys. */
  readonly host?: string | undefined;
  /** 0 for any free port. */
  readonly port: number;
  /** Time between blocks; 1000 unless said. */
  readonly blockMs?: number | undefined;
  /** Blocks whose state can be asked for; 512 unless said. */
  readonly historyBlocks?: number | undefined;
  /** Time between rounds of the chain's own beacon, in whole seconds; 1 unless said. Only a fresh chain takes it. */
  readonly beaconPeriodSeconds?: number | undefined;
}

interface Settled {
  readonly dataDir: string | null;
  readonly host: string;
  readonly port: number;
  readonly blockMs: number;
  readonly historyBlocks: number;
  readonly beaconPeriodSeconds: number;
}

export interface LocalnetParts {
  readonly clock: Clock;
  readonly log: Logger;
}

/** A running chain. */
export interface Localnet {
  readonly url: string;
  readonly port: number;
  readonly genesisHash: string;
  /** Withholds the beacon's rounds from the chain, as when the real one is out; false publishes what was missed. */
  withholdBeacon(withhold: boolean): void;
  close(): Promise<void>;
}

const LIMITS = {
  maxMessageBytes: 8 * 1024 * 1024,
  maxConnections: 512,
  maxSubscriptions: 1024,
  maxBatch: 100,
  maxUnsentBytes: 64 * 1024 * 1024,
};
const POOL = { maxCount: 4096, maxBytes: 16 * 1024 * 1024, maxPerSender: 256 };
const MAX_EXTRINSICS_PER_BLOCK = 1000;
const LEAST_BLOCK_MS = 20;
const LEAST_HISTORY = 16;

/**
 * Starts the development chain: its state is read back or made new, blocks begin, and the JSON-RPC door opens.
 * @throws CodedError LOCALNET_PORT_UNAVAILABLE, LOCALNET_BAD_OPTION, LOCALNET_DIRECTORY_IN_USE, LOCALNET_DIRECTORY_DAMAGED
 */
export async function startLocalnet(options: LocalnetOptions, parts: LocalnetParts): Promise<Localnet> {
  const { host = '127.0.0.1', port, blockMs = 1000, historyBlocks = 512, beaconPeriodSeconds = 1 } = options;
  const settled: Settled = { dataDir: options.dataDir, host, port, blockMs, historyBlocks, beaconPeriodSeconds };
  checkOptions(settled);
  await ready();
  const lifecycle = new Lifecycle({ log: parts.log });
  try {
    return await open(settled, parts, lifecycle);
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}

function checkOptions({ port, blockMs, historyBlocks, beaconPeriodSeconds }: Settled): void {
  const whole = (value: number, least: number, most: number): boolean =>
    Number.isInteger(value) && value >= least && value <= most;
  const wrong = [
    whole(port, 0, 65_535) ? null : '--port is a number from 0 to 65535',
    whole(blockMs, LEAST_BLOCK_MS, 3_600_000) ? null : `--block_ms is a number of milliseconds from ${LEAST_BLOCK_MS}`,
    whole(historyBlocks, LEAST_HISTORY, 100_000) ? null : `historyBlocks is at least ${LEAST_HISTORY}`,
    whole(beaconPeriodSeconds, 1, 3600) ? null : 'beaconPeriodSeconds is a whole number of seconds',
  ].find((reason) => reason !== null);
  if (wrong)
    throw new CodedError(LocalnetErrorCode.BadOption, wrong, { remedy: 'Correct the option and start again.' });
}

async function open(options: Settled, { clock, log }: LocalnetParts, lifecycle: Lifecycle): Promise<Localnet> {
  const { dataDir, host, port, blockMs, historyBlocks } = options;
  const archive = dataDir === null ? null : Archive.open({ directory: dataDir, segmentBlocks: historyBlocks }, { log });
  lifecycle.onClose('archive', () => archive?.close());
  const states = new VersionedState({ historyBlocks });
  const history = new BlockHistory({ historyBlocks });
  const beacon = new Beacon();
  let beaconWithheld = false;
  const genesisSeconds = Math.floor(clock.wallMs() / 1000);
  const { head, genesisHash } = boot(
    { states, history, archive, clock },
    { beacon: beacon.configuration(genesisSeconds, options.beaconPeriodSeconds) },
  );
  const chain = new Chain(
    { maxExtrinsicsPerBlock: MAX_EXTRINSICS_PER_BLOCK, genesisHash },
    {
      states,
      history,
      archive,
      pool: new TransactionPool(POOL),
      runtimes: new Runtimes({ blockMs }),
      dispatcher: allCalls(),
      openBlock: (step, nowMs) => {
        if (!beaconWithheld) writePulses(step, beacon, nowMs);
        revealTimelocked(step, log);
      },
      clock,
      log,
    },
    head,
  );
  const methodParts = { chain, apis: allApis({ blockMs }), chainName: 'BetterTherapy Localnet' };
  const server = await RpcServer.open(
    { host, port, limits: LIMITS },
    { log },
    {
      ...systemMethods(methodParts),
      ...chainMethods(methodParts),
      ...stateMethods(methodParts),
      ...authorMethods(methodParts),
    },
  );
  lifecycle.onClose('rpc', () => server.close());
  const producer = new BlockProducer({ blockMs }, { chain, clock, log });
  lifecycle.onClose('producer', () => producer.close());
  producer.start();
  const url = `ws://${host.includes(':') ? `[${host}]` : host}:${server.port}`;
  log.info('development chain is up', { url, genesis: genesisHash, block: chain.head.number, blockMs });
  return {
    url,
    port: server.port,
    genesisHash,
    withholdBeacon: (withhold) => {
      beaconWithheld = withhold;
    },
    close: () => lifecycle.close(),
  };
}
