import type { AddressInfo } from 'node:net';
import WebSocket, { WebSocketServer } from 'ws';

/** Sees a request before the node does, which gets it once this resolves. */
export type BeforeRequest = (method: string) => Promise<void>;

/** A proxy of JSON-RPC that lets a test do something between a request of a client and the node's seeing it. */
export class RpcTap {
  /** Called for every request, one after another. */
  before: BeforeRequest = async () => undefined;

  private constructor(
    private readonly server: WebSocketServer,
    private readonly nodeUrl: string,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  static async open(nodeUrl: string): Promise<RpcTap> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise((resolve, reject) => {
      server.once('listening', resolve);
      server.once('error', reject);
    });
    return new RpcTap(server, nodeUrl);
  }

  get url(): string {
    // The server listens on TCP, so its address is never a pipe's name.
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const client of this.server.clients) client.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: WebSocket): void {
    const node = new WebSocket(this.nodeUrl);
    const opened = new Promise<void>((resolve) => node.once('open', () => resolve()));
    let order: Promise<unknown> = opened;
    client.on('message', (data) => {
      const text = String(data);
      order = order
        .then(() => this.before(methodOf(text)))
        .then(() => node.send(text))
        .catch(() => client.terminate());
    });
    node.on('message', (data) => client.send(String(data)));
    client.on('close', () => node.terminate());
    node.on('close', () => client.terminate());
    node.on('error', () => client.terminate());
  }
}

function methodOf(text: string): string {
  const request: unknown = JSON.parse(text);
  return typeof request === 'object' && request !== null && 'method' in request ? String(request.method) : '';
}
