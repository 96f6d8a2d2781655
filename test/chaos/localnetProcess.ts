import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, freePort, NodeChild } from '@bettertherapy/testkit';

/** The development chain as a process of its own, which can be killed, frozen and started again over the same folder. */
export class LocalnetProcess {
  private child: NodeChild | null = null;

  private constructor(
    private readonly options: { readonly folder: string; readonly blockMs: number },
    private readonly port: number,
  ) {}

  static async start(options: { readonly folder: string; readonly blockMs: number }): Promise<LocalnetProcess> {
    const localnet = new LocalnetProcess(options, await freePort());
    await localnet.start();
    return localnet;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** Resolves once it answers. */
  async start(): Promise<void> {
    const { folder, blockMs } = this.options;
    const urlFile = join(folder, `url-${Math.random()}`);
    const child = new NodeChild({
      args: [
        ...['apps/cli/dist/main.js', 'localnet', 'run', '--dir', join(folder, 'chain'), '--url_file', urlFile],
        ...['--port', String(this.port), '--block_ms', String(blockMs)],
      ],
    });
    this.child = child;
    await eventually(
      `the chain to answer (${child.lines.slice(-3).join(' | ')})`,
      () => child.exit === null && readFileSync(urlFile, 'utf8') === this.url,
      { deadlineMs: 60_000 },
    );
  }

  /** Without a goodbye; resolves when the process is gone. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.child?.waitForExit(10_000);
  }

  /** Stops it where it stands: sockets stay open, nothing is answered. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  async close(): Promise<void> {
    this.thaw();
    await this.child?.stop();
  }
}
