import { backoffDelayMs, type Clock, describeError, type Logger } from '@bettertherapy/core';
import { isRetryable, LlmErrorCode, llmError } from '../errors.js';
import type { ModelMetrics } from '../languageModel.js';
import type { WorkerFacts } from './messages.js';
import { WorkerProcess, type WorkerProcessOptions } from './workerProcess.js';

export interface SupervisorOptions {
  readonly worker: WorkerProcessOptions;
  /** Resident bytes above those after start, adapters in use left out, at which the process is replaced as soon as no call runs. */
  readonly rssGrowthLimitBytes: number;
  /** Restarts allowed within `restartWindowMs`; one more and calls are refused until the window has moved on. */
  readonly restartBudget: number;
  readonly restartWindowMs: number;
  readonly firstRestartDelayMs: number;
}

export interface SupervisorParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ModelMetrics | null;
  readonly random: () => number;
}

const LONGEST_RESTART_DELAY_MS = 30_000;

/** Keeps one model process alive: starts it again after a crash or a hang, and replaces it when it grew too large. */
export class Supervisor {
  private worker: WorkerProcess | null = null;
  /** Settles when there is a worker again; null while there is one. */
  private restarting: Promise<void> | null = null;
  /** A process that grew too large and still ends its calls. */
  private retiring: WorkerProcess | null = null;
  private baselineRssBytes: number | null = null;
  private active = 0;
  private readonly idleWaiters: (() => void)[] = [];
  private readonly restartsAtMs: number[] = [];
  private readonly closing = new AbortController();

  constructor(
    private readonly options: SupervisorOptions,
    private readonly parts: SupervisorParts,
  ) {}

  /** The process now running; for tests and reports. */
  get pid(): number | undefined {
    return this.worker?.pid;
  }

  /** Opens the first process. A failure here is final: it is the operator's to mend. */
  async start(signal: AbortSignal): Promise<WorkerFacts> {
    const onAbort = (): void => this.closing.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await this.openWorker();
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Runs `work` with the live process, waiting for a restart if one is going on.
   * @throws CodedError LLM_WORKER_GAVE_UP when the restart budget is spent, LLM_CLOSED, or what `work` throws.
   */
  async run<T>(work: (worker: WorkerProcess) => Promise<T>, signal: AbortSignal): Promise<T> {
    const worker = await this.liveWorker(signal);
    this.active += 1;
    try {
      return await work(worker);
    } finally {
      this.active -= 1;
      if (this.active === 0) for (const wake of this.idleWaiters.splice(0)) wake();
    }
  }

  /** Idempotent. Waits up to `drainMs` for running calls. */
  async close(drainMs: number): Promise<void> {
    if (!this.closing.signal.aborted) {
      this.closing.abort(closedError());
      await new Promise<void>((resolve) => {
        const cancel = this.parts.clock.after(drainMs, resolve);
        void this.idle().then(() => {
          cancel();
          resolve();
        });
      });
    }
    await Promise.all([this.worker?.close(), this.retiring?.close()]);
    await this.restarting;
  }

  /** Resolves when no call runs. */
  private idle(): Promise<void> {
    return this.active === 0 ? Promise.resolve() : new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  private async liveWorker(signal: AbortSignal): Promise<WorkerProcess> {
    for (;;) {
      signal.throwIfAborted();
      this.closing.signal.throwIfAborted();
      if (this.restarting !== null) {
        await untilAborted(this.restarting, signal);
      } else if (this.worker?.alive) {
        return this.worker;
      } else if (this.worker !== null) {
        await this.worker.ended;
      } else {
        this.beginRestart('asked again', 0);
      }
    }
  }

  private async openWorker(): Promise<WorkerFacts> {
    const { clock, log, metrics } = this.parts;
    this.baselineRssBytes = null;
    const startedMs = clock.monotonicMs();
    const { worker, facts } = await WorkerProcess.open(
      this.options.worker,
      { clock, log, onRss: (bytes, adapterBytes) => this.onRss(worker, bytes, adapterBytes) },
      this.closing.signal,
    );
    this.worker = worker;
    log.info('model ready', { ...facts, pid: worker.pid, tookMs: Math.round(clock.monotonicMs() - startedMs) });
    void worker.ended.then((end) => {
      if (this.worker !== worker) return;
      this.worker = null;
      if (end.kind === 'closed' || this.closing.signal.aborted) return;
      log.error('model process ended', { kind: end.kind, ...end.error.details });
      metrics?.workerRestarted(end.kind);
      this.beginRestart(end.kind, this.options.firstRestartDelayMs);
    });
    return facts;
  }

  private onRss(worker: WorkerProcess, bytes: number, adapterBytes: number): void {
    if (this.worker !== worker) return;
    this.parts.metrics?.workerRssBytes(bytes);
    this.baselineRssBytes ??= bytes;
    const grownBytes = bytes - adapterBytes - this.baselineRssBytes;
    if (grownBytes <= this.options.rssGrowthLimitBytes || this.closing.signal.aborted) return;
    this.parts.log.warn('model process grew too large and is replaced', { rssBytes: bytes, grownBytes });
    this.parts.metrics?.workerRestarted('recycled');
    this.recycle(worker);
  }

  /** New calls wait for the replacement from now on; running ones end first, each within its own deadline. */
  private recycle(old: WorkerProcess): void {
    this.worker = null;
    this.retiring = old;
    this.restarting = this.idle()
      .then(() => old.close())
      .then(() => this.openWorker())
      .then(
        () => this.endRestart(),
        (error: unknown) => this.restartFailed(error),
      );
  }

  private beginRestart(why: string, firstDelayMs: number): void {
    const now = this.parts.clock.monotonicMs();
    const { restartBudget, restartWindowMs } = this.options;
    while ((this.restartsAtMs[0] ?? now) < now - restartWindowMs) this.restartsAtMs.shift();
    const spent = this.restartsAtMs.length;
    if (spent >= restartBudget) {
      const oldest = this.restartsAtMs[0] ?? now;
      if (why === 'asked again') throw gaveUp(spent, oldest + restartWindowMs - now);
      this.parts.log.error('model process is not restarted: the budget is spent', { restarts: spent });
      return;
    }
    this.restartsAtMs.push(now);
    const delayMs =
      firstDelayMs === 0 ? 0 : backoffDelayMs(spent + 1, firstDelayMs, LONGEST_RESTART_DELAY_MS, this.parts.random());
    this.parts.log.info('model process restarts', { why, restart: spent + 1, delayMs: Math.round(delayMs) });
    this.restarting = this.parts.clock
      .sleep(delayMs, this.closing.signal)
      .then(() => this.openWorker())
      .then(
        () => this.endRestart(),
        (error: unknown) => this.restartFailed(error),
      );
  }

  private endRestart(): void {
    this.restarting = null;
    this.retiring = null;
  }

  private restartFailed(error: unknown): void {
    this.restarting = null;
    this.retiring = null;
    if (this.closing.signal.aborted) return;
    this.parts.log.error('model process did not start again', { error: describeError(error) });
    if (isRetryable(error)) this.beginRestart('start failed', this.options.firstRestartDelayMs);
  }
}

function gaveUp(restarts: number, retryAfterMs: number): Error {
  return llmError(LlmErrorCode.WorkerGaveUp, `the model process failed ${restarts} times in a row`, {
    remedy: 'Look at the log above for why it died; fix that or take a smaller model, then restart.',
    details: { restarts, retryAfterMs: Math.max(0, Math.round(retryAfterMs)) },
  });
}

function closedError(): Error {
  return llmError(LlmErrorCode.Closed, 'the model was closed', { remedy: 'Open it again.' });
}

function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
