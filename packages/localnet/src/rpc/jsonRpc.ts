/** JSON-RPC error numbers, as a Substrate node uses them. */
export const RpcCode = {
  Parse: -32700,
  InvalidRequest: -32600,
  MethodNotFound: -32601,
  InvalidParams: -32602,
  Internal: -32603,
  /** Anything wrong with what was asked about the chain. */
  Client: -32000,
  BadFormat: 1001,
  InvalidTransaction: 1010,
  AlreadyImported: 1013,
  TooLowPriority: 1014,
  ImmediatelyDropped: 1016,
  TooManySubscriptions: -32006,
} as const;

/** The answer to a request that cannot be answered otherwise. Goes to the client as it is. */
export class RpcFailure extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: string,
  ) {
    super(message);
    this.name = 'RpcFailure';
  }
}

export function badParams(why: string): RpcFailure {
  return new RpcFailure(RpcCode.InvalidParams, 'Invalid params', why);
}

export type RpcId = string | number | null;

export interface RpcRequest {
  readonly id: RpcId;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Reads one request object. @throws RpcFailure when it is none. */
export function readRequest(value: unknown): RpcRequest {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidRequest();
  // A plain object; its fields are checked one by one below.
  const { jsonrpc, id, method, params = [] } = value as Record<string, unknown>;
  if (jsonrpc !== '2.0' || typeof method !== 'string' || !isId(id)) throw invalidRequest();
  if (!Array.isArray(params)) throw badParams('params must be a list');
  return { id, method, params };
}

/** The id of something that may be no request, so that its error can name it. */
export function idOf(value: unknown): RpcId {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null;
  return isId(value.id) ? value.id : null;
}

function isId(id: unknown): id is RpcId {
  return typeof id === 'string' || typeof id === 'number' || id === null;
}

function invalidRequest(): RpcFailure {
  return new RpcFailure(RpcCode.InvalidRequest, 'Invalid request');
}

export function resultText(id: RpcId, result: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result });
}

export function failureText(id: RpcId, { code, message, data }: RpcFailure): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    error: data === undefined ? { code, message } : { code, message, data },
  });
}
