import { type Clock, CodedError, type Logger, retry } from '@bettertherapy/core';
import { CallRunner } from '../callRunner.js';
import { isRetryable } from '../errors.js';
import type { AnthropicConfig, OpenAiConfig } from '../modelConfig.js';

export interface RemoteRetry {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export const REMOTE_RETRY: RemoteRetry = { attempts: 3, firstDelayMs: 500, maxDelayMs: 10_000 };

/**
 * Tries a remote call again while that can help: never after something was streamed, and a server that names a time is
 * asked again at that time, if it is within `maxDelayMs`.
 */
export function retryRemote<T>(
  options: RemoteRetry & { readonly signal: AbortSignal; readonly streamed: () => boolean },
  parts: { readonly clock: Clock; readonly log: Logger },
  work: () => Promise<T>,
): Promise<T> {
  const { signal, streamed, maxDelayMs } = options;
  return retry(
    {
      ...options,
      clock: parts.clock,
      retryable: (error) => {
        const askedMs = error instanceof CodedError ? error.details.retryAfterMs : null;
        return isRetryable(error) && !streamed() && !(typeof askedMs === 'number' && askedMs > maxDelayMs);
      },
      onRetry: (error, attempt, delayMs) =>
        parts.log.warn('a remote model call is tried again', {
          attempt,
          delayMs,
          code: error instanceof CodedError ? error.code : null,
        }),
    },
    async () => {
      try {
        return await work();
      } catch (error) {
        const askedMs = error instanceof CodedError ? error.details.retryAfterMs : null;
        if (isRetryable(error) && !streamed() && typeof askedMs === 'number' && askedMs <= maxDelayMs) {
          await parts.clock.sleep(askedMs, signal);
        }
        throw error;
      }
    },
  );
}

const CALLS = { slots: 8, queueCapacity: 64, callDeadlineMs: 600_000 } as const;

/** The queue of a remote model's calls, bounded as its configuration says. */
export function remoteCalls(
  config: Pick<OpenAiConfig | AnthropicConfig, keyof typeof CALLS>,
  parts: ConstructorParameters<typeof CallRunner>[1],
): CallRunner {
  const { slots, queueCapacity, callDeadlineMs } = config;
  return new CallRunner(
    {
      concurrency: slots ?? CALLS.slots,
      capacity: queueCapacity ?? CALLS.queueCapacity,
      defaultDeadlineMs: callDeadlineMs ?? CALLS.callDeadlineMs,
    },
    parts,
  );
}

/** Four bytes of UTF-8 a token: an estimate for servers whose tokenizer is not here; English is near it. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text, 'utf8') / 4);
}
