import { join, resolve } from 'node:path';
import { encodeSs58, type Hotkey, parseHotkey, systemClock } from '@bettertherapy/core';
import { migrate, openStore, type Store } from '@bettertherapy/store';
import { type TwinPack, TwinRegistry } from '@bettertherapy/twins';
import { asHotkey, type Signer, signerFromSeed } from '@bettertherapy/wallet';
import Fastify, { type FastifyInstance } from 'fastify';

const migrationsDir = resolve(import.meta.dirname, '../../../../../migrations');

export const keyOf = (n: number): Signer<Hotkey> => asHotkey(signerFromSeed(new Uint8Array(32).fill(n)));

export function storeIn(folder: string, name: string): Store {
  const file = join(folder, `${name}.sqlite`);
  migrate({ file, migrationsDir });
  const hotkey = parseHotkey(encodeSs58(new Uint8Array(32).fill(9)));
  return openStore({ file, migrationsDir, identity: { genesis: '0x1', netuid: 1, hotkey } });
}

/** A gateway's two twin routes over a real registry; a test may put its own answers in their place. */
export class Publisher {
  readonly registry: TwinRegistry;
  /** By path; takes the place of the true answer. */
  readonly lies = new Map<string, () => unknown>();
  readonly asked: string[] = [];
  /** Adapters by their SHA-256, given whole. */
  readonly adapters = new Map<string, Buffer>();
  private readonly app: FastifyInstance = Fastify({ forceCloseConnections: true });

  private constructor(
    private readonly store: Store,
    readonly key: Signer<Hotkey>,
  ) {
    this.registry = new TwinRegistry({ shelf: store.twins, signer: key, clock: systemClock });
  }

  static async open(folder: string, packs: readonly TwinPack[], n = 1): Promise<Publisher> {
    const publisher = new Publisher(storeIn(folder, `publisher-${n}`), keyOf(n));
    for (const pack of packs) publisher.registry.import(pack);
    publisher.app.get('*', async (request, reply) => {
      const path = request.url;
      publisher.asked.push(path);
      const lie = publisher.lies.get(path);
      if (lie) return lie();
      if (path === '/v1/twin-index') return publisher.registry.signedIndex();
      const adapter = publisher.adapters.get(path.replace('/v1/twin-adapters/', ''));
      if (adapter) return reply.type('application/octet-stream').send(adapter);
      const envelope = publisher.registry.catalogue.envelope(path.replace('/v1/twin-packs/', ''));
      return envelope ?? reply.code(404).send({});
    });
    await publisher.app.listen({ host: '127.0.0.1', port: 0 });
    return publisher;
  }

  get base(): string {
    const address = this.app.server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  /** Sha256 of what patients get of this twin. */
  shaOf(id: string): string {
    return this.registry.catalogue.currentOf(id)?.sha256 ?? '';
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.store.close();
  }
}
