import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Server as TcpServer } from 'node:net';
import { silentLogger, systemClock, type Tracer } from '@bettertherapy/core';
import { type AxonTarget, Dendrite, type DendriteOptions } from '../../src/index.js';
import { alice, bob, closeAxons } from './harness.js';

export const request = { prompt: 'how are you', requestId: 'btai_1' };
const dendrites: Dendrite[] = [];
const servers: (Server | TcpServer)[] = [];

/** Closes what the test opened. */
export async function closePeers(): Promise<void> {
  await Promise.all(dendrites.splice(0).map((dendrite) => dendrite.close()));
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
  await closeAxons();
}

export function makeDendrite(options: Partial<DendriteOptions> = {}, tracer?: Tracer): Dendrite {
  const parts = { clock: systemClock, log: silentLogger, metrics: null, tracer };
  const dendrite = new Dendrite({ signer: alice, ...options }, parts);
  dendrites.push(dendrite);
  return dendrite;
}

export function target(port: number, more: Partial<AxonTarget> = {}): AxonTarget {
  return { hotkey: bob.address, ip: '127.0.0.1', port, ...more };
}

export async function listen<S extends Server | TcpServer>(server: S): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A peer that answers as told; the request's body has been read. */
export function peer(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<number> {
  return listen(
    createServer((incoming, response) => {
      let body = '';
      incoming.on('data', (chunk) => {
        body += chunk;
      });
      incoming.on('end', () => answer(incoming, response, body));
    }),
  );
}

/** The headers of a minimal good v10 reply. */
export const GOOD = {
  'content-type': 'application/json',
  bt_header_axon_status_code: '200',
  bt_header_axon_status_message: 'Success',
};
export const goodBody = (output = 'X'): string => JSON.stringify({ prompt: 'p', request_id: 'r', output });
