import { z } from 'zod';
import { type Finding, line } from '../finding.js';
import { httpStatus } from '../httpStatus.js';

/** Asks Discord whether the webhook is still there; its address is a secret and never shown. */
export async function checkDiscord(webhook: string, signal: AbortSignal): Promise<Finding> {
  const discord = line('discord', 'Discord');
  const answer = await httpStatus(webhook, {}, signal);
  if (answer.status === null)
    return discord.fail(`not reachable: ${answer.error}`, 'Check the internet connection and --discord.webhook');
  if (answer.status === 200) return discord.ok('the webhook is there');
  if (answer.status === 429)
    return discord.warn('reachable, and limits requests from here', 'Wait a minute and try again');
  const text = answer.status === 404 || answer.status === 401 ? 'there is no such webhook' : `answers ${answer.status}`;
  return discord.fail(text, 'In the channel: Integrations, Webhooks, copy its address into --discord.webhook');
}

const viewer = z.object({ data: z.object({ viewer: z.object({ id: z.string() }).nullable() }) });

/** Asks wandb whose key it is. */
export async function checkWandb(
  { baseUrl, apiKey }: { readonly baseUrl: string; readonly apiKey: string },
  signal: AbortSignal,
): Promise<Finding> {
  const wandb = line('wandb', 'wandb');
  const answer = await httpStatus(
    `${baseUrl.replace(/\/$/, '')}/graphql`,
    {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`,
      },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    },
    signal,
  );
  const badKey = wandb.fail(
    'the key is not valid',
    'Set WANDB_API_KEY to the key of wandb.ai/authorize, or --wandb.off',
  );
  if (answer.status === null)
    return wandb.fail(`${baseUrl}: ${answer.error}`, 'Check the internet connection, or --wandb.off');
  if (answer.status === 401 || answer.status === 403) return badKey;
  if (answer.status !== 200)
    return wandb.fail(`${baseUrl} answers ${answer.status}`, 'Try again later, or --wandb.off');
  return whoIs(answer.body) ? wandb.ok(`${baseUrl} knows the key`) : badKey;
}

function whoIs(body: string): boolean {
  try {
    return viewer.parse(JSON.parse(body)).data.viewer !== null;
  } catch (error) {
    // Another program answers there: as good as an invalid key.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return false;
    throw error;
  }
}

/** Sends a collector of traces an empty request. Headers that it may ask for are secrets of the daemon, unknown here. */
export async function checkCollector(url: string, signal: AbortSignal): Promise<Finding> {
  const traces = line('traces', 'Traces');
  const { host } = new URL(url);
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"resourceSpans":[]}' };
  const answer = await httpStatus(url, request, signal);
  const mend = 'Start a collector that takes OTLP over HTTP there (usually port 4318), or leave --otel.endpoint out';
  if (answer.status === null) return traces.fail(`${host}: ${answer.error}`, mend);
  if (answer.status === 200) return traces.ok(`${host} takes them`);
  if (answer.status === 401 || answer.status === 403)
    return traces.warn(`${host} asks who sends`, 'See that --otel.headers has what it asks for');
  return traces.fail(`${host} answers ${answer.status}`, mend);
}
