import { systemClock } from '@bettertherapy/core';
import { type FastifyInstance, fastify } from 'fastify';

interface ChatBody {
  readonly messages: readonly { readonly content: string }[];
  readonly stream?: boolean;
}

/** One answer for each question of the short bank; a miner that gives one text to several is not judged. */
const ANSWERS: readonly (readonly [about: string, answer: string])[] = [
  [
    'awake',
    'Lying awake for so long is draining. Try getting up at the same hour each day this week, and keep your phone out of the bedroom. If it lasts, please tell your doctor.',
  ],
  [
    'chest',
    'That tightness before people is frightening but common. Before the next one, breathe out slowly for six counts, ten times. A therapist can teach you more if it keeps coming back.',
  ],
  [
    'dog',
    'Losing a companion hurts, and tears after a month are no sign of weakness. You could look at one photo each evening and write a line about it. See somebody if you stop eating.',
  ],
  [
    'sister',
    'Arguments within families wear everybody out. Agree on a short walk before you talk, and let each of you finish. When it gets too loud, a mediator or counsellor may be of use.',
  ],
];
const OTHER = 'I would need to know a little more about it to say anything that could be of use to you.';

/** An OpenAI-compatible server that answers at once: for tests in which it does not matter what a model says. */
export class ModelServer {
  /** How long it thinks about each probability; a test may want to find a judge at work. */
  thinksMs = 0;
  private readonly server: FastifyInstance = fastify({ logger: false, forceCloseConnections: true });

  /** What `--model.base_url` is told, once started. */
  get url(): string {
    const address = this.server.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the model server is not started');
    return `http://127.0.0.1:${address.port}/v1`;
  }

  async start(): Promise<void> {
    this.server.post<{ Body: ChatBody }>('/v1/chat/completions', async (request, reply) => {
      const { messages, stream } = request.body;
      if (stream !== true) {
        await systemClock.sleep(this.thinksMs);
        return nextToken();
      }
      const asked = messages.at(-1)?.content ?? '';
      const [, text] = ANSWERS.find(([about]) => asked.includes(about)) ?? [null, OTHER];
      return reply.type('text/event-stream').send(streamed(text));
    });
    await this.server.listen({ host: '127.0.0.1', port: 0 });
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

/** Rather yes than no, and the middle of five letters. */
function nextToken() {
  const logprob = (token: string, p: number) => ({ token, logprob: Math.log(p), bytes: null });
  const alternatives = [logprob('Yes', 0.6), logprob('No', 0.2), logprob('C', 0.15), logprob('B', 0.03)];
  const content = [{ ...logprob('Yes', 0.6), top_logprobs: alternatives }];
  const message = { role: 'assistant', content: 'Yes' };
  return {
    ...head('chat.completion'),
    choices: [{ index: 0, message, finish_reason: 'length', logprobs: { content } }],
  };
}

function streamed(text: string): string {
  const chunk = (choices: readonly object[], usage: object | null = null): string =>
    `data: ${JSON.stringify({ ...head('chat.completion.chunk'), choices, usage })}\n\n`;
  const word = (content: string): string => chunk([{ index: 0, delta: { content }, finish_reason: null }]);
  const tokens = text.split(/(?<= )/);
  const usage = { prompt_tokens: 30, completion_tokens: tokens.length, total_tokens: 30 + tokens.length };
  const end = chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]);
  return `${tokens.map(word).join('')}${end}${chunk([], usage)}data: [DONE]\n\n`;
}

function head(object: string) {
  return { id: 'x', object, created: 0, model: 'at-once' };
}
