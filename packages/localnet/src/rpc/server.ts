import { CodedError, describeError, type Logger } from '@bettertherapy/core';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { LocalnetErrorCode } from '../errors.js';
import { Connection } from './connection.js';
import { failureText, idOf, RpcCode, RpcFailure, readRequest, resultText } from './jsonRpc.js';
import type { Method, Methods } from './methods/method.js';

export interface RpcLimits {
  readonly maxMessageBytes: number;
  readonly maxConnections: number;
  readonly maxSubscriptions: number;
  readonly maxBatch: number;
  /** A client that lets more than this pile up is cut off. */
  readonly maxUnsentBytes: number;
}

/** The JSON-RPC door of the chain, over WebSocket. No message can make it throw. */
export class RpcServer {
  private readonly sockets = new Set<WebSocket>();
  private readonly methods: ReadonlyMap<string, Method>;

  private constructor(
    private readonly options: { readonly limits: RpcLimits },
    private readonly parts: { readonly log: Logger },
    private readonly server: WebSocketServer,
    methods: Methods,
  ) {
    const names = Object.keys(methods).sort();
    const all: Methods = { ...methods, rpc_methods: () => ({ methods: [...names, 'rpc_methods'].sort() }) };
    this.methods = new Map(Object.entries(all));
    this.server.on('connection', (socket) => this.accept(socket));
    this.server.on('error', (error) => this.parts.log.error('rpc server', { error: describeError(error) }));
  }

  /** @throws CodedError LOCALNET_PORT_UNAVAILABLE */
  static async open(
    options: { readonly host: string; readonly port: number; readonly limits: RpcLimits },
    parts: { readonly log: Logger },
    methods: Methods,
  ): Promise<RpcServer> {
    const { host, port, limits } = options;
    const server = new WebSocketServer({ host, port, maxPayload: limits.maxMessageBytes, perMessageDeflate: false });
    await new Promise<void>((resolve, reject) => {
      server.once('listening', resolve);
      server.once('error', (cause) =>
        reject(
          new CodedError(LocalnetErrorCode.PortUnavailable, `cannot listen on ${host}:${port}`, {
            remedy: 'Stop what uses the port, or choose another with --port (0 for any free one).',
            details: { host, port },
            cause,
          }),
        ),
      );
    });
    return new RpcServer({ limits }, parts, server, methods);
  }

  /** The bound port. */
  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private accept(socket: WebSocket): void {
    const { limits } = this.options;
    if (this.sockets.size >= limits.maxConnections) {
      socket.close(1013, 'too many connections');
      return;
    }
    this.sockets.add(socket);
    const connection = new Connection({ maxSubscriptions: limits.maxSubscriptions }, (text) => this.send(socket, text));
    socket.on('message', (data) => connection.answer(() => this.answer(data, connection)));
    socket.on('error', (error) => this.parts.log.debug('rpc client', { error: describeError(error) }));
    socket.on('close', () => {
      connection.close();
      this.sockets.delete(socket);
    });
  }

  private send(socket: WebSocket, text: string): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > this.options.limits.maxUnsentBytes) {
      this.parts.log.warn('rpc client reads too slowly', { unsentBytes: socket.bufferedAmount });
      socket.terminate();
      return;
    }
    socket.send(text);
  }

  private answer(data: RawData, connection: Connection): string | null {
    const message = parseJson(data);
    if (message === undefined) return failureText(null, new RpcFailure(RpcCode.Parse, 'Parse error'));
    if (!Array.isArray(message)) return this.answerOne(message, connection);
    if (message.length === 0 || message.length > this.options.limits.maxBatch) {
      return failureText(null, new RpcFailure(RpcCode.InvalidRequest, 'Invalid request', 'batch size'));
    }
    return `[${message.map((one) => this.answerOne(one, connection)).join()}]`;
  }

  private answerOne(message: unknown, connection: Connection): string {
    try {
      const request = readRequest(message);
      const method = this.methods.get(request.method);
      if (method === undefined) throw new RpcFailure(RpcCode.MethodNotFound, 'Method not found', request.method);
      return resultText(request.id, method(request.params, connection));
    } catch (error) {
      if (error instanceof RpcFailure) return failureText(idOf(message), error);
      this.parts.log.error('rpc method broke', { error: describeError(error) });
      return failureText(idOf(message), new RpcFailure(RpcCode.Internal, 'Internal error'));
    }
  }
}

/** Undefined when the bytes are no JSON. */
function parseJson(data: RawData): unknown {
  const bytes = Array.isArray(data)
    ? Buffer.concat(data)
    : Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return value;
  } catch {
    // The caller answers with the JSON-RPC parse error.
    return undefined;
  }
}
