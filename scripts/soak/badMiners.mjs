// The miners that want to be paid for nothing, the newcomers, and the one that is broken, in a process of their own:
// `node badMiners.mjs <wallets> <host> <models> <role>:<name> …`; tells its parent their ports, and obeys `{ behave }`.
import { silentLogger, systemClock } from '@bettertherapy/core';
import { defaultBankPath, loadQuestionBank } from '@bettertherapy/judge';
import { AxonServer, MemoryNonceStore } from '@bettertherapy/transport';
import { loadHotkey, ready } from '@bettertherapy/wallet';
import { startRogue } from './rogue.mjs';
import { ScriptedAnswers } from './scriptedAnswers.mjs';

/** From overhearing an answer to giving it as one's own. */
const COPYING_MS = 400;
const NEWCOMER_MS = 150;

const [root, host, models, ...who] = process.argv.slice(2);
await ready();
const answers = new ScriptedAnswers(await loadQuestionBank(defaultBankPath()));
const rogues = [];
const ports = {};

async function startAxon(name, answer) {
  const signer = await loadHotkey({ root, name, hotkey: 'default' });
  const axon = new AxonServer(
    {
      ...{ host, port: 0, hotkey: signer.address, answerDeadlineMs: 30_000, addressRate: null },
      ...{ queue: { concurrency: 16, capacity: 64 }, rate: { perMinute: 100_000, burst: 10_000 } },
    },
    {
      answer: async ({ prompt, signal }) => ({ output: await answer(prompt, signal) }),
      policy: () => ({ allow: true, priority: 1 }),
      nonces: new MemoryNonceStore({ maxEntries: 10_000, firstStart: true }, { clock: systemClock }),
      ...{ signer, clock: systemClock, log: silentLogger, metrics: null },
    },
  );
  await axon.start(new AbortController().signal);
  return axon.port;
}

const START = {
  cheat: (name) =>
    startAxon(name, async (prompt, signal) => {
      if (name !== 'copycat') return answers.cheat(name, prompt);
      const text = await overhear(prompt, signal);
      await systemClock.sleep(COPYING_MS, signal);
      return text;
    }),
  newcomer: (name) =>
    startAxon(name, async (prompt, signal) => {
      await systemClock.sleep(NEWCOMER_MS, signal);
      return answers.honest(name, prompt);
    }),
  broken: async () => {
    const rogue = await startRogue(host);
    rogues.push(rogue);
    return rogue.port;
  },
};

/** Ada's answer, once ada has it; nothing where ada is away. */
async function overhear(prompt, signal) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(new URL('/overheard', models), {
    ...{ method: 'POST', headers, signal, body: JSON.stringify({ prompt }) },
  });
  return (await response.json()).text ?? '';
}

for (const [role, name] of who.map((one) => one.split(':'))) ports[name] = await START[role](name);
process.on('message', ({ behave }) => {
  for (const rogue of rogues) rogue.behave(behave);
});
process.on('disconnect', () => process.exit(0));
process.send({ ports });
