import { connect } from 'node:net';
import type { ChainClient } from '@bettertherapy/chain';
import { type Clock, CodedError } from '@bettertherapy/core';
import type { Network } from './network.js';
import type { StatusLine } from './status.js';

interface Parts {
  readonly chain: ChainClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly status: StatusLine;
}

const SERVING_DEADLINE_MS = 180_000;
const POLL_MS = 500;
const CONNECT_MS = 1_000;

/**
 * Resolves once the metagraph shows an axon of every miner and something listens there: after a restart the chain still holds the
 * addresses of the run before.
 * @throws CodedError START_MINERS_SILENT
 */
export async function waitUntilServing(network: Network, { chain, clock, signal, status }: Parts): Promise<void> {
  const deadline = clock.monotonicMs() + SERVING_DEADLINE_MS;
  for (;;) {
    const { neurons } = await chain.metagraph(network.netuid);
    const listening = await Promise.all(
      network.miners.map(async ({ hotkey }) => {
        const axon = neurons.find((neuron) => neuron.hotkey === hotkey)?.axon ?? null;
        return axon !== null && (await accepts(axon.ip, axon.port));
      }),
    );
    const count = listening.filter(Boolean).length;
    status.update(`waiting for miners: ${count} of ${network.miners.length} serve`);
    if (count === network.miners.length) return;
    if (clock.monotonicMs() > deadline) {
      throw new CodedError('START_MINERS_SILENT', 'not every miner published its axon in time', {
        remedy: 'Read the logs of the miners that are missing.',
        details: { missing: network.miners.filter((_, at) => !listening[at]).map(({ name }) => name) },
      });
    }
    await clock.sleep(POLL_MS, signal);
  }
}

/** True when a TCP connection to the address opens. */
function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const end = (open: boolean) => (): void => {
      socket.destroy();
      resolve(open);
    };
    socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false));
  });
}
