import { createServer, type IncomingMessage, type Server } from 'node:http';

/** What a cloud model was asked. */
export interface CloudRequest {
  readonly path: string;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A stand-in for a cloud on loopback: streams the same text in the protocol that the path names. */
export class CloudServer {
  readonly requests: CloudRequest[] = [];
  private server: Server | null = null;

  constructor(private readonly text: string) {}

  /** Address without path. */
  async start(): Promise<string> {
    const server = createServer((request, reply) => {
      void readJson(request).then((body) => {
        const path = request.url ?? '';
        const key = String(request.headers.authorization ?? request.headers['x-api-key'] ?? '');
        this.requests.push({ path, key, body });
        reply.writeHead(200, { 'content-type': 'text/event-stream' });
        reply.end(path.endsWith('/messages') ? anthropicStream(this.text) : openAiStream(this.text));
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no address');
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    const server = this.server;
    server?.closeAllConnections();
    if (server) await new Promise((resolve) => server.close(resolve));
  }
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text === '' ? '{}' : text);
}

function openAiStream(text: string): string {
  const chunk = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...(text.match(/\S+\s*/g)?.map((content) => chunk({ content }, null)) ?? []),
    chunk({}, 'stop'),
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\n`,
    'data: [DONE]\n\n',
  ].join('');
}

function anthropicStream(text: string): string {
  const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
  const message = {
    id: 'msg',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 1 },
  };
  return [
    event('message_start', { message }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...(text
      .match(/\S+\s*/g)
      ?.map((part) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: part } })) ?? []),
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 20 } }),
    event('message_stop', {}),
  ].join('');
}
