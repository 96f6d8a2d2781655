import { CodedError } from '@bettertherapy/core';
import { type ChainError, ChainErrorCode, chainError } from '../errors.js';
import type { RpcErrorBody } from './message.js';

/** The socket ended under a request. */
export function connectionLost(endpoint: string, cause: unknown, closeCode?: number): ChainError {
  return chainError(ChainErrorCode.ConnectionLost, `the connection to ${endpoint} was lost`, {
    remedy: 'The client dials again by itself; repeat the request. If it lasts, check the node and the network.',
    details: { endpoint, retryable: true, ...(closeCode === undefined ? {} : { closeCode }) },
    cause,
  });
}

/** Nothing came on an open socket, not even the answer to a ping. */
export function silent(endpoint: string, ms: number): ChainError {
  return chainError(ChainErrorCode.Stalled, `${endpoint} has been silent for ${Math.round(ms / 1000)} s`, {
    remedy: 'The client dials again by itself. If it lasts, the node is frozen or the network drops packets.',
    details: { endpoint, ms, retryable: true },
  });
}

/** The client itself ended the connection. */
export function clientClosed(): ChainError {
  return chainError(ChainErrorCode.Closed, 'the chain client is closed', {
    remedy: 'Nothing to do when the program is stopping; otherwise open a new client.',
  });
}

export function timedOut(endpoint: string, method: string, ms: number): ChainError {
  return chainError(ChainErrorCode.Timeout, `${method} got no answer within ${ms} ms`, {
    remedy: 'Repeat it; if it lasts, choose a nearer or less busy --subtensor.chain_endpoint.',
    details: { endpoint, method, ms, retryable: true },
  });
}

/** Substrate and the proxies in front of public nodes answer these when a client asks too often. */
const RATE_LIMIT_CODES: ReadonlySet<number> = new Set([-32029, -32999, 429]);

/** The node answered with a JSON-RPC error; its code, message and data are in the details. */
export function rpcRefused(endpoint: string, method: string, error: RpcErrorBody): ChainError {
  const details = { endpoint, method, rpcCode: error.code, rpcMessage: error.message, rpcData: error.data };
  if (RATE_LIMIT_CODES.has(error.code) || /rate limit|too many requests/i.test(error.message)) {
    return chainError(ChainErrorCode.RpcRateLimited, `${endpoint} limits our requests`, {
      remedy: 'Public nodes allow about one request a second; run a node of your own or wait.',
      details: { ...details, retryable: true },
    });
  }
  const said = [error.message, error.data].filter((part) => part !== '').join(': ');
  return chainError(ChainErrorCode.RpcRefused, `${method} was refused: ${said || `code ${error.code}`}`, {
    remedy: 'If the node is pruned or old, choose another --subtensor.chain_endpoint.',
    details,
  });
}

/** The JSON-RPC error inside a failure made by {@link rpcRefused}; null for any other. */
export function rpcErrorOf(error: unknown): RpcErrorBody | null {
  if (!(error instanceof CodedError) || error.code !== ChainErrorCode.RpcRefused) return null;
  const { rpcCode, rpcMessage, rpcData } = error.details;
  if (typeof rpcCode !== 'number' || typeof rpcMessage !== 'string' || typeof rpcData !== 'string') return null;
  return { code: rpcCode, message: rpcMessage, data: rpcData };
}
