import type { AddressInfo } from 'node:net';
import { blake2b } from '@noble/hashes/blake2.js';
import { compactToU8a, hexToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { type WebSocket, WebSocketServer } from 'ws';
import { finneyMetadata, finneyRuntime } from './finney.js';

const ZERO = `0x${'00'.repeat(32)}`;
const runtime = finneyRuntime();

export interface Block {
  readonly number: number;
  readonly hash: string;
  readonly header: Record<string, unknown>;
  readonly extrinsics: string[];
}

export type Answer = (params: readonly unknown[], socket: WebSocket) => unknown;

/** Thrown by a handler to answer with a JSON-RPC error. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: string,
  ) {
    super(message);
  }
}

/** A hand-driven node that speaks just enough JSON-RPC: blocks come when the test says so. */
export class FakeNode {
  readonly blocks: Block[] = [];
  readonly storage = new Map<string, string>();
  readonly requests: { method: string; params: readonly unknown[] }[] = [];
  readonly pool: string[] = [];
  specVersion = 424;
  /** Replaces the answer of a method. */
  readonly override = new Map<string, Answer>();
  /** The node reads but says nothing any more. */
  silent = false;
  /** WebSocket pings answered so far. */
  pings = 0;
  private readonly heads = new Map<WebSocket, string>();
  private readonly versions = new Map<WebSocket, string>();
  private nextSubscription = 1;

  private constructor(
    private readonly server: WebSocketServer,
    seed: string,
  ) {
    this.append([], seed);
    server.on('connection', (socket) => {
      socket.on('message', (data) => this.serve(socket, String(data)));
      socket.on('ping', () => {
        this.pings += 1;
      });
      socket.on('close', () => this.heads.delete(socket));
    });
  }

  static async start(options: { port?: number; seed?: string } = {}): Promise<FakeNode> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: options.port ?? 0 });
    await new Promise((resolve, reject) => {
      server.once('listening', resolve);
      server.once('error', reject);
    });
    return new FakeNode(server, options.seed ?? 'fake');
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  get best(): Block {
    const block = this.blocks.at(-1);
    if (!block) throw new Error('no block');
    return block;
  }

  get connections(): number {
    return this.server.clients.size;
  }

  /** Makes a block of what is in the pool and tells everybody. */
  produce(logs: string[] = []): Block {
    const block = this.append(this.pool.splice(0), '', logs);
    for (const [socket, id] of this.heads) this.notify(socket, 'chain_newHead', id, block.header);
    return block;
  }

  /** Switches to another runtime version and tells everybody. */
  upgrade(specVersion: number): void {
    this.specVersion = specVersion;
    for (const [socket, id] of this.versions) this.notify(socket, 'state_runtimeVersion', id, this.version());
  }

  setStorage(pallet: string, item: string, keys: readonly unknown[], value: string | null): void {
    const key = runtime.storage(pallet, item)?.key(keys) ?? '';
    if (value === null) this.storage.delete(key);
    else this.storage.set(key, value);
  }

  /** Cuts every connection without a goodbye. */
  cut(): void {
    for (const socket of this.server.clients) socket.terminate();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  notify(socket: WebSocket, method: string, subscription: string, result: unknown): void {
    if (!this.silent) socket.send(JSON.stringify({ jsonrpc: '2.0', method, params: { subscription, result } }));
  }

  subscriptionId(): string {
    return `sub${this.nextSubscription++}`;
  }

  count(method: string): number {
    return this.requests.filter((request) => request.method === method).length;
  }

  private serve(socket: WebSocket, text: string): void {
    const { id, method, params } = JSON.parse(text) as { id: number; method: string; params: unknown[] };
    this.requests.push({ method, params });
    if (this.silent) return;
    try {
      const result = (this.override.get(method) ?? this.answers[method] ?? unknown(method))(params, socket);
      if (result === NO_ANSWER) return;
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, result }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      socket.send(
        JSON.stringify({ jsonrpc: '2.0', id, error: { code: error.code, message: error.message, data: error.data } }),
      );
    }
  }

  private readonly answers: Record<string, Answer> = {
    chain_getBlockHash: ([number]) => this.blocks[Number(number)]?.hash ?? null,
    chain_getHeader: ([hash]) => (hash ? this.byHash(hash) : this.best)?.header ?? null,
    chain_getBlock: ([hash]) => {
      const block = this.byHash(hash);
      return block ? { block: { header: block.header, extrinsics: block.extrinsics } } : null;
    },
    state_getRuntimeVersion: () => this.version(),
    state_call: ([name]) => {
      if (name !== 'Metadata_metadata_at_version') throw new Refusal(-32000, `no ${String(name)}`);
      const metadata = finneyMetadata();
      return u8aToHex(u8aConcat(Uint8Array.of(1), compactToU8a(metadata.length), metadata));
    },
    state_queryStorageAt: ([keys, block]) => [
      { block, changes: (keys as string[]).map((key) => [key, this.storage.get(key) ?? null]) },
    ],
    state_getStorage: ([key]) => this.storage.get(String(key)) ?? null,
    system_accountNextIndex: () => this.pool.length,
    chain_subscribeNewHeads: (_params, socket) => {
      const id = this.subscriptionId();
      this.heads.set(socket, id);
      setImmediate(() => this.notify(socket, 'chain_newHead', id, this.best.header));
      return id;
    },
    state_subscribeRuntimeVersion: (_params, socket) => {
      const id = this.subscriptionId();
      this.versions.set(socket, id);
      setImmediate(() => this.notify(socket, 'state_runtimeVersion', id, this.version()));
      return id;
    },
    author_submitAndWatchExtrinsic: ([hex], socket) => {
      const id = this.subscriptionId();
      this.pool.push(String(hex));
      setImmediate(() => {
        this.notify(socket, 'author_extrinsicUpdate', id, 'ready');
        const block = this.produce();
        this.notify(socket, 'author_extrinsicUpdate', id, { inBlock: block.hash });
      });
      return id;
    },
    author_unwatchExtrinsic: () => true,
  };

  private byHash(hash: unknown): Block | undefined {
    return this.blocks.find((block) => block.hash === hash);
  }

  private version(): object {
    return { specName: 'node-subtensor', specVersion: this.specVersion, transactionVersion: 1, apis: [] };
  }

  private append(extrinsics: string[], seed: string, logs: string[] = []): Block {
    const number = this.blocks.length;
    const parentHash = this.blocks.at(-1)?.hash ?? ZERO;
    const stateRoot = u8aToHex(blake2b(new TextEncoder().encode(`${seed}${number}`), { dkLen: 32 }));
    const encoded = u8aConcat(
      hexToU8a(parentHash),
      compactToU8a(number),
      hexToU8a(stateRoot),
      hexToU8a(ZERO),
      compactToU8a(logs.length),
      ...logs.map((log) => hexToU8a(log)),
    );
    const block: Block = {
      number,
      hash: u8aToHex(blake2b(encoded, { dkLen: 32 })),
      header: { parentHash, number: `0x${number.toString(16)}`, stateRoot, extrinsicsRoot: ZERO, digest: { logs } },
      extrinsics,
    };
    this.blocks.push(block);
    return block;
  }
}

/** A handler returns this to leave the request unanswered. */
export const NO_ANSWER = Symbol('no answer');

function unknown(method: string): Answer {
  return () => {
    throw new Refusal(-32601, `Method not found: ${method}`);
  };
}

/** SCALE of `System.Account`: nonce, three reference counts, free, reserved, frozen, flags. */
export function accountInfo(nonce: number, free = 0n): string {
  const out = Buffer.alloc(16 + 24 + 16);
  out.writeUInt32LE(nonce, 0);
  out.writeBigUInt64LE(free, 16);
  return `0x${out.toString('hex')}`;
}
