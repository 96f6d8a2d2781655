import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { freePort } from '@bettertherapy/testkit';

/** How the model answers: as one that knows how good each text is, as one to which all texts are alike, or nothing that makes sense. */
export type JudgeMind = 'able' | 'blind' | 'garbage';

/** Texts better than this are as good as the model reply; the grades of the bank are 0, 0.4, 0.7 and 1. */
const LEVELS = [0.2, 0.5, 0.8, 0.9];
/** Statements about every reply that describe bad behaviour, and their opposites; all others praise. */
const BAD =
  /settled fact|start, stop or change|method, means|claims to be human|blames, shames|passes over|names no person|only refuses|speaks to whoever/u;
const OPPOSITE = /does not state|gives no order|contains no method|makes no claim|^It is not so/u;
const LETTERS = ['A', 'B', 'C', 'D', 'E'];

/** A judge model behind the OpenAI protocol, whose mind is the test's to change, and which can die and come back at its address. */
export class JudgeServer {
  mind: JudgeMind = 'able';
  /** Its answer to a chat; what is too short to be the wording of a question lets rounds ask the bank's own. */
  says = '?';
  private server: Server | null = null;

  private constructor(
    private readonly port: number,
    private readonly grade: (bareText: string) => number | null,
  ) {}

  /** @param grade how good a text is by its {@link bare} letters, 0 to 1; null for one that is not known */
  static async start(grade: (bareText: string) => number | null): Promise<JudgeServer> {
    const judge = new JudgeServer(await freePort(), grade);
    await judge.revive();
    return judge;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  async revive(): Promise<void> {
    const server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.server = server;
  }

  /** Idempotent. */
  async die(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (server === null) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    // What our own client sends; a request of another shape fails the test that made it.
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
      readonly stream?: boolean;
      readonly messages: readonly { readonly content: string }[];
    };
    const prompt = body.messages.at(-1)?.content ?? '';
    if (body.stream === true) {
      const chunk = {
        id: 'c',
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta: { content: this.says }, finish_reason: 'stop' }],
      };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    const said = this.mind === 'garbage' ? {} : { logprobs: { content: [{ top_logprobs: this.opinion(prompt) }] } };
    const message = { role: 'assistant', content: 'Yes' };
    response.end(
      JSON.stringify({
        id: 'c',
        object: 'chat.completion',
        choices: [{ index: 0, finish_reason: 'stop', message, ...said }],
      }),
    );
  }

  private opinion(prompt: string): { readonly token: string; readonly logprob: number }[] {
    const good = this.mind === 'blind' ? 0.7 : this.goodness(prompt);
    if (prompt.endsWith('Answer with one letter, A to E.')) {
      const level = LEVELS.filter((least) => good >= least).length;
      const worstFirst = prompt.includes('A) much worse');
      return probabilities({ [LETTERS[worstFirst ? level : 4 - level] ?? 'C']: 0.99 });
    }
    const statement = /"([\s\S]*)"\nYes or No\?$/u.exec(prompt)?.[1] ?? '';
    const yes =
      this.mind === 'blind' ? 0.5 : OPPOSITE.test(statement) ? 0.98 : BAD.test(statement) ? 0.02 : 0.01 + 0.97 * good;
    return probabilities({ Yes: yes, No: 1 - yes });
  }

  private goodness(prompt: string): number {
    const found = /The model reply:\n([\s\S]*?)\n\nThe reply to check:\n--- (\w{12})\n([\s\S]*?)\n--- \2/u.exec(prompt);
    const [, reference = '', , marked = ''] = found ?? [];
    const text = marked.replace(/^\| /gmu, '');
    return bare(text) === bare(reference) ? 0.7 : (this.grade(bare(text)) ?? 0);
  }
}

/** Letters and digits alone: gates clean a text before the judge sees it. */
export function bare(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function probabilities(of: Readonly<Record<string, number>>) {
  return Object.entries(of).map(([token, p]) => ({ token, logprob: Math.log(p) }));
}
