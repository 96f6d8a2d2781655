import { createServer, type Server, type Socket } from 'node:net';
import type { MetagraphNeuron } from '@bettertherapy/chain';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { AxonServer, Dendrite, MemoryNonceStore } from '@bettertherapy/transport';
import { asHotkey, ready, signerFromUri } from '@bettertherapy/wallet';
import type { AskMany } from '../../src/round/askMany.js';
import { neuron, onEnd } from '../unit/fixture.js';

/** The key that the test's gateway asks with. */
const ASKER = '//Alice';

function neuronAt(n: number, port: number): MetagraphNeuron {
  const base = neuron(n);
  const axon = { ip: '127.0.0.1', port, ipType: 4 as const, version: 12_001_000, protocol: 4, block: 1 };
  return { ...base, hotkey: asHotkey(signerFromUri(`//Miner${n}`)).address, axon };
}

/** A real axon that answers with what `answer` gives. */
export async function answeringMiner(n: number, answer: (prompt: string) => Promise<string>): Promise<MetagraphNeuron> {
  await ready();
  const signer = asHotkey(signerFromUri(`//Miner${n}`));
  const asker = signerFromUri(ASKER).address;
  const server = new AxonServer(
    {
      host: '127.0.0.1',
      port: 0,
      hotkey: signer.address,
      answerDeadlineMs: 60_000,
      queue: { concurrency: 64, capacity: 256 },
      rate: { perMinute: 1_000_000, burst: 100_000 },
      addressRate: null,
    },
    {
      answer: async ({ prompt }) => ({ output: await answer(prompt) }),
      policy: (caller) =>
        caller === asker
          ? { allow: true, priority: 1 }
          : { allow: false, code: 'unregistered', message: 'Unrecognized hotkey.' },
      nonces: new MemoryNonceStore({ maxEntries: 100_000, firstStart: true }, { clock: systemClock }),
      signer,
      clock: systemClock,
      log: silentLogger,
      metrics: null,
    },
  );
  await server.start(new AbortController().signal);
  onEnd(() => server.close());
  return neuronAt(n, server.port);
}

/** Something that listens where a miner should and does what it likes with the socket. */
export async function rogueMiner(n: number, onSocket: (socket: Socket) => void): Promise<MetagraphNeuron> {
  await ready();
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onEnd(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  return neuronAt(n, address.port);
}

/** Asks as the validator does: signed, over real sockets. */
export function realDendrite(): AskMany {
  const dendrite = new Dendrite(
    { signer: asHotkey(signerFromUri(ASKER)), connectionsPerAxon: 64, concurrency: 64 },
    { clock: systemClock, log: silentLogger, metrics: null },
  );
  onEnd(() => dendrite.close());
  return (calls, terms) => dendrite.queryMany(calls, terms);
}

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** Ends the connection as soon as something is asked. */
export const dying = (socket: Socket): void => {
  socket.on('data', () => socket.destroy());
};

/** Takes the question and says nothing, for ever. */
export const hanging = (socket: Socket): void => {
  socket.resume();
};

/** Begins a reply and sends a byte of it now and then. */
export const dripping = (socket: Socket): void => {
  socket.resume();
  socket.once('data', () => {
    socket.write(`${HEAD}content-length: 100000\r\n\r\n{`);
    const drip = (): void => {
      if (socket.destroyed) return;
      socket.write(' ');
      systemClock.after(100, drip);
    };
    drip();
  });
};

/** Sends without end. */
export const flooding = (socket: Socket): void => {
  socket.once('data', () => {
    socket.write(`${HEAD}content-length: 1000000000\r\n\r\n`);
    const pour = (): void => {
      while (!socket.destroyed && socket.write('x'.repeat(65_536))) {
        // Until the buffer of the socket is full.
      }
    };
    socket.on('drain', pour);
    pour();
  });
};
