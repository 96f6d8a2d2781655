import type { Clock } from '@bettertherapy/core';
import { LlmErrorCode, llmError } from '../../errors.js';
import type { AdapterUse } from '../../languageModel.js';
import type { FromWorker, ToWorker, WorkerCall, WorkerError, WorkerResult, WorkerSettings } from '../messages.js';
import { Cancelled } from './cancelled.js';
import { chatCall } from './chatCall.js';
import { Embedder } from './embedCall.js';
import { logLikelihoodCall } from './logLikelihoodCall.js';
import type { ModelSession } from './modelSession.js';
import { nextTokenCall } from './nextTokenCall.js';
import { type OpenedModel, openSession } from './openSession.js';

interface ServerParts {
  readonly clock: Clock;
  readonly send: (message: FromWorker) => void;
  readonly toWorkerError: (error: unknown) => WorkerError;
}

/** Answers the parent's messages in the model process. */
export class WorkerServer {
  private opened: OpenedModel | null = null;
  private embedder: Embedder | null = null;
  private readonly running = new Map<number, AbortController>();
  private progress = 0;

  constructor(private readonly parts: ServerParts) {}

  receive(message: Exclude<ToWorker, { type: 'close' }>): void {
    switch (message.type) {
      case 'ping':
        this.parts.send({
          type: 'pong',
          id: message.id,
          progress: this.progress,
          running: this.running.size,
          rssBytes: process.memoryUsage.rss(),
          adapterBytes: this.opened?.adapters.bytes ?? 0,
        });
        return;
      case 'cancel':
        this.running.get(message.id)?.abort(new Cancelled('the call was cancelled'));
        return;
      case 'open':
        this.open(message.settings).then(
          (opened) => this.parts.send({ type: 'ready', facts: opened.facts }),
          (error: unknown) => this.parts.send({ type: 'failed', error: this.parts.toWorkerError(error) }),
        );
        return;
      case 'call':
        void this.answer(message.id, message.call);
    }
  }

  /** Stops the running calls and frees the model. */
  async close(): Promise<void> {
    for (const controller of this.running.values()) controller.abort(new Cancelled('the model is being closed'));
    await this.opened?.dispose();
  }

  private async open(settings: WorkerSettings): Promise<OpenedModel> {
    const { send } = this.parts;
    const opened = await openSession(settings, {
      stage: (stage) => send({ type: 'stage', stage }),
      log: (level, message) => send({ type: 'log', level, message }),
      clock: this.parts.clock,
      progressed: () => {
        this.progress += 1;
      },
    });
    this.opened = opened;
    this.embedder = new Embedder(opened.session);
    return opened;
  }

  private async answer(id: number, call: WorkerCall): Promise<void> {
    const controller = new AbortController();
    this.running.set(id, controller);
    try {
      const result = await this.run(id, call, controller.signal);
      this.parts.send({ type: 'result', id, result });
    } catch (error) {
      const reported: WorkerError =
        error instanceof Cancelled
          ? { code: null, message: error.message, remedy: '', details: {} }
          : this.parts.toWorkerError(error);
      this.parts.send({ type: 'error', id, error: reported });
    } finally {
      this.running.delete(id);
    }
  }

  private run(id: number, call: WorkerCall, signal: AbortSignal): Promise<WorkerResult> {
    const { opened, embedder } = this;
    if (opened === null || embedder === null) {
      throw llmError(LlmErrorCode.Closed, 'the model is not open', { remedy: 'Open it before calling it.' });
    }
    const { session } = opened;
    const onText = (text: string): void => this.parts.send({ type: 'text', id, text });
    switch (call.kind) {
      case 'chat':
        return withAdapter(opened, call.request.adapter, signal, (on) => chatCall(on, call.request, signal, onText));
      case 'nextToken':
        return nextTokenCall(session, call.request, signal);
      case 'logLikelihood':
        return withAdapter(opened, call.request.adapter, signal, (on) => logLikelihoodCall(on, call.request, signal));
      case 'embed':
        return embedder.call(call.texts, signal);
      case 'countTokens':
        return Promise.resolve({
          kind: 'countTokens',
          count: session.prompts.plain(call.text).length,
          use: { prompt: 0, reused: 0, output: 0 },
        });
    }
  }
}

/** Runs `work` on the base model, or with the adapter that a request names laid over it. */
function withAdapter<T>(
  opened: OpenedModel,
  adapter: AdapterUse | undefined,
  signal: AbortSignal,
  work: (session: ModelSession) => Promise<T>,
): Promise<T> {
  return adapter === undefined ? work(opened.session) : opened.adapters.use(adapter, signal, work);
}
