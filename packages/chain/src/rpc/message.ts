import type { RawData } from 'ws';

/** The error member of a JSON-RPC answer. */
export interface RpcErrorBody {
  readonly code: number;
  readonly message: string;
  /** Text as given, or JSON of anything else; empty when absent. */
  readonly data: string;
}

export type Incoming =
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown; readonly error: RpcErrorBody | null }
  | { readonly kind: 'notification'; readonly subscription: string; readonly result: unknown };

/** Reads one JSON-RPC message. @throws Error when it is not one. */
export function parseMessage(data: RawData): Incoming {
  const text = Array.isArray(data)
    ? Buffer.concat(data).toString('utf8')
    : Buffer.from(data as Uint8Array).toString('utf8');
  const message: unknown = JSON.parse(text);
  if (!isRecord(message)) throw new Error('a JSON-RPC message is an object');
  if (typeof message.method === 'string') {
    const params = message.params;
    if (!isRecord(params)) throw new Error('a notification carries params');
    const { subscription } = params;
    if (typeof subscription !== 'string' && typeof subscription !== 'number') throw new Error('no subscription id');
    return { kind: 'notification', subscription: String(subscription), result: params.result };
  }
  if (typeof message.id !== 'number') throw new Error('an answer carries the id of its request');
  return { kind: 'answer', id: message.id, result: message.result, error: errorBody(message.error) };
}

function errorBody(error: unknown): RpcErrorBody | null {
  if (error === undefined || error === null) return null;
  if (!isRecord(error)) return { code: 0, message: 'malformed error', data: '' };
  const { code, message, data } = error;
  return {
    code: typeof code === 'number' ? code : 0,
    message: typeof message === 'string' ? message.slice(0, 500) : '',
    data:
      data === undefined || data === null ? '' : (typeof data === 'string' ? data : JSON.stringify(data)).slice(0, 500),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
