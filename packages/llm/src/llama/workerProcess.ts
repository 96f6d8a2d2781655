import { type ChildProcess, fork } from 'node:child_process';
import type { Clock, CodedError, Logger } from '@bettertherapy/core';
import { LlmErrorCode, llmError } from '../errors.js';
import { Heartbeat, type HeartbeatOptions } from './heartbeat.js';
import {
  parseFromWorker,
  type ToWorker,
  type WorkerCall,
  type WorkerError,
  type WorkerFacts,
  type WorkerResult,
  type WorkerSettings,
  type WorkerStage,
} from './messages.js';
import { processRssBytes } from './processMemory.js';
import { TailBuffer } from './tailBuffer.js';

export interface WorkerProcessOptions extends HeartbeatOptions {
  /** Built JavaScript of the worker. */
  readonly workerFile: string;
  readonly settings: WorkerSettings;
  /** Variables the process gets; nothing is inherited, so no key or password reaches the native library. */
  readonly env: Readonly<Record<string, string>>;
  readonly stageTimeoutsMs: Readonly<Record<WorkerStage, number>>;
}

export interface WorkerProcessParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Called at each heartbeat; `adapterBytes` of the resident ones are held for adapters. */
  readonly onRss: (bytes: number, adapterBytes: number) => void;
}

/** Why a worker process is no more. */
export interface WorkerEnd {
  readonly kind: 'crashed' | 'hung' | 'closed';
  readonly error: CodedError;
}

interface PendingCall {
  readonly resolve: (result: WorkerResult) => void;
  readonly reject: (error: unknown) => void;
  readonly onText: ((text: string) => void) | undefined;
}

/** A damaged header makes the parser fill the heap; it hits this bound instead of the machine's. */
const WORKER_HEAP_MB = 1024;
const KILL_GRACE_MS = 5_000;

/** One life of the model process: started, spoken to, watched, ended. It never starts itself again. */
export class WorkerProcess {
  private readonly pending = new Map<number, PendingCall>();
  private readonly stderr = new TailBuffer(4_096);
  private nextId = 1;
  private state: 'opening' | 'ready' | 'ending' | 'ended' = 'opening';
  private endKind: WorkerEnd['kind'] = 'crashed';
  private cancelStageTimer: () => void = () => undefined;
  private readonly heartbeat: Heartbeat;
  private resolveEnded: (end: WorkerEnd) => void = () => undefined;
  /** Resolves once, when the process is gone. */
  readonly ended: Promise<WorkerEnd> = new Promise((resolve) => {
    this.resolveEnded = resolve;
  });

  private constructor(
    private readonly child: ChildProcess,
    private readonly options: WorkerProcessOptions,
    private readonly parts: WorkerProcessParts,
  ) {
    this.heartbeat = new Heartbeat(options, {
      clock: parts.clock,
      ping: () => this.send({ type: 'ping', id: 0 }),
      pendingCalls: () => this.pending.size,
      onHang: (facts) => {
        parts.log.error('model process hangs', { ...facts, calls: this.pending.size });
        this.kill('hung');
      },
    });
  }

  /** Starts a process and opens the model in it. @throws CodedError LLM_WORKER_CRASHED, LLM_WORKER_HUNG, or what the opening failed with. */
  static async open(
    options: WorkerProcessOptions,
    parts: WorkerProcessParts,
    signal: AbortSignal,
  ): Promise<{ worker: WorkerProcess; facts: WorkerFacts }> {
    signal.throwIfAborted();
    const child = fork(options.workerFile, [], {
      execArgv: [`--max-old-space-size=${WORKER_HEAP_MB}`],
      env: { ...options.env },
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const worker = new WorkerProcess(child, options, parts);
    const onAbort = (): void => worker.kill('closed');
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return { worker, facts: await worker.start() };
    } catch (error) {
      worker.kill('crashed');
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** False from the moment at which it is ended or found dead. */
  get alive(): boolean {
    return this.state === 'ready';
  }

  /** Sends one call. An abort asks the worker to stop; the promise rejects when it did, so the slot is free then. */
  async call(call: WorkerCall, signal: AbortSignal, onText?: (text: string) => void): Promise<WorkerResult> {
    signal.throwIfAborted();
    if (this.state !== 'ready') throw this.goneError();
    const id = this.nextId;
    this.nextId += 1;
    const onAbort = (): void => this.send({ type: 'cancel', id });
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await new Promise<WorkerResult>((resolve, reject) => {
        if (this.pending.size === 0) this.heartbeat.workBegins();
        this.pending.set(id, { resolve, reject, onText });
        this.send({ type: 'call', id, call });
      });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      this.pending.delete(id);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Asks the process to free the model and leave, and ends it when it does not. Idempotent. */
  async close(): Promise<void> {
    if (this.state !== 'ended') {
      this.state = 'ending';
      this.endKind = 'closed';
      this.stopWatching();
      this.send({ type: 'close' });
      const cancel = this.parts.clock.after(KILL_GRACE_MS, () => this.child.kill('SIGKILL'));
      await this.ended;
      cancel();
    }
  }

  private kill(kind: WorkerEnd['kind']): void {
    if (this.state === 'ended') return;
    this.state = 'ending';
    this.endKind = kind;
    this.stopWatching();
    this.child.kill('SIGKILL');
  }

  private async start(): Promise<WorkerFacts> {
    const { child, parts, options } = this;
    child.stderr?.on('data', (chunk: Buffer) => this.stderr.push(chunk));
    child.stdout?.on('data', (chunk: Buffer) => this.stderr.push(chunk));
    child.once('exit', (code, exitSignal) => this.onExit(code, exitSignal));
    child.on('error', (error) => {
      parts.log.warn('model process error', { error: error.message });
      // A process that was never made sends no exit.
      if (child.pid === undefined) this.onExit(null, null);
    });
    const facts = await new Promise<WorkerFacts>((resolve, reject) => {
      child.on('message', (raw) => this.onMessage(raw, resolve, reject));
      void this.ended.then((end) => reject(end.error));
      this.send({ type: 'open', settings: options.settings });
      this.watchStage('runtime');
    });
    this.state = 'ready';
    this.heartbeat.start();
    return facts;
  }

  private send(message: ToWorker): void {
    if (!this.child.connected) return;
    this.child.send(message, (error) => {
      if (error) this.parts.log.debug('message to the model process was not sent', { error: error.message });
    });
  }

  private onMessage(raw: unknown, opened: (facts: WorkerFacts) => void, failed: (error: unknown) => void): void {
    const message = parseFromWorker(raw);
    if (message === null) {
      this.parts.log.warn('model process sent an unknown message');
      return;
    }
    switch (message.type) {
      case 'stage':
        this.watchStage(message.stage);
        return;
      case 'ready':
        this.cancelStageTimer();
        opened(message.facts);
        return;
      case 'failed':
        this.cancelStageTimer();
        failed(fromWorkerError(message.error));
        return;
      case 'pong':
        this.heartbeat.pong(message.progress);
        this.parts.onRss(processRssBytes(this.child.pid) ?? message.rssBytes, message.adapterBytes);
        return;
      case 'text':
        this.pending.get(message.id)?.onText?.(message.text);
        return;
      case 'result':
        this.pending.get(message.id)?.resolve(message.result);
        return;
      case 'error':
        this.pending.get(message.id)?.reject(fromWorkerError(message.error));
        return;
      case 'log':
        this.parts.log[message.level](`llama: ${message.message}`);
    }
  }

  private watchStage(stage: WorkerStage): void {
    this.cancelStageTimer();
    const ms = this.options.stageTimeoutsMs[stage];
    this.cancelStageTimer = this.parts.clock.after(ms, () => {
      this.parts.log.error('model process is stuck while opening', { stage, ms });
      this.kill('hung');
    });
  }

  private stopWatching(): void {
    this.cancelStageTimer();
    this.heartbeat.stop();
  }

  private onExit(code: number | null, exitSignal: NodeJS.Signals | null): void {
    this.state = 'ended';
    this.stopWatching();
    const error = this.endError(code, exitSignal);
    // The owner hears of the end before the calls do, so that a call which tries again finds the restart going on.
    this.resolveEnded({ kind: this.endKind, error });
    for (const call of this.pending.values()) call.reject(error);
  }

  private endError(code: number | null, exitSignal: NodeJS.Signals | null): CodedError {
    const details = { exitCode: code, exitSignal, pid: this.child.pid, output: this.stderr.text() };
    if (this.endKind === 'closed') {
      return llmError(LlmErrorCode.Closed, 'the model was closed', { remedy: 'Open it again.', details });
    }
    if (this.endKind === 'hung') {
      return llmError(LlmErrorCode.WorkerHung, 'the model process hung and was ended', {
        remedy: 'It restarts by itself. If it repeats, lower --model.threads and look for other load on this machine.',
        details,
      });
    }
    return llmError(LlmErrorCode.WorkerCrashed, `the model process died (${exitSignal ?? `exit code ${code}`})`, {
      remedy:
        'It restarts by itself. If it repeats, look for the out-of-memory killer (dmesg) and take a smaller model.',
      details,
    });
  }

  private goneError(): CodedError {
    return llmError(LlmErrorCode.WorkerCrashed, 'the model process is not running', {
      remedy: 'Try again in a moment: it is being restarted.',
    });
  }
}

function fromWorkerError({ code, message, remedy, details }: WorkerError): CodedError {
  return llmError(code ?? LlmErrorCode.Closed, message, { remedy, details });
}
