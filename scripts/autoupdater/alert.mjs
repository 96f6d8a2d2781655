// One Discord message per update. The webhook is a secret and stands in no message of ours.
const TRIES = 4;
const ANSWER_MS = 10_000;
const LONGEST_WAIT_MS = 60_000;

/** Never throws: an update must not fail because nobody could be told. */
export async function tell(webhook, text, log) {
  if (webhook === null) return;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const { waitMs, problem } = await send(webhook, text);
    if (problem === null) return;
    log(`Discord was not told (${problem})${waitMs === null || tries === TRIES ? '' : `; again in ${waitMs} ms`}`);
    if (waitMs === null) return;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

async function send(webhook, text) {
  try {
    const answer = await fetch(webhook, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ content: text.slice(0, 2000), allowed_mentions: { parse: [] } }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (answer.ok) return { waitMs: null, problem: null };
    const passing = answer.status === 429 || answer.status >= 500;
    const seconds = Number(answer.headers.get('retry-after') ?? 2);
    const waitMs = Math.min(LONGEST_WAIT_MS, (Number.isFinite(seconds) ? seconds : 2) * 1000);
    return { waitMs: passing ? waitMs : null, problem: `status ${answer.status}` };
  } catch (error) {
    return { waitMs: 2_000, problem: error.cause?.code ?? error.name };
  }
}
