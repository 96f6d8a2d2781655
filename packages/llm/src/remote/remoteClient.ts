import { type Clock, CodedError, type Logger } from '@bettertherapy/core';
import { LlmErrorCode, llmError } from '../errors.js';
import { REMOTE_RETRY, retryRemote } from './remoteCalls.js';
import { type RemoteFailure, remoteError } from './remoteErrors.js';

export interface RemoteClientOptions {
  /** Host of the server, for messages. */
  readonly server: string;
  readonly apiKey: string | undefined;
  readonly attempts: number | undefined;
  /** Reads the errors of the client library; null for an error that is not one of them. */
  readonly readFailure: (error: unknown) => RemoteFailure | null;
}

/** What calls to a remote server share: retries, abort by the caller or by closing, and errors in our codes. */
export class RemoteClient {
  private readonly closing = new AbortController();

  constructor(
    private readonly options: RemoteClientOptions,
    private readonly parts: { readonly clock: Clock; readonly log: Logger },
  ) {}

  /** Running calls end with LLM_CLOSED. */
  close(): void {
    this.closing.abort(llmError(LlmErrorCode.Closed, 'the model was closed', { remedy: 'Open it again.' }));
  }

  /** Runs `work`, again where that helps and nothing was streamed yet. */
  ask<T>(outer: AbortSignal, streamed: () => boolean, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const attempts = this.options.attempts ?? REMOTE_RETRY.attempts;
    return retryRemote({ ...REMOTE_RETRY, attempts, signal: outer, streamed }, this.parts, () =>
      this.once(outer, work),
    );
  }

  /** Runs `work`, which streams to the `onText` it is given, again where that helps and nothing was streamed yet. */
  askStreaming<T>(
    outer: AbortSignal,
    onText: (text: string) => void,
    work: (signal: AbortSignal, onText: (text: string) => void) => Promise<T>,
  ): Promise<T> {
    let streamed = false;
    const note = (text: string): void => {
      streamed = true;
      onText(text);
    };
    return this.ask(
      outer,
      () => streamed,
      (signal) => work(signal, note),
    );
  }

  /** An answer that breaks the protocol, or none: worth another try. */
  broken(message: string, cause?: unknown): CodedError {
    const { server, apiKey } = this.options;
    return remoteError({ status: null, message, retryAfter: null }, server, apiKey, cause);
  }

  private async once<T>(outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const sources = [outer, this.closing.signal];
    const controller = new AbortController();
    const abort = (): void => controller.abort(sources.find(({ aborted }) => aborted)?.reason);
    for (const source of sources) {
      if (source.aborted) abort();
      source.addEventListener('abort', abort, { once: true });
    }
    try {
      return await work(controller.signal);
    } catch (error) {
      controller.signal.throwIfAborted();
      throw this.translate(error);
    } finally {
      for (const source of sources) source.removeEventListener('abort', abort);
    }
  }

  private translate(error: unknown): unknown {
    if (error instanceof CodedError) return error;
    const failure = this.options.readFailure(error);
    if (failure !== null) return remoteError(failure, this.options.server, this.options.apiKey, error);
    // The libraries let the errors of fetch and of the JSON in a stream through.
    if (error instanceof TypeError || error instanceof SyntaxError) return this.broken(error.message, error);
    return error;
  }
}
