/**
 * The process in which the native library runs. It has no state of its own worth keeping: the parent speaks the
 * messages of ../messages.ts over the IPC channel and starts another one when this one dies.
 */
import { CodedError, describeError, systemClock } from '@bettertherapy/core';
import type { LlmErrorCode } from '../../errors.js';
import type { FromWorker, ToWorker, WorkerError } from '../messages.js';
import { WorkerServer } from './workerServer.js';

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

function toWorkerError(error: unknown): WorkerError {
  if (error instanceof CodedError) {
    const { remedy, details } = error;
    // Everything coded in this process comes from `llmError`.
    return {
      code: error.code as LlmErrorCode,
      message: describeError(error).replace(`${error.code}: `, ''),
      remedy,
      details,
    };
  }
  return {
    code: 'LLM_EVALUATION_FAILED',
    message: describeError(error),
    remedy: 'Try again; if it repeats, look at the log of the model process.',
    details: {},
  };
}

const server = new WorkerServer({ clock: systemClock, send, toWorkerError });

function end(code: number): void {
  process.exit(code);
}

process.on('message', (message: ToWorker) => {
  if (message.type === 'close') {
    server.close().then(
      () => end(0),
      () => end(1),
    );
  } else {
    server.receive(message);
  }
});
// The parent is gone: nobody wants an answer any more, and a model must not outlive its owner.
process.on('disconnect', () => end(0));
// Ctrl-C reaches the whole group; the parent drains first and ends this process itself.
process.on('SIGINT', () => send({ type: 'log', level: 'debug', message: 'SIGINT is left to the parent' }));
process.on('SIGTERM', () => send({ type: 'log', level: 'debug', message: 'SIGTERM is left to the parent' }));
