import type { z } from 'zod';
import type { Caller } from '../http/caller.js';
import { apiError } from '../http/errors.js';
import { type Route, type RouteInput, type RouteResult, route } from '../http/route.js';
import type { GatewayParts } from '../parts.js';
import { toldAgain } from '../patients/withdrawn.js';
import { crisisIn } from '../route/crisis.js';
import { currentTwin } from '../twins/views.js';
import { begin, end, factsOf, prepare, type Taken } from './answering.js';
import { type ChatCompletion, type ChatRequest, chatCompletion, chatRequest } from './chatSchema.js';
import { usageOf } from './speech.js';
import { streamAnswer } from './streaming.js';
import { questionIn, turnsOfRequest, turnsOfSession } from './turns.js';

/** Of one conversation, answers that were set aside included: all of them are read with every question. */
export const MOST_MESSAGES = 1_000;

type ChatInput = RouteInput<unknown, unknown, ChatRequest>;

/** `POST /v1/chat/completions`. */
export function chatRoutes(parts: GatewayParts): Route[] {
  return [
    route(
      {
        method: 'POST',
        url: '/v1/chat/completions',
        summary: 'Ask a twin; the best of several miners’ answers comes back, whole or as a stream',
        tag: 'chat',
        access: ['chat', 'patient'],
        body: chatRequest,
        replies: {
          200: {
            description: 'With `stream: true` server-sent events in OpenAI’s chunk shape instead',
            schema: chatCompletion,
          },
        },
      },
      (input) => answer(input, parts),
    ),
  ];
}

async function answer(input: ChatInput, parts: GatewayParts): Promise<RouteResult> {
  const { body, caller } = input;
  const leave = parts.limits.enter(caller);
  parts.metrics?.streamsRunning(parts.limits.active);
  try {
    const { taken, asked } = await take(body, caller, parts, input.signal);
    begin(taken, caller, asked, parts);
    return await (body.stream === true ? streamAnswer(taken, input, parts) : wholeAnswer(taken, input.signal, parts));
  } finally {
    leave();
    parts.metrics?.streamsRunning(parts.limits.active);
  }
}

async function wholeAnswer(taken: Taken, signal: AbortSignal, parts: GatewayParts): Promise<RouteResult> {
  let ended = false;
  try {
    const prepared = await prepare(taken, parts, signal);
    const { speech, routed } = prepared;
    ended = true;
    const firstWordMs = parts.clock.monotonicMs() - taken.startedMs;
    const state = routed.winner ? 'answered' : 'none';
    const endedMs = end(taken, { state, prepared, said: speech.text, firstWordMs }, parts);
    const { question } = taken;
    const completion: ChatCompletion = {
      id: `chatcmpl-${question.answerId}`,
      object: 'chat.completion',
      created: Math.floor(endedMs / 1000),
      model: question.twin.id,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: speech.text, refusal: null },
          logprobs: null,
          finish_reason: speech.finishReason,
        },
      ],
      usage: usageOf(question.turns, speech.text),
      bettertherapy: factsOf(taken, prepared, endedMs, parts),
    };
    return { status: 200, body: completion };
  } finally {
    const state = signal.aborted ? 'stopped' : 'lost';
    if (!ended) end(taken, { state, prepared: null, said: '', firstWordMs: null }, parts);
  }
}

/** Reads a request into a question. @throws CodedError invalid_request, model_not_found, insufficient_scope, not_found */
async function take(
  body: ChatRequest,
  caller: Caller,
  parts: GatewayParts,
  signal: AbortSignal,
): Promise<{ taken: Taken; asked: string | null }> {
  const twin = currentTwin(parts, body.model);
  const again = body.regenerate === true;
  const session = sessionOf(body, caller, parts);
  if (again && !session) {
    throw apiError('invalid_request', '`regenerate` needs a `session_id`.', { param: 'regenerate' });
  }
  if (session && session.twinId !== body.model) {
    throw apiError('invalid_request', 'This session is with another twin.', { param: 'model' });
  }
  const asked = again ? null : questionIn(body);
  const messages = session ? parts.store.patients.messages(session.id) : [];
  const turns = session ? await toldAgain(turnsOfSession(messages, asked), parts, signal) : turnsOfRequest(body);
  const region = session ? regionOf(session.region) : (body.region ?? 'international');
  const crisis = crisisIn(turns, region);
  // Help in a crisis has no bounds.
  if (messages.length >= MOST_MESSAGES && crisis === null) {
    throw apiError('limit_reached', 'This conversation is full. Begin a new one.', { param: 'session_id' });
  }
  const { languages } = twin.pack;
  const taken: Taken = {
    question: {
      answerId: parts.newId(),
      twin: twin.pack,
      turns,
      lang: parts.patientJudge.languageOf(turns.at(-1)?.text ?? '', languages),
      region,
      crisis,
    },
    twin,
    session: session && { id: session.id, patientId: session.patientId, crisis: session.crisis },
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? null,
    startedMs: parts.clock.monotonicMs(),
  };
  return { taken, asked };
}

function sessionOf(body: ChatRequest, caller: Caller, { store }: GatewayParts) {
  const { session_id: id } = body;
  if (caller.patientId === null) {
    if (id === null || id === undefined) return null;
    throw apiError('insufficient_scope', 'A session is open to its patient’s token alone.', { param: 'session_id' });
  }
  if (id === null || id === undefined) {
    throw apiError('invalid_request', 'With a patient token, `session_id` is needed.', { param: 'session_id' });
  }
  const session = store.patients.sessionOf(caller.patientId, id);
  if (!session) throw apiError('not_found', 'There is no such session.', { param: 'session_id' });
  return session;
}

const regionSchema = chatRequest.shape.region;

/** A region that a later release may have dropped is nowhere in particular. */
function regionOf(region: string): NonNullable<z.output<typeof regionSchema>> {
  return regionSchema.safeParse(region).data ?? 'international';
}
