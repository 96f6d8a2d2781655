import { createServer, request as httpRequest, type Server } from 'node:http';

/** Headers to replace; null removes one. */
export type HeaderChange = Readonly<Record<string, string | null>>;

/** An HTTP proxy on loopback that alters headers of what it passes on, as somebody in between could. */
export class RewritingProxy {
  private constructor(private readonly server: Server) {}

  static async open(options: { readonly port: number; readonly change: HeaderChange }): Promise<RewritingProxy> {
    const server = createServer((incoming, outgoing) => {
      const headers = { ...incoming.headers };
      for (const [name, value] of Object.entries(options.change)) {
        if (value === null) delete headers[name];
        else headers[name] = value;
      }
      const { method, url } = incoming;
      const onward = httpRequest({ host: '127.0.0.1', port: options.port, method, path: url, headers }, (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(outgoing);
      });
      onward.on('error', (error) => outgoing.destroy(error));
      incoming.pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new RewritingProxy(server);
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy is not listening');
    return address.port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
