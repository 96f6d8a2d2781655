import { connect, createServer, type Server, type Socket } from 'node:net';
import { systemClock } from '@bettertherapy/core';

/** A TCP proxy on loopback that can delay, hold back or cut what flows through it. */
export class FaultProxy {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private held = false;
  private delayMs = 0;

  private constructor(private readonly target: { readonly host: string; readonly port: number }) {
    this.server = createServer((client) => this.join(client));
  }

  /** On a free port unless one is given. */
  static async open(target: { readonly host: string; readonly port: number }, port = 0): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve, reject) => {
      proxy.server.once('error', reject);
      proxy.server.listen(port, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy is not listening');
    return address.port;
  }

  /** Bytes stop flowing while connections stay open, as when a peer is frozen. */
  hold(): void {
    this.held = true;
    for (const socket of this.sockets) socket.pause();
  }

  release(): void {
    this.held = false;
    for (const socket of this.sockets) socket.resume();
  }

  /** Every chunk is passed on this much later. */
  setDelay(ms: number): void {
    this.delayMs = ms;
  }

  /** Ends all connections; new ones are still accepted. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private join(client: Socket): void {
    const upstream = connect(this.target.port, this.target.host);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(from);
      if (this.held) from.pause();
      from.on('data', (chunk) => {
        if (this.delayMs > 0) void systemClock.sleep(this.delayMs).then(() => to.write(chunk));
        else to.write(chunk);
      });
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      // A broken half is reported by its 'close', which takes the other half down.
      from.on('error', () => from.destroy());
    }
  }
}
