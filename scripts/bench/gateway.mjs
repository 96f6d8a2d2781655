// 500 people chat with a twin at the same time: real sockets, real signatures, real axons, a scripted judge.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ready, signerFromUri } from '@bettertherapy/wallet';
import { Agent, request } from 'undici';
import { startAxon } from './axons.mjs';

const MINERS = 3;
/** People come one after the other; the last one while the first still reads. */
const FULL = { chats: 500, rampMs: 25_000, runMs: 45_000, wordsPerSecond: 2 };
const ANSWER_MS = [2_000, 4_000];
const ANSWER =
  'It sounds as if the nights have been hard for you, and that would wear anybody down. Tonight, try to keep the room dark and cool, put the phone away an hour before bed, and get up at the same time tomorrow whatever happens. If it goes on for more than three weeks, please speak with your own doctor about it.';
const FLAGS = [`--gateway.miners=${MINERS}`, '--gateway.max_streams=600', '--gateway.address_rate=1000000'];

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const answerMs = () => ANSWER_MS[0] + Math.random() * (ANSWER_MS[1] - ANSWER_MS[0]);

/** Miners that think for a while, and how the metagraph lists them. */
async function startMiners() {
  const axons = [];
  for (let at = 0; at < MINERS; at += 1) {
    axons.push(
      await startAxon({
        uri: `//Miner${at}`,
        output: async () => {
          await sleep(answerMs());
          return ANSWER;
        },
        queue: { concurrency: 1_000, capacity: 2_000 },
      }),
    );
  }
  const neurons = axons.map(({ axon, hotkey }, uid) => ({
    uid,
    hotkey,
    coldkey: signerFromUri(`//Cold${uid}`).address,
    axon: { ip: '127.0.0.1', port: axon.port, ipType: 4, version: 12_001_000, protocol: 4, block: 1 },
    validatorPermit: false,
    totalStake: 0,
    registeredAt: uid,
  }));
  return { neurons, close: () => Promise.all(axons.map(({ axon }) => axon.close())) };
}

/** One chat, read to its end. @returns seconds to the first word, or what went wrong */
async function chat(agent, { url, key }) {
  const startedAt = performance.now();
  const { statusCode, body } = await request(`${url}/v1/chat/completions`, {
    dispatcher: agent,
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'dr-indra-gurung',
      stream: true,
      messages: [{ role: 'user', content: 'I have slept badly for two weeks and I worry about work. What can I do?' }],
    }),
  });
  let text = '';
  let firstWord = null;
  for await (const piece of body) {
    text += piece;
    if (firstWord === null && text.includes('It sounds')) firstWord = (performance.now() - startedAt) / 1000;
  }
  const fine = statusCode === 200 && firstWord !== null && text.trimEnd().endsWith('data: [DONE]');
  return fine ? { firstWord } : { error: `${statusCode} ${text.slice(-300)}` };
}

/** @returns the table of docs/performance.md. @throws Error when a chat failed */
export async function gatewayChats({ chats, rampMs, runMs, wordsPerSecond } = FULL) {
  await ready();
  const miners = await startMiners();
  // Flags of the process that measures are not for the one that is measured.
  const worker = fork(fileURLToPath(new URL('gatewayWorker.mjs', import.meta.url)), [], { execArgv: [] });
  const ask = async (message) => {
    worker.send(message);
    const [answer] = await once(worker, 'message');
    return answer;
  };
  const gateway = await ask({
    open: { neurons: miners.neurons, flags: [...FLAGS, `--gateway.words_per_second=${wordsPerSecond}`] },
  });
  const agent = new Agent({ connections: chats, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  const before = await ask({ measure: true });
  const endsAt = performance.now() + runMs;
  const seen = [];
  let running = 0;
  let most = 0;
  const visitor = async (at) => {
    await sleep((at / chats) * rampMs);
    while (performance.now() < endsAt) {
      running += 1;
      most = Math.max(most, running);
      const ended = await chat(agent, gateway).catch((error) => ({ error: String(error) }));
      seen.push(ended);
      running -= 1;
      // Who was turned away leaves: a gateway that fails at once is not to be asked as fast as it can fail.
      if (ended.error) return;
    }
  };
  const visitors = Array.from({ length: chats }, (_, at) => visitor(at));
  await sleep(runMs / 2);
  const half = await ask({ measure: true });
  await Promise.all(visitors);
  const end = await ask({ measure: true });
  worker.send({ close: true });
  await once(worker, 'exit');
  await agent.close();
  await miners.close();
  const errors = seen.filter(({ error }) => error);
  if (errors.length > 0)
    throw new Error(`${errors.length} of ${seen.length} chats failed, the first: ${errors[0].error}`);
  const firstWords = seen.flatMap(({ firstWord }) => firstWord ?? []).sort((a, b) => a - b);
  const row = (what, value, unit) => ({ what, value, unit });
  return {
    title: `gateway: ${chats} people chatting at once with ${MINERS} miners that think for 2 to 4 s`,
    rows: [
      row('chats in progress at the same time', most, 'chats'),
      row('chats ended', seen.length, 'chats'),
      row('first word, median', firstWords[Math.floor(firstWords.length / 2)] ?? 0, 's'),
      row('first word, 99th percentile', firstWords[Math.floor(firstWords.length * 0.99)] ?? 0, 's'),
      row('event loop delay, first half, 99th percentile', half.p99Ms, 'ms'),
      row('event loop delay, second half, 99th percentile', end.p99Ms, 'ms'),
      row('event loop delay, longest', Math.max(half.maxMs, end.maxMs), 'ms'),
      row('memory of the process before', before.rssMiB, 'MiB'),
      row('memory of the process at half', half.rssMiB, 'MiB'),
      row('memory of the process at the end', end.rssMiB, 'MiB'),
    ],
  };
}
