import { type Clock, CodedError, Lifecycle, type Logger } from '@bettertherapy/core';
import { ready } from '@bettertherapy/wallet';
import { sealBlock } from './blocks/block.js';
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
import { allCalls } from './runtime/executive.js';
import { writeGenesis } from './runtime/genesis.js';
import { Runtimes } from './runtime/version.js';
import { Overlay, VersionedState } from './state/index.js';
import { NOBODY } from './types/index.js';

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

/**
 * Starts the development chain: its state is read back or made new, blocks begin, and the JSON-RPC door opens.
 * @throws CodedError LOCALNET_PORT_UNAVAILABLE, LOCALNET_BAD_OPTION
 */
export async function startLocalnet(options: LocalnetOptions, parts: LocalnetParts): Promise<Localnet> {
  const { host = '127.0.0.1', port, blockMs = 1000, historyBlocks = 512 } = options;
  if (!Number.isInteger(blockMs) || blockMs < LEAST_BLOCK_MS) {
    throw new CodedError(LocalnetErrorCode.BadOption, `a block takes at least ${LEAST_BLOCK_MS} ms, not ${blockMs}`, {
      remedy: 'Give --block-ms a whole number of milliseconds, 1000 for instance.',
    });
  }
  await ready();
  const { clock, log } = parts;
  const lifecycle = new Lifecycle({ log });
  const states = new VersionedState({ historyBlocks });
  const genesisState = new Overlay(states.at(-1));
  writeGenesis(genesisState, { nowMs: Math.round(clock.wallMs()) });
  const genesis = sealBlock({
    number: 0,
    parentHash: NOBODY,
    parentRoot: NOBODY,
    writes: genesisState.writes,
    extrinsics: [],
    logs: [],
  });
  states.commit(0, genesisState.writes);
  const history = new BlockHistory(genesis.hash, { historyBlocks });
  history.add(genesis);
  const chain = new Chain(
    { maxExtrinsicsPerBlock: MAX_EXTRINSICS_PER_BLOCK },
    {
      states,
      history,
      pool: new TransactionPool(POOL),
      runtimes: new Runtimes({ blockMs }),
      dispatcher: allCalls(),
      openBlock: () => undefined,
      keep: () => undefined,
      clock,
      log,
    },
    genesis,
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
  log.info('development chain is up', { url, genesis: genesis.hash, block: chain.head.number, blockMs });
  return { url, port: server.port, genesisHash: genesis.hash, close: () => lifecycle.close() };
}
