import { ChainClient, NETWORKS, resolveEndpoint } from '@bettertherapy/chain';
import { chainAddress, type SubtensorConfig } from '@bettertherapy/config';
import { systemClock } from '@bettertherapy/core';
import { ready } from '@bettertherapy/wallet';
import type { CommandContext } from '../command.js';
import { CliErrorCode, cliError } from './errors.js';

/** Opens the chain that the flags name, works, and closes it whatever happens. */
export async function withChain<R>(
  subtensor: SubtensorConfig,
  { log, signal }: Pick<CommandContext, 'log' | 'signal'>,
  work: (chain: ChainClient) => Promise<R>,
): Promise<R> {
  const { urls, genesisHash } = resolveEndpoint(chainAddress(subtensor));
  await ready();
  const parts = { clock: systemClock, log, metrics: null };
  const chain = await ChainClient.open({ endpoints: urls, genesisHash }, parts, signal);
  try {
    return await work(chain);
  } finally {
    await chain.close();
  }
}

export type ChainKind = 'finney' | 'test' | 'development';

/** Which chain this is. Only its genesis tells: names and addresses can be anything. */
export function chainKind(genesisHash: string): ChainKind {
  const hash = genesisHash.toLowerCase();
  if (hash === NETWORKS.finney.genesisHash) return 'finney';
  return hash === NETWORKS.test.genesisHash ? 'test' : 'development';
}

/** @throws CodedError CLI_DEVELOPMENT_ONLY on finney and on the test network */
export function requireDevelopmentChain(genesisHash: string, what: string): void {
  const kind = chainKind(genesisHash);
  if (kind === 'development') return;
  throw cliError(CliErrorCode.DevelopmentOnly, `${what} works on development chains only; this is ${kind}`, {
    remedy: 'Point --subtensor.network at a chain of your own (`pnpm bt localnet run`), or sign with a real wallet.',
    details: { genesisHash },
  });
}
