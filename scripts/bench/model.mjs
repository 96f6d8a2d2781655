import { silentLogger, systemClock } from '@bettertherapy/core';
import { openModel } from '@bettertherapy/llm';
import { smallModel } from './smallModel.mjs';

const TOKENS = 96;
const REPEATS = 3;

async function tokensPerSecond(model, sequences) {
  const startedAt = performance.now();
  const results = await Promise.all(
    Array.from({ length: sequences }, (_, at) =>
      model.complete({
        messages: [
          { role: 'user', content: `Write a long letter number ${at} about the sea, the weather and an old friend.` },
        ],
        maxTokens: TOKENS,
        sampling: { temperature: 0.7, seed: at + 1 },
      }),
    ),
  );
  const tokens = results.reduce((sum, { outputTokens }) => sum + outputTokens, 0);
  return tokens / ((performance.now() - startedAt) / 1000);
}

/** Tokens per second of the small model at 1, 2 and 4 sequences in one context. */
export async function modelSequences() {
  const file = await smallModel();
  const rows = [];
  for (const slots of [1, 2, 4]) {
    const model = await openModel(
      { backend: 'llama', ...file, contextTokens: 1024, slots },
      { clock: systemClock, log: silentLogger, metrics: null },
    );
    let best = 0;
    for (let repeat = 0; repeat < REPEATS; repeat += 1) best = Math.max(best, await tokensPerSecond(model, slots));
    await model.close();
    rows.push({ what: `${slots} sequence${slots > 1 ? 's' : ''}`, value: best, unit: 'tok/s' });
  }
  return { title: `model: generated tokens per second, ${file.name}, default threads`, rows };
}
