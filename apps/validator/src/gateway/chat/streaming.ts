import { describeError } from '@bettertherapy/core';
import { apiError, errorReply } from '../http/errors.js';
import { EventStream } from '../http/eventStream.js';
import type { RouteInput } from '../http/route.js';
import type { GatewayParts } from '../parts.js';
import { end, factsOf, type Prepared, prepare, type Taken } from './answering.js';
import type { AnswerFacts, ChatRequest, FinishReason, Usage } from './chatSchema.js';
import { openingOf, pieceDelayMs, piecesOf, usageOf } from './speech.js';

const KEEP_ALIVE_MS = 5_000;
const DRAIN_MS = 30_000;

interface Delta {
  readonly role?: 'assistant';
  readonly content?: string;
}

/** What a chunk says beyond its frame. */
interface Said {
  readonly delta: Delta;
  readonly finishReason?: FinishReason | null;
  readonly facts?: AnswerFacts;
}

/**
 * Streams an answer in OpenAI's chunks. The first one goes out before any miner is asked and carries the help that a
 * crisis needs; words follow at a readable pace. A client that leaves ends it all at once.
 */
export async function streamAnswer(
  taken: Taken,
  input: Pick<RouteInput<unknown, unknown, ChatRequest>, 'reply' | 'signal' | 'body'>,
  parts: GatewayParts,
): Promise<undefined> {
  const { clock, log } = parts;
  const { signal, body } = input;
  const { question, session } = taken;
  const withUsage = body.stream_options?.include_usage === true;
  const created = Math.floor(clock.wallMs() / 1000);
  const frame = {
    id: `chatcmpl-${question.answerId}`,
    object: 'chat.completion.chunk',
    created,
    model: question.twin.id,
  };
  const stream = EventStream.open(input.reply, { keepAliveMs: KEEP_ALIVE_MS, drainMs: DRAIN_MS }, { clock, signal });
  const send = ({ delta, finishReason = null, facts }: Said): Promise<void> =>
    stream.send({
      ...frame,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      ...(withUsage ? { usage: null } : {}),
      ...(facts ? { bettertherapy: facts } : {}),
    });

  let said = '';
  let prepared: Prepared | null = null;
  let firstWordMs: number | null = null;
  const say = async (text: string): Promise<void> => {
    if (text === '') return;
    firstWordMs ??= clock.monotonicMs() - taken.startedMs;
    await send({ delta: { content: text } });
    said += text;
  };
  try {
    const opening = openingOf(question.crisis, session !== null);
    await send({ delta: { role: 'assistant', content: opening }, facts: factsOf(taken, null, null, parts) });
    said = opening;
    prepared = await prepare(taken, parts, signal);
    const delayMs = pieceDelayMs(parts.options.gateway.wordsPerSecond);
    for (const [at, piece] of piecesOf(prepared.speech.text.slice(opening.length)).entries()) {
      if (at > 0 && delayMs > 0) await clock.sleep(delayMs, signal);
      await say(piece);
    }
    const state = prepared.routed.winner ? 'answered' : 'none';
    const endedMs = end(taken, { state, prepared, said, firstWordMs }, parts);
    const { finishReason } = prepared.speech;
    await send({ delta: {}, finishReason, facts: factsOf(taken, prepared, endedMs, parts) });
    if (withUsage) await stream.send(usageFrame(frame, usageOf(question.turns, said)));
    await stream.send('[DONE]');
  } catch (error) {
    // Idempotent: a question that had ended stays as it was.
    end(taken, { state: signal.aborted ? 'stopped' : 'lost', prepared, said, firstWordMs }, parts);
    if (!signal.aborted) {
      log.error('stream failed', { answerId: question.answerId, error: describeError(error) });
      await stream.send(errorReply(apiError('internal_error', 'Something went wrong on our side.')).body);
    }
  } finally {
    stream.end();
  }
  return undefined;
}

function usageFrame(frame: object, usage: Usage): object {
  return { ...frame, choices: [], usage };
}
