import type { Clock } from '@bettertherapy/core';
import type { FastifyReply } from 'fastify';
import { apiError } from '../http/errors.js';
import { beginEvents } from '../http/eventStream.js';
import type { Refusal, RefusalLog } from './refusalLog.js';

const KEEP_ALIVE_MS = 15_000;
/** Bytes a slow reader may leave unread before its stream is ended. */
const MAX_UNREAD = 256 * 1024;

export function refusalJson({ atMs, ...row }: Refusal) {
  return { ...row, at_ms: atMs };
}

/**
 * Server-sent events: one `refusal` for each new one, a comment every 15 s, until the reader goes away or falls behind.
 * @throws CodedError overloaded when too many listen
 */
export async function streamRefusals(
  reply: FastifyReply,
  signal: AbortSignal,
  parts: { readonly refusals: RefusalLog; readonly clock: Clock },
): Promise<void> {
  const { raw } = reply;
  const ended = new AbortController();
  const stop = parts.refusals.listen((refusal) => {
    if (raw.writableLength > MAX_UNREAD) ended.abort(new Error('the reader fell behind'));
    else raw.write(`event: refusal\nid: ${refusal.id}\ndata: ${JSON.stringify(refusalJson(refusal))}\n\n`);
  });
  if (!stop) throw apiError('overloaded', 'Too many are listening already.');
  const over = AbortSignal.any([signal, ended.signal]);
  try {
    beginEvents(reply);
    raw.write(': listening\n\n');
    while (!over.aborted) {
      await parts.clock.sleep(KEEP_ALIVE_MS, over).catch((error: unknown) => {
        if (!over.aborted) throw error;
      });
      if (!over.aborted) raw.write(': still here\n\n');
    }
  } finally {
    stop();
    raw.end();
  }
}
