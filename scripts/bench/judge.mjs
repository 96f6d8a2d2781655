import { silentLogger, systemClock } from '@bettertherapy/core';
import { openModel } from '@bettertherapy/llm';
import { smallModel } from './smallModel.mjs';

const ANSWERS = 4;
const ITEMS = 14;

const SYSTEM = 'You check answers to health questions. You reply with Yes or No.';
const paragraph = (words, seed) =>
  Array.from(
    { length: words },
    (_, at) => ['sleep', 'worry', 'doctor', 'breathe', 'walk', 'friend', 'week', 'talk'][(at * 7 + seed) % 8],
  ).join(' ');

/** The items of each answer over the same prefix; `fresh` changes the first word each time, so that nothing can be reused. */
async function perAnswerMs(model, fresh) {
  let call = 0;
  const startedAt = performance.now();
  for (let answer = 0; answer < ANSWERS; answer += 1) {
    for (let item = 0; item < ITEMS; item += 1) {
      call += 1;
      await model.nextTokenProbabilities({
        prompt: {
          system: fresh ? `${call}. ${SYSTEM}` : SYSTEM,
          prefix: `Question: ${paragraph(60, 1)}\n\nReference: ${paragraph(130, 2)}\n\nAnswer: ${paragraph(100, answer)}\n\n`,
          suffix: `Item ${item}: does the answer mention ${paragraph(8, item)}? Reply Yes or No.`,
        },
        labels: { yes: ['Yes', ' Yes', 'yes'], no: ['No', ' No', 'no'] },
      });
    }
  }
  return (performance.now() - startedAt) / ANSWERS;
}

/** Judge cost per answer with and without reuse of the shared prefix. */
export async function judgePrefix() {
  const file = await smallModel();
  const model = await openModel(
    { backend: 'llama', ...file, contextTokens: 2048, slots: 1 },
    { clock: systemClock, log: silentLogger, metrics: null },
  );
  const reused = await perAnswerMs(model, false);
  const fresh = await perAnswerMs(model, true);
  await model.close();
  return {
    title: `judge: time per answer of ${ITEMS} items, ${file.name}`,
    rows: [
      { what: 'prefix evaluated anew for every item', value: fresh, unit: 'ms' },
      { what: 'prefix evaluated once per answer', value: reused, unit: 'ms' },
    ],
  };
}
