import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type Hotkey, silentLogger, systemClock } from '@bettertherapy/core';
import { EMPTY_BODY_HASH, signBtauth, signingMessage } from '@bettertherapy/protocol';
import { asHotkey, ready, type Signer, signerFromUri } from '@bettertherapy/wallet';
import { type AxonMetrics, type AxonOptions, type AxonParts, AxonServer, MemoryNonceStore } from '../../src/index.js';

export const alice: Signer<Hotkey> = asHotkey(signerFromUri('//Alice'));
export const bob: Signer<Hotkey> = asHotkey(signerFromUri('//Bob'));

export function fixture<T>(name: string): T {
  // The files are frozen beside the tests and their readers state the shape they were written in.
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as T;
}

export interface TestAxon {
  readonly server: AxonServer;
  readonly port: number;
  readonly refusals: string[];
  /** Prompts that reached the answer function. */
  readonly asked: string[];
  /** The queue as it was last reported. */
  readonly queue: { waiting: number; running: number };
}

const running: AxonServer[] = [];

/** Bob's axon on a free port; closed by {@link closeAxons}. */
export async function startAxon(options: Partial<AxonOptions> = {}, parts: Partial<AxonParts> = {}): Promise<TestAxon> {
  await ready();
  const refusals: string[] = [];
  const asked: string[] = [];
  const queue = { waiting: 0, running: 0 };
  const metrics: AxonMetrics = {
    requestRefused: (code) => refusals.push(code),
    requestAnswered: () => undefined,
    queueChanged: (waiting, runs) => Object.assign(queue, { waiting, running: runs }),
  };
  const answer = parts.answer ?? (async ({ prompt }) => ({ output: `answer to ${prompt}` }));
  const server = new AxonServer(
    {
      host: '127.0.0.1',
      port: 0,
      hotkey: bob.address,
      answerDeadlineMs: 20_000,
      queue: { concurrency: 4, capacity: 16 },
      rate: { perMinute: 60_000, burst: 10_000 },
      addressRate: null,
      ...options,
    },
    {
      policy: () => ({ allow: true, priority: 1 }),
      nonces: new MemoryNonceStore({ maxEntries: 10_000, firstStart: true }, { clock: systemClock }),
      signer: bob,
      clock: systemClock,
      log: silentLogger,
      metrics,
      ...parts,
      answer: (request) => {
        asked.push(request.prompt);
        return answer(request);
      },
    },
  );
  running.push(server);
  await server.start(new AbortController().signal);
  return { server, port: server.port, refusals, asked, queue };
}

export async function closeAxons(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.close()));
}

export interface RawReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/** Sends exactly these headers and bytes. */
export function send(port: number, request: RawRequest): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const body = request.body ?? '';
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method: request.method ?? 'POST',
        path: request.path ?? '/InferenceSynapse',
        headers: { ...request.headers, 'content-length': String(Buffer.byteLength(body)) },
        agent: false,
        signal: request.signal,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json: parse(text) });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

let lastNonce = 0n;
/** A new nonce `ageMs` old. */
export function nonceAt(ageMs = 0): bigint {
  const now = BigInt(systemClock.wallMs() - ageMs) * 1_000_000n;
  if (ageMs !== 0) return now;
  lastNonce = now > lastNonce ? now : lastNonce + 1n;
  return lastNonce;
}

export interface V10Change {
  readonly nonceNs?: bigint;
  readonly uuid?: string;
  readonly signer?: Signer;
  readonly receiver?: string;
  readonly timeout?: string;
  readonly bodyHash?: string;
}

/** The sixteen headers of a v10 call by Alice to Bob, signed, and the content type. */
export function v10Headers(port: number, change: V10Change = {}): Record<string, string> {
  const signer = change.signer ?? alice;
  const nonceNs = change.nonceNs ?? nonceAt();
  const uuid = change.uuid ?? '5ecbd69c-1cec-11ee-b0dc-e29ce36fec1a';
  const axonHotkey = change.receiver ?? bob.address;
  const bodyHash = change.bodyHash ?? EMPTY_BODY_HASH;
  const message = signingMessage({ nonceNs, dendriteHotkey: signer.address, axonHotkey, uuid, bodyHash });
  return {
    'content-type': 'application/json',
    name: 'InferenceSynapse',
    timeout: change.timeout ?? '12.0',
    bt_header_axon_ip: '127.0.0.1',
    bt_header_axon_port: String(port),
    bt_header_axon_hotkey: axonHotkey,
    bt_header_dendrite_ip: '198.51.100.4',
    bt_header_dendrite_version: '10002000',
    bt_header_dendrite_nonce: String(nonceNs),
    bt_header_dendrite_uuid: uuid,
    bt_header_dendrite_hotkey: signer.address,
    bt_header_dendrite_signature: `0x${Buffer.from(signer.sign(message)).toString('hex')}`,
    bt_header_input_obj_prompt: 'IiI=',
    bt_header_input_obj_request_id: 'IiI=',
    header_size: '464',
    total_size: '3238',
    computed_body_hash: bodyHash,
  };
}

export const QUESTION = JSON.stringify({ prompt: 'p', request_id: 'r' });

export function v10Request(port: number, change: V10Change = {}): RawRequest {
  return { headers: v10Headers(port, change), body: QUESTION };
}

export function btauthRequest(
  change: { nonceNs?: bigint; body?: string; path?: string; signer?: Signer; receiver?: string } = {},
): RawRequest & { readonly headers: Record<string, string> } {
  const signer = change.signer ?? alice;
  const body = change.body ?? QUESTION;
  const path = change.path ?? '/v1/inference';
  const headers = signBtauth({
    method: 'POST',
    target: path,
    body: new TextEncoder().encode(body),
    nonceNs: change.nonceNs ?? nonceAt(),
    sender: signer.address,
    receiver: change.receiver ?? bob.address,
    sign: (payload) => signer.sign(payload),
  });
  return { path, headers: { ...headers, 'content-type': 'application/json' }, body };
}
