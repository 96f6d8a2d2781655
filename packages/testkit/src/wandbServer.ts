import { type FastifyInstance, fastify } from 'fastify';

const MIB = 2 ** 20;

/** A run as the server has it. */
export interface WandbRun {
  readonly id: string;
  displayName: string;
  notes: string | null;
  config: unknown;
  /** Lines of the history by number. */
  readonly history: Record<string, unknown>[];
  summary: Record<string, unknown>;
  /** Uploads that ended well. */
  finishes: number;
}

/** How the next requests are answered. */
export type WandbFault =
  | 'none'
  | 'error'
  | 'garbage'
  | 'hang'
  /** Requests about runs work, those with lines fail. */
  | 'lines refused'
  | 'lines garbage'
  /** Lines are taken, but the answer says that they were not. */
  | 'answer lost'
  /** GraphQL answers without a run. */
  | 'no run';

interface StreamBody {
  readonly complete?: boolean;
  readonly files?: Readonly<Record<string, { readonly offset: number; readonly content: readonly string[] }>>;
}
interface GraphqlBody {
  readonly query: string;
  readonly variables?: Readonly<Record<string, string | null | undefined>>;
}

/** A local server with the endpoints of wandb that its JavaScript SDK uses: GraphQL for runs, a file stream for lines. */
export class WandbServer {
  readonly runs = new Map<string, WandbRun>();
  fault: WandbFault = 'none';
  /** Lines that came for a number that had another line, and those that left numbers out. */
  overwritten = 0;
  gaps = 0;
  private port = 0;
  private server: FastifyInstance | null = null;

  constructor(
    private readonly options: {
      readonly apiKey: string;
      readonly entity: string;
      /** The largest body that is not refused with 413; as nginx by itself when left out. */
      readonly takesBytes?: number;
    },
  ) {}

  /** The base address; it stays the same when the server is closed and started again. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const server = fastify({ logger: false, forceCloseConnections: true, bodyLimit: this.options.takesBytes ?? MIB });
    this.server = server;
    server.addHook('onRequest', async (request, reply) => {
      const { fault } = this;
      if (fault === 'hang') {
        reply.hijack();
        return;
      }
      if (fault === 'error') return reply.code(500).send({ error: 'fault' });
      if (fault === 'garbage') return reply.type('text/html').send('<html>sign in to the network</html>');
      const expected = `Basic ${Buffer.from(`api:${this.options.apiKey}`).toString('base64')}`;
      if (request.headers.authorization !== expected) return reply.code(401).send({ error: 'permission denied' });
      return undefined;
    });
    server.post<{ Body: GraphqlBody }>('/graphql', async ({ body }) => this.graphql(body));
    server.post<{ Body: StreamBody; Params: { entity: string; project: string; run: string } }>(
      '/files/:entity/:project/:run/file_stream',
      async ({ body, params }, reply) => {
        const run = this.runs.get(`${params.entity}/${params.project}/${params.run}`);
        if (!run) return reply.code(404).send({ error: 'no such run' });
        if (this.fault === 'lines refused') return reply.code(500).send({ error: 'fault' });
        if (this.fault === 'lines garbage') return reply.type('text/html').send('<html></html>');
        this.take(run, body);
        if (this.fault === 'answer lost') return reply.code(502).send({ error: 'fault' });
        return { exitcode: null, limits: {} };
      },
    );
    await server.listen({ host: '127.0.0.1', port: this.port });
    const address = server.server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.server?.close();
    this.server = null;
  }

  private graphql({ query, variables = {} }: GraphqlBody): object {
    const { entity } = this.options;
    if (this.fault === 'no run' && !query.includes('query Viewer')) return { data: { upsertBucket: null } };
    if (query.includes('query Viewer')) {
      return { data: { viewer: { id: 'viewer', entity, flags: null, teams: { edges: [] } } } };
    }
    const { name, project, config, displayName, notes } = variables;
    const owner = variables.entity || entity;
    const key = `${owner}/${project}/${name}`;
    const inserted = !this.runs.has(key);
    const run = this.runs.get(key) ?? {
      ...{ id: String(name), displayName: String(name), notes: null, config: {} },
      ...{ history: [], summary: {}, finishes: 0 },
    };
    if (config) run.config = JSON.parse(config);
    if (displayName) run.displayName = displayName;
    if (notes) run.notes = notes;
    this.runs.set(key, run);
    const bucket = { id: key, name, displayName: run.displayName, project: { name: project, entity: { name: owner } } };
    return { data: { upsertBucket: { bucket, inserted } } };
  }

  private take(run: WandbRun, { files, complete }: StreamBody): void {
    const history = files?.['wandb-history.jsonl'];
    history?.content.forEach((text, at) => {
      const place = history.offset + at;
      const before = run.history[place];
      if (place > run.history.length) this.gaps += 1;
      if (before !== undefined && JSON.stringify(before) !== text) this.overwritten += 1;
      run.history[place] = JSON.parse(text);
    });
    const summary = files?.['wandb-summary.json']?.content[0];
    if (summary !== undefined) run.summary = JSON.parse(summary);
    if (complete) run.finishes += 1;
  }
}
