// An OpenAI-compatible server with a scripted mind, in a process of its own: `node modelServer.mjs`; tells its parent where it
// listens. The model's name says who asks: `judge`, or the miner that answers.
import { defaultBankPath, loadQuestionBank } from '@bettertherapy/judge';
import { fastify } from 'fastify';
import { reworded, ScriptedAnswers } from './scriptedAnswers.mjs';
import { ScriptedJudge } from './scriptedJudge.mjs';

/** What an honest answer takes, ms: a fast model's time, drawn anew for each. */
const THINKING_MS = [20, 250];
const WORDS_A_PIECE = 12;
/** Who copies waits so long at most for the answer of ada, and such are remembered. */
const OVERHEARING_MS = 1_400;
const REMEMBERED = 50;

const bank = await loadQuestionBank(defaultBankPath());
const judge = new ScriptedJudge(
  bank.flatMap(({ rubric }) => rubric.filter(({ points }) => points < 0).map(({ text }) => text)),
);
const answers = new ScriptedAnswers(bank);
/** What ada was told to say, by question. */
const said = new Map();
const server = fastify({ logger: false, bodyLimit: 2 ** 20, forceCloseConnections: true });

server.post('/v1/chat/completions', async (request, reply) => {
  const body = /** @type {any} */ (request.body);
  const last = body.messages.at(-1).content;
  if (body.logprobs) return { ...envelope(body), choices: [nextToken(judge.next(last))] };
  const text = body.model === 'judge' ? reworded(last, body.seed ?? 0) : answers.honest(body.model, last);
  if (body.model !== 'judge') await sleep(THINKING_MS[0] + Math.random() * (THINKING_MS[1] - THINKING_MS[0]));
  if (body.model === 'ada') {
    said.set(last, text);
    if (said.size > REMEMBERED) said.delete(said.keys().next().value);
  }
  reply.type('text/event-stream');
  return stream(body, text);
});

/** How a copier comes by an answer: it reads over ada's shoulder, so never before ada has it. */
server.post('/overheard', async ({ body }) => {
  const { prompt } = /** @type {{ prompt: string }} */ (body);
  const endsAt = performance.now() + OVERHEARING_MS;
  while (!said.has(prompt) && performance.now() < endsAt) await sleep(20);
  return { text: said.get(prompt) ?? null };
});

await server.listen({ host: '127.0.0.1', port: 0 });
process.on('disconnect', () => process.exit(0));
const { port } = /** @type {import('node:net').AddressInfo} */ (server.server.address());
process.send({ url: `http://127.0.0.1:${port}/v1` });

function envelope({ model }, object = 'chat.completion') {
  return { id: 'soak', object, created: Math.floor(Date.now() / 1000), model };
}

function nextToken(probabilities) {
  const top = Object.entries(probabilities)
    .sort(([, a], [, b]) => b - a)
    .map(([token, p]) => ({ token, logprob: Math.log(Math.max(p, 1e-9)), bytes: null }));
  const content = [{ ...top[0], top_logprobs: top }];
  const message = { role: 'assistant', content: top[0].token, refusal: null };
  return { index: 0, message, logprobs: { content, refusal: null }, finish_reason: 'length' };
}

/** Server-sent events as a streaming server writes them. */
function stream(body, text) {
  const words = text.split(' ');
  const pieces = [];
  for (let at = 0; at < words.length; at += WORDS_A_PIECE)
    pieces.push(`${words.slice(at, at + WORDS_A_PIECE).join(' ')} `);
  const head = envelope(body, 'chat.completion.chunk');
  const chunks = [
    ...pieces.map((content) => ({ ...head, choices: [{ index: 0, delta: { content }, finish_reason: null }] })),
    { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    {
      ...head,
      choices: [],
      usage: { prompt_tokens: 100, completion_tokens: words.length, total_tokens: 100 + words.length },
    },
  ];
  return `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`;
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
