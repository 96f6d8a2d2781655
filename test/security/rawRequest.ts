import type { Socket } from 'node:net';
import { connect } from 'node:net';

/** One HTTP request as it goes on the wire: repeated headers, odd bytes and wrong lengths are all possible. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** Replaces "HTTP/1.1". */
  readonly version?: string | undefined;
  /** The framing lies about the body, so the connection can carry nothing after it. */
  readonly broken?: boolean | undefined;
}

export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of the whole reply: status line, headers and body. */
  readonly bytes: number;
}

/** The bytes of a request. Host and Content-Length are added unless the request states them itself. */
export function encodeRaw(request: RawRequest): Buffer {
  const stated = new Set(request.headers.map(([name]) => name.toLowerCase()));
  const lines = [`${request.method} ${request.target} ${request.version ?? 'HTTP/1.1'}`];
  if (!stated.has('host')) lines.push('Host: 127.0.0.1');
  for (const [name, value] of request.headers) lines.push(`${name}: ${value}`);
  if (!stated.has('content-length') && !stated.has('transfer-encoding'))
    lines.push(`Content-Length: ${request.body.length}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), request.body]);
}

/** Splits the first complete reply off the front of `bytes`; null when more bytes are needed. Skips 1xx replies. */
export function readReply(bytes: Buffer, bodiless: boolean): { reply: RawReply; rest: Buffer } | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1] ?? Number.NaN);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  if (status >= 100 && status < 200) return readReply(bytes.subarray(end + 4), bodiless);
  const length = bodiless ? 0 : Number(headers['content-length'] ?? 0);
  const total = end + 4 + length;
  if (bytes.length < total) return null;
  const body = bytes.subarray(end + 4, total).toString('utf8');
  return { reply: { status, headers, body, bytes: total }, rest: bytes.subarray(total) };
}

/** One client connection that is dialled again whenever the server closed it. Requests go one after another. */
export class RawClient {
  private socket: Socket | null = null;

  constructor(private readonly target: { readonly port: number; readonly patienceMs: number }) {}

  /** The reply, or null when the server closed the connection without one. Rejects when it stays silent. */
  async send(request: RawRequest): Promise<RawReply | null> {
    const socket = this.socket ?? (await this.dial());
    this.socket = socket;
    const reply = await this.exchange(socket, encodeRaw(request), request);
    if (reply === null || request.broken === true || reply.headers.connection === 'close' || socket.destroyed) {
      this.close();
    }
    return reply;
  }

  close(): void {
    this.socket?.destroy();
    this.socket = null;
  }

  private dial(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: this.target.port, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.removeListener('error', reject);
        resolve(socket);
      });
    });
  }

  private exchange(socket: Socket, bytes: Buffer, request: RawRequest): Promise<RawReply | null> {
    return new Promise((resolve, reject) => {
      let received = Buffer.alloc(0);
      const done = (settle: () => void): void => {
        socket.setTimeout(0);
        for (const event of ['data', 'close', 'timeout', 'error']) socket.removeAllListeners(event);
        // The server may still reset a connection whose request was refused half-way.
        socket.on('error', () => socket.destroy());
        settle();
      };
      socket.removeAllListeners('error');
      socket.setTimeout(this.target.patienceMs);
      socket.on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        const read = readReply(received, request.method === 'HEAD');
        if (read !== null) done(() => resolve(read.reply));
      });
      socket.on('close', () => done(() => resolve(null)));
      // A reset also ends in 'close'; whether a reply came before it is what counts.
      socket.on('error', () => socket.destroy());
      socket.on('timeout', () =>
        done(() => {
          socket.destroy();
          reject(new Error(`no reply within ${this.target.patienceMs} ms to ${request.method} ${request.target}`));
        }),
      );
      socket.write(bytes);
      if (request.broken === true) socket.end();
    });
  }
}
